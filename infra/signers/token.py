"""A person's own device as the browser reaches it: it shows its certificate, takes a digest and gives a signature."""

from __future__ import annotations

import base64
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding


class UsbToken:
    """The key never leaves it; nothing but digests go in."""

    def __init__(
        self, private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, chain: tuple[x509.Certificate, ...], pin: str
    ) -> None:
        self._private, self._pin, self.chain = private, pin, chain

    @property
    def pem(self) -> str:
        """What the page sends to the server before anything is signed."""
        return "".join(one.public_bytes(Encoding.PEM).decode() for one in self.chain)

    def sign(self, digest: str, pin: str) -> str:
        """Base64 of the signature over this SHA-256 digest (hex)."""
        if pin != self._pin:
            raise PermissionError("wrong PIN")
        raw = bytes.fromhex(digest)
        if isinstance(self._private, rsa.RSAPrivateKey):
            return base64.b64encode(self._private.sign(raw, padding.PKCS1v15(), Prehashed(SHA256()))).decode()
        return base64.b64encode(self._private.sign(raw, ec.ECDSA(Prehashed(SHA256())))).decode()

    def answer(self, prepared: dict[str, Any], pin: str) -> dict[str, Any]:
        """The body for `finish`, to what `prepare` has answered."""
        signed = [
            {"act_id": one["act_id"], "place": one["place"], "value": self.sign(one["digest"], pin)}
            for one in prepared["to_sign"]
        ]
        return {"values": signed}
