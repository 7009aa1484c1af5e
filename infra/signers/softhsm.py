"""A PKCS#11 device in a folder (SoftHSM2): made, filled with a key and its certificate, and used like an HSM."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pkcs11 import Attribute, ObjectClass

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
OFFICER_PIN = "87654321"


def module() -> str | None:
    """The library of SoftHSM2; None where it is not installed."""
    return next((path for path in MODULES if Path(path).exists()), None)


class SoftHsm:
    """The device. Its place is told to this process, which must not have opened another one before."""

    def __init__(self, folder: Path) -> None:
        found = module()
        if found is None:
            raise FileNotFoundError("softhsm2 is not installed")
        self.module = found
        (folder / "tokens").mkdir(parents=True, exist_ok=True)
        settings = folder / "softhsm2.conf"
        settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
        os.environ["SOFTHSM2_CONF"] = str(settings)

    def token(self, label: str, pin: str) -> None:
        """A new token with its user's PIN."""
        self._run("--init-token", "--free", "--label", label, "--so-pin", OFFICER_PIN, "--pin", pin)

    def put(
        self, token: str, pin: str, label: str, private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
        certificate: x509.Certificate, folder: Path,
    ) -> None:  # fmt: skip
        """Key and certificate into the token, under one label; the file on the way is removed."""
        file = folder / f"{label}.pem"
        file.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        identifier = f"{abs(hash(label)) % 2**32:08x}"
        try:
            self._run("--import", str(file), "--token", token, "--label", label, "--id", identifier, "--pin", pin)
        finally:
            file.unlink()
        library = pkcs11.lib(self.module)
        library.reinitialize()  # so that it sees the token that the tool has made
        with library.get_token(token_label=token).open(rw=True, user_pin=pin) as session:
            session.create_object(
                {
                    Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.CERTIFICATE_TYPE: 0, Attribute.TOKEN: True,
                    Attribute.LABEL: label, Attribute.ID: bytes.fromhex(identifier),
                    Attribute.SUBJECT: certificate.subject.public_bytes(),
                    Attribute.VALUE: certificate.public_bytes(Encoding.DER),
                }
            )  # fmt: skip

    def _run(self, *words: str) -> None:
        subprocess.run(["softhsm2-util", *words], check=True, capture_output=True)
