"""What a signing key is to this library, and the PKCS#12 kind of it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

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


Opened = TypeVar("Opened", bound=Pkcs12Key)


@dataclass
class _Kept(Generic[Opened]):
    key: Opened
    lock: bytes
    until: float


class KeyRing(Generic[Opened]):
    """Keys that were opened lately: an RSA key is read and checked by OpenSSL once, not with every signature.

    The password is asked for each time. A key comes without being read again only for the same file's bytes and the
    same password; anything else takes the long way and is refused there. Unused, a key is forgotten after `seconds`.
    """

    def __init__(self, make: Callable[[bytes, str], Opened], *, seconds: float = 600.0, most: int = 256) -> None:
        self._make, self._seconds, self._most = make, seconds, most
        self._secret = secrets.token_bytes(32)
        self._kept: dict[bytes, _Kept[Opened]] = {}

    def open(self, content: bytes, password: str) -> Opened:
        """KeyUnreadable for a wrong password or a broken file."""
        name = hashlib.sha256(content).digest()
        lock = hmac.digest(self._secret, name + password.encode(), "sha256")
        self._forget()
        kept = self._kept.pop(name, None)
        if kept is None or not hmac.compare_digest(kept.lock, lock):
            if kept is not None:
                self._kept[name] = kept  # a wrong password does not throw the right one's key away
            kept = _Kept(self._make(content, password), lock, 0.0)
        kept.until = time.monotonic() + self._seconds
        self._kept[name] = kept
        while len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]  # the one that was used longest ago
        return kept.key

    def _forget(self) -> None:
        moment = time.monotonic()
        for name in [name for name, kept in self._kept.items() if kept.until <= moment]:
            del self._kept[name]
