"""What a signing key is to this library, and the PKCS#12 kind of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import pkcs12

from shared.problems import Refusal


class KeyUnreadable(Refusal):
    kind, status = "key-unreadable", 422
    message = "Không mở được tệp khóa ký (.p12). Mật khẩu sai hoặc tệp hỏng: hãy kiểm tra mật khẩu rồi nạp lại tệp."


class Owner(Protocol):
    """Who signs: what a file says of a signature before it is made."""

    @property
    def certificate(self) -> x509.Certificate:
        """The signer's certificate."""

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The issuers of `certificate`, nearest first, without the root if it is not at hand."""


@dataclass(frozen=True)
class OwnerElsewhere:
    """The public half of a key that another machine or a person's token holds."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()


class Key(Owner, Protocol):
    """A private key somewhere (file, HSM, remote service, token) with its certificate chain."""

    async def sign(self, data: bytes) -> bytes:
        """Signature over SHA-256 of `data`: RSA PKCS#1 v1.5, or ECDSA as DER."""


class SoftKey:
    """A private key in this process's memory."""

    def __init__(
        self,
        private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
        certificate: x509.Certificate,
        chain: tuple[x509.Certificate, ...] = (),
    ) -> None:
        self._private, self.certificate, self.chain = private, certificate, chain

    def sign_now(self, data: bytes) -> bytes:
        """The same as `sign`, on this thread."""
        if isinstance(self._private, rsa.RSAPrivateKey):
            return self._private.sign(data, padding.PKCS1v15(), SHA256())
        return self._private.sign(data, ec.ECDSA(SHA256()))

    async def sign(self, data: bytes) -> bytes:
        """In place (RSA-2048 0.3 ms, curves 0.05 ms); on a thread for larger RSA keys."""
        if isinstance(self._private, rsa.RSAPrivateKey) and self._private.key_size > 3072:
            return await asyncio.to_thread(self.sign_now, data)
        return self.sign_now(data)


class Pkcs12Key(SoftKey):
    """A key read once from a .p12 file and kept loaded (loading an RSA key costs 50 signatures)."""

    def __init__(self, content: bytes, password: str) -> None:
        try:
            private, certificate, more = pkcs12.load_key_and_certificates(content, password.encode())
        except ValueError as error:
            raise KeyUnreadable from error
        if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) or certificate is None:
            raise KeyUnreadable
        super().__init__(private, certificate, tuple(more))
