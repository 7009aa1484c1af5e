"""The CMS of a signature: taken apart, put together again as this system does it, and compared; its time stamp."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from asn1crypto import cms as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from services.signing.judging.remaking import Doubt, certificates, der
from services.signing.pdf import cms, tokens
from services.signing.pdf.keys import OwnerElsewhere
from services.signing.pdf.tokens import Token

MOST_CERTIFICATES = 8
KNOWN = {"content_type", "message_digest", "signing_time", "signing_certificate", "signing_certificate_v2"}


@dataclass(frozen=True)
class Message:
    """The parts of a signature with a time stamp, as the bytes say."""

    certificates: tuple[x509.Certificate, ...]  # the signer's own first
    signature: bytes
    token: bytes

    @property
    def owner(self) -> OwnerElsewhere:
        """The signer, for the library that writes signatures."""
        return OwnerElsewhere(self.certificates[0], self.certificates[1:])

    @property
    def algorithm(self) -> str:
        """Digest and kind of the signature, in pyHanko's words."""
        kind = (
            "ecdsa" if isinstance(self.certificates[0].public_key(), ec.EllipticCurvePublicKey) else "rsassa_pkcs1v15"
        )
        return f"sha256 {kind}"

    def over(self, attributes: bytes) -> bytes:
        """The whole CMS with these signed attributes. Doubt unless the signer's key has signed them."""
        who = cms.identity(self.owner)
        try:
            cms.verify(who, attributes, self.signature)
        except cms.SignatureWrong as error:
            raise Doubt("signature") from error
        return cms.signed_data(who, attributes, self.signature, self.token)


def read(contents: bytes) -> Message:
    """What stands in a hole. Only the parts that differ from one signature to the next are looked at: `over` tells."""
    _, explicit = der.first(contents, der.SEQUENCE).parts(der.OID, 0xA0)
    (data,) = explicit.parts(der.SEQUENCE)
    *_, held, signers = data.parts(0x02, der.SET, der.SEQUENCE, 0xA0, der.SET)
    (signer,) = signers.parts(der.SEQUENCE)
    *_, signature, unsigned = signer.parts(0x02, der.SEQUENCE, der.SEQUENCE, 0xA0, der.SEQUENCE, der.OCTETS, 0xA1)
    (attribute,) = unsigned.parts(der.SEQUENCE)
    _, values = attribute.parts(der.OID, der.SET)
    (token,) = values.parts(der.SEQUENCE)
    loaded = tuple(certificates.loaded(one.whole) for one in held.parts())
    if not 1 <= len(loaded) <= MOST_CERTIFICATES:
        raise Doubt("certificates")
    return Message(loaded, signature.content, token.whole)


@dataclass(frozen=True)
class Stamp:
    """A time stamp over the right digest, with what the judge tells about it."""

    token: Token

    @cached_property
    def _signer(self) -> Any:
        return asn1.ContentInfo.load(self.token.der)["content"]["signer_infos"][0]

    @property
    def certificates(self) -> tuple[x509.Certificate, ...]:
        """All that it carries."""
        return self.token.chain

    @property
    def algorithm(self) -> str:
        """Digest and kind of its signature."""
        digest = self._signer["digest_algorithm"]["algorithm"].native
        return f"{digest} {self._signer['signature_algorithm'].signature_algo}"

    def check(self) -> None:
        """Doubt unless its signed attributes are the usual ones, each once, and name its certificate."""
        attributes = {one["type"].native: one["values"] for one in self._signer["signed_attrs"]}
        if len(attributes) != len(self._signer["signed_attrs"]) or not attributes.keys() <= KNOWN:
            raise Doubt("attributes of the time stamp")
        if any(len(values) != 1 for values in attributes.values()):
            raise Doubt("attributes of the time stamp")
        if "signing_certificate_v2" not in attributes and "signing_certificate" not in attributes:
            raise Doubt("time stamp does not name its certificate")
        for name, default in (("signing_certificate_v2", "sha256"), ("signing_certificate", "sha1")):
            if name in attributes:
                self._names(attributes[name][0]["certs"][0], default)

    def _names(self, essential: Any, default: str) -> None:
        used = essential["hash_algorithm"]["algorithm"].native if default == "sha256" else default
        own = self.token.certificate
        if used not in ("sha1", "sha256", "sha384", "sha512"):
            raise Doubt("hash of the time stamper's certificate")
        if hashlib.new(used, own.public_bytes(Encoding.DER)).digest() != essential["cert_hash"].native:
            raise Doubt("time stamp names another certificate")
        named = essential["issuer_serial"]
        if named.native is not None:
            (issuer,) = named["issuer"]
            if named["serial_number"].native != own.serial_number or issuer.chosen.dump() != own.issuer.public_bytes():
                raise Doubt("time stamp names another certificate")


def stamp(token: bytes, digest: bytes) -> Stamp:
    """The time stamp over this digest. Doubt."""
    try:
        found = Stamp(tokens.checked(token, digest))
        found.check()
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise Doubt("time stamp") from error
    return found
