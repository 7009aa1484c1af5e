"""Certification authorities in a process of their own: keys of signers, OCSP, lists, time stamps with a delay.

`python -m infra.load.authorities FOLDER` writes keys (PKCS#12) and the root into the folder, then answers. A stamp may
be made to take time, and only so many at once, by `/tsa?delay=seconds&at_once=number`.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs12
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from services.signing.pdf.keys import Pkcs12Key, SoftKey
from services.signing.pki.authority import name
from services.signing.pki.stamping import OwnStamper
from shared.clock import now

KINDS = ("RSA-2048", "P-256")
SIGNER, OFFICE = "Hà Trung Kiên", "Sở Khoa học và Công nghệ"
Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Place:
    """A running authority: where it answers, its root, the signers' keys by kind."""

    url: str
    root: x509.Certificate
    leaders: dict[str, Pkcs12Key]
    offices: dict[str, Pkcs12Key]


@contextmanager
def running(folder: Path) -> Iterator[Place]:
    """The authority, until the block ends."""
    command = [sys.executable, "-m", "infra.load.authorities", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        if not url:
            raise RuntimeError("the authorities did not start")
        root = x509.load_pem_x509_certificate((folder / "root.pem").read_bytes())
        keys = {who: {kind: _read(folder / f"{who}-{kind}.p12") for kind in KINDS} for who in ("leader", "office")}
        yield Place(url, root, keys["leader"], keys["office"])
    finally:
        process.terminate()
        process.wait(10)


def _read(path: Path) -> Pkcs12Key:
    return Pkcs12Key(path.read_bytes(), "")


def _private(kind: str) -> Private:
    return rsa.generate_private_key(65537, 2048) if kind.startswith("RSA") else ec.generate_private_key(ec.SECP256R1())


@dataclass(frozen=True)
class Made:
    """A new private key with its certificate."""

    private: Private
    certificate: x509.Certificate


class Authority:
    """A root, an issuing authority, a time stamper; everybody is good."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.root = self._issue(name("Root"), "P-256", None, ca=True)
        self.ca = self._issue(name("CA"), "P-256", self.root, ca=True)
        self.issued: dict[int, x509.Certificate] = {}
        stamper = self.signer(name("TSA"), "P-256", purpose=ExtendedKeyUsageOID.TIME_STAMPING)
        self.tsa = SoftKey(stamper.private, stamper.certificate, (self.ca.certificate, self.root.certificate))

    def signer(self, subject: x509.Name, kind: str, purpose: x509.ObjectIdentifier | None = None) -> Made:
        made = self._issue(subject, kind, self.ca, purpose=purpose)
        self.issued[made.certificate.serial_number] = made.certificate
        return made

    def _issue(
        self,
        subject: x509.Name,
        kind: str,
        above: Made | None,
        *,
        ca: bool = False,
        purpose: x509.ObjectIdentifier | None = None,
    ) -> Made:
        key = _private(kind)
        issuer, signing = (above.certificate.subject, above.private) if above else (subject, key)
        begin, public = now().replace(microsecond=0) - timedelta(days=1), key.public_key()
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
        builder = builder.serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(begin).not_valid_after(begin + timedelta(days=365))
        extensions: list[tuple[x509.ExtensionType, bool]] = [
            (x509.BasicConstraints(ca, None), True),
            (x509.KeyUsage(not ca, not ca, False, False, False, ca, ca, False, False), True),
            (x509.SubjectKeyIdentifier.from_public_key(public), False),
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), False),
        ]
        if above:
            at = x509.UniformResourceIdentifier(f"{self.place}/crl/{'root' if ca else 'ca'}")
            extensions.append((x509.CRLDistributionPoints([x509.DistributionPoint([at], None, None, None)]), False))
        if not ca:
            asked = x509.UniformResourceIdentifier(f"{self.place}/ocsp")
            access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, asked)
            extensions.append((x509.AuthorityInformationAccess([access]), False))
        if purpose:
            extensions.append((x509.ExtendedKeyUsage([purpose]), True))
        for value, critical in extensions:
            builder = builder.add_extension(value, critical)
        return Made(key, builder.sign(signing, hashes.SHA256()))

    def write(self, folder: Path) -> None:
        """Keys of a leader and of an office of every kind, and the root."""
        for who, subject in (("leader", name(SIGNER, title="Giám đốc")), ("office", name(OFFICE, organ_id="H60.10"))):
            for kind in KINDS:
                made = self.signer(subject, kind)
                content = pkcs12.serialize_key_and_certificates(
                    b"key", made.private, made.certificate, [self.ca.certificate], NoEncryption()
                )
                (folder / f"{who}-{kind}.p12").write_bytes(content)
        (folder / "root.pem").write_bytes(self.root.certificate.public_bytes(Encoding.PEM))

    def answer(self, request: bytes) -> bytes:
        """DER of the OCSPResponse."""
        certificate, at = self.issued[ocsp.load_der_ocsp_request(request).serial_number], now().replace(microsecond=0)
        builder = ocsp.OCSPResponseBuilder().add_response(
            certificate, self.ca.certificate, hashes.SHA1(), ocsp.OCSPCertStatus.GOOD, at, at + timedelta(hours=1),  # noqa: S303 - names, proves nothing
            None, None,
        )  # fmt: skip
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, self.ca.certificate)
        return builder.sign(self.ca.private, hashes.SHA256()).public_bytes(Encoding.DER)

    def crl(self, of: Made) -> bytes:
        """DER of the empty list."""
        at = now().replace(microsecond=0) - timedelta(minutes=1)
        builder = x509.CertificateRevocationListBuilder().issuer_name(of.certificate.subject)
        builder = builder.last_update(at).next_update(at + timedelta(days=7)).add_extension(x509.CRLNumber(1), False)
        return builder.sign(of.private, hashes.SHA256()).public_bytes(Encoding.DER)


def _application(authority: Authority) -> web.Application:
    stamper = OwnStamper(authority.tsa)
    doors: dict[int, asyncio.Semaphore] = {}

    async def tsa(request: web.Request) -> web.Response:
        asked, delay = await request.read(), float(request.query.get("delay", 0))
        door = doors.setdefault(at_once := int(request.query.get("at_once", 1000)), asyncio.Semaphore(at_once))
        async with door:
            until = time.monotonic() + delay
            answer = stamper.answered(asked)
            await asyncio.sleep(max(0.0, until - time.monotonic()))
        return web.Response(body=answer, content_type="application/timestamp-reply")

    async def answered(request: web.Request) -> web.Response:
        return web.Response(body=authority.answer(await request.read()), content_type="application/ocsp-response")

    async def listed(request: web.Request) -> web.Response:
        of = authority.root if request.match_info["of"] == "root" else authority.ca
        return web.Response(body=authority.crl(of), content_type="application/pkix-crl")

    made = web.Application()
    made.router.add_post("/tsa", tsa)
    made.router.add_post("/ocsp", answered)
    made.router.add_get("/crl/{of}", listed)
    return made


async def _serve(folder: Path) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    authority = Authority(url)
    await asyncio.to_thread(authority.write, folder)
    runner = web.AppRunner(_application(authority), access_log=None)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    print(url, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
