"""Time stamp tokens (RFC 3161): what they say, and whether they say it about this digest, by a fit certificate."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.asn1 import TLV, decode_der
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, SignatureAlgorithmOID

from services.signing.pdf import rfc3161
from services.signing.pdf.cms import SEQUENCE, SET, der

DIGESTS: dict[x509.ObjectIdentifier, type[hashes.HashAlgorithm]] = {
    rfc3161.SHA256: hashes.SHA256, rfc3161.SHA384: hashes.SHA384, rfc3161.SHA512: hashes.SHA512,
}  # fmt: skip
PLAIN_RSA = x509.ObjectIdentifier("1.2.840.113549.1.1.1")  # leaves the digest to the digest algorithm
METHODS: dict[x509.ObjectIdentifier, type[hashes.HashAlgorithm]] = {
    SignatureAlgorithmOID.RSA_WITH_SHA256: hashes.SHA256, SignatureAlgorithmOID.ECDSA_WITH_SHA256: hashes.SHA256,
    SignatureAlgorithmOID.RSA_WITH_SHA384: hashes.SHA384, SignatureAlgorithmOID.ECDSA_WITH_SHA384: hashes.SHA384,
    SignatureAlgorithmOID.RSA_WITH_SHA512: hashes.SHA512, SignatureAlgorithmOID.ECDSA_WITH_SHA512: hashes.SHA512,
}  # fmt: skip
UNREADABLE = (
    ValueError, TypeError, KeyError, UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)  # fmt: skip


class TokenWrong(ValueError):
    """The token is not what was asked for, or nobody fit signed it."""


@dataclass(frozen=True)
class Token:
    """A time stamp whose signature has been checked against its own certificate; the chain is the judge's matter.

    `chain`: the authority's own certificate and its issuers, as far as the token carries them.
    """

    der: bytes
    digest: bytes  # what it stamps
    at: datetime
    nonce: int | None
    chain: tuple[x509.Certificate, ...]

    @property
    def certificate(self) -> x509.Certificate:
        """The authority's own."""
        return self.chain[0]


def read(token: bytes) -> Token:
    """The token. TokenWrong unless its signature is that of a certificate for time stamping that it carries."""
    try:
        return _read(token)
    except UNREADABLE as error:
        raise error if isinstance(error, TokenWrong) else TokenWrong("not a time stamp token") from error


def checked(token: bytes, digest: bytes, nonce: int | None = None) -> Token:
    """The token, if it stamps this SHA-256 digest (and answers the request with this nonce). TokenWrong."""
    found = read(token)
    if found.digest != digest:
        raise TokenWrong("over another digest")
    if nonce is not None and found.nonce != nonce:
        raise TokenWrong("answer to another request")
    return found


def _read(token: bytes) -> Token:
    whole = decode_der(rfc3161.ContentInfo, token)
    data = whole.content
    if whole.kind != rfc3161.SIGNED_DATA or data.content.kind != rfc3161.TST_INFO:
        raise TokenWrong("not a time stamp token")
    info = decode_der(rfc3161.TstInfo, data.content.value)
    if info.imprint.algorithm.name != rfc3161.SHA256:
        raise TokenWrong("imprint is not SHA-256")
    (signer,) = data.signers.as_list()
    issuer, carried = _whole(signer.certificate.issuer), tuple(map(_whole, data.certificates or ()))
    chain = _chain(issuer, signer.certificate.number, carried)
    _verify(signer, chain[0], data.content.value)
    return Token(token, info.imprint.digest, info.at.as_datetime(), info.nonce, chain)


def _whole(value: TLV) -> bytes:
    """The value as it is written."""
    return der(value.tag_bytes[0], bytes(value.data))


@functools.lru_cache(64)
def _chain(issuer: bytes, number: int, carried: tuple[bytes, ...]) -> tuple[x509.Certificate, ...]:
    """The signer's certificate and those above it: the same in all tokens of a server, so read once."""
    pool = [x509.load_der_x509_certificate(one) for one in carried]
    own = next((c for c in pool if c.serial_number == number and c.issuer.public_bytes() == issuer), None)
    if own is None:
        raise TokenWrong("without its signer's certificate")
    _fit(own)
    found = [own]
    while above := next((c for c in pool if c.subject == found[-1].issuer and c not in found), None):
        found.append(above)
    return tuple(found)


def _fit(own: x509.Certificate) -> None:
    try:
        usage = own.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound as error:
        raise TokenWrong("certificate is not for time stamping") from error
    if ExtendedKeyUsageOID.TIME_STAMPING not in usage:
        raise TokenWrong("certificate is not for time stamping")


def _verify(signer: rfc3161.Signer, own: x509.Certificate, content: bytes) -> None:
    """The signed attributes name this content, and the certificate's key signed them."""
    attributes = {one.kind: one.values.as_list() for one in (one.parse(rfc3161.Attribute) for one in signer.attributes)}
    method = DIGESTS[signer.digest.name]
    (kind,), (digest,) = attributes[rfc3161.CONTENT_TYPE], attributes[rfc3161.MESSAGE_DIGEST]
    if digest.parse(bytes) != hashlib.new(method().name, content).digest():
        raise TokenWrong("content and signature differ")
    if kind.parse(x509.ObjectIdentifier) != rfc3161.TST_INFO:
        raise TokenWrong("content and signature differ")
    if signer.signature_algorithm.name != PLAIN_RSA:
        method = METHODS[signer.signature_algorithm.name]
    signed = der(SET, *(der(SEQUENCE, bytes(one.data)) for one in signer.attributes))
    public = own.public_key()
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signer.signature, signed, padding.PKCS1v15(), method())
        elif isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signer.signature, signed, ec.ECDSA(method()))
        else:
            raise TokenWrong("kind of key")
    except InvalidSignature as error:
        raise TokenWrong("signature does not fit") from error
