"""CMS signatures of PAdES (ETSI EN 319 122-1, 319 142-1) put together byte by byte: the cost is that of the key."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from services.signing.pdf.keys import Owner
from shared.problems import Refusal


class KeyKindUnknown(Refusal):
    kind, status = "key-kind-unknown", 422
    message = "Chứng thư dùng loại khóa chưa hỗ trợ. Hãy dùng chứng thư RSA (từ 2048 bit) hoặc ECDSA."


class SignatureWrong(Refusal):
    kind, status = "signature-wrong", 422
    message = (
        "Chữ ký nhận được không khớp với chứng thư đã chọn nên chưa đưa vào văn bản. Hãy chọn đúng chứng thư, ký lại."
    )


def der(tag: int, *content: bytes) -> bytes:
    """One DER value."""
    value = b"".join(content)
    length = len(value)
    if length < 128:
        return bytes((tag, length)) + value
    size = (length.bit_length() + 7) // 8
    return bytes((tag, 128 | size)) + length.to_bytes(size, "big") + value


def oid(dotted: str) -> bytes:
    """An object identifier."""
    first, second, *rest = map(int, dotted.split("."))
    body = bytearray([first * 40 + second])
    for arc in rest:
        groups = [arc & 127]
        while arc := arc >> 7:
            groups.append(arc & 127 | 128)
        body += bytes(reversed(groups))
    return der(0x06, bytes(body))


SEQUENCE, SET, OCTETS, INTEGER = 0x30, 0x31, 0x04, 0x02
NULL = b"\x05\x00"
DATA, SIGNED_DATA = oid("1.2.840.113549.1.7.1"), oid("1.2.840.113549.1.7.2")
SHA256_ALGORITHM = der(SEQUENCE, oid("2.16.840.1.101.3.4.2.1"), NULL)
RSA_SHA256 = der(SEQUENCE, oid("1.2.840.113549.1.1.11"), NULL)
ECDSA_SHA256 = der(SEQUENCE, oid("1.2.840.10045.4.3.2"))
CONTENT_TYPE = der(SEQUENCE, oid("1.2.840.113549.1.9.3"), der(SET, DATA))
MESSAGE_DIGEST = oid("1.2.840.113549.1.9.4")
SIGNING_CERTIFICATE_V2 = oid("1.2.840.113549.1.9.16.2.47")
TIME_STAMP = oid("1.2.840.113549.1.9.16.2.14")
VERSION_1 = der(INTEGER, b"\x01")


@dataclass(frozen=True)
class Identity:
    """What a signature says about its signer, encoded once for each certificate."""

    certificates: bytes  # [0] IMPLICIT SET OF Certificate
    issuer_and_serial: bytes
    signing_certificate: bytes  # the attribute
    algorithm: bytes
    signature_size: int  # at most
    public: rsa.RSAPublicKey | ec.EllipticCurvePublicKey
    chain: tuple[x509.Certificate, ...]  # the signer's own first


def identity(owner: Owner) -> Identity:
    """The encoded identity of this signer."""
    return _identity(owner.certificate, tuple(owner.chain))


@functools.lru_cache(1024)
def _identity(certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]) -> Identity:
    own = certificate.public_bytes(Encoding.DER)
    others = [one.public_bytes(Encoding.DER) for one in chain if one.issuer != one.subject]
    serial = certificate.serial_number
    number = der(INTEGER, serial.to_bytes(serial.bit_length() // 8 + 1, "big"))
    issuer = der(SEQUENCE, certificate.issuer.public_bytes(), number)
    # ESSCertIDv2: SHA-256 is the default algorithm and so is not written.
    essential = der(SEQUENCE, der(SEQUENCE, der(SEQUENCE, der(OCTETS, hashlib.sha256(own).digest()))))
    public = certificate.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        algorithm, size = RSA_SHA256, public.key_size // 8
    elif isinstance(public, ec.EllipticCurvePublicKey):
        algorithm, size = ECDSA_SHA256, 2 * ((public.key_size + 7) // 8) + 10
    else:
        raise KeyKindUnknown
    attribute = der(SEQUENCE, SIGNING_CERTIFICATE_V2, der(SET, essential))
    encoded = der(0xA0, *dict.fromkeys([own, *others]))
    return Identity(encoded, issuer, attribute, algorithm, size, public, (certificate, *chain))


def attributes(who: Identity, digest: bytes) -> bytes:
    """The signed attributes (SET OF, in DER order): content type, digest of the byte range, certificate. No time."""
    message = der(SEQUENCE, MESSAGE_DIGEST, der(SET, der(OCTETS, digest)))
    return der(SET, *sorted((CONTENT_TYPE, message, who.signing_certificate)))


def verify(who: Identity, signed: bytes, signature: bytes) -> None:
    """SignatureWrong unless the certificate's key made it over these attributes: nothing else gets into a file."""
    try:
        if isinstance(who.public, rsa.RSAPublicKey):
            who.public.verify(signature, signed, padding.PKCS1v15(), SHA256())
        else:
            who.public.verify(signature, signed, ec.ECDSA(SHA256()))
    except InvalidSignature as error:
        raise SignatureWrong from error


def signed_data(who: Identity, signed: bytes, signature: bytes, token: bytes | None = None) -> bytes:
    """The CMS ContentInfo over these signed attributes, with the time stamp of the signature if there is one."""
    unsigned = b""
    if token is not None:
        unsigned = der(0xA1, der(SEQUENCE, TIME_STAMP, der(SET, token)))
    info = der(
        SEQUENCE, VERSION_1, who.issuer_and_serial, SHA256_ALGORITHM, b"\xa0" + signed[1:], who.algorithm,
        der(OCTETS, signature), unsigned,
    )  # fmt: skip
    content = der(
        SEQUENCE, VERSION_1, der(SET, SHA256_ALGORITHM), der(SEQUENCE, DATA), who.certificates, der(SET, info)
    )
    return der(SEQUENCE, SIGNED_DATA, der(0xA0, content))


def room(who: Identity, token: int) -> int:
    """How many bytes the CMS takes at most, with a time stamp token of `token` bytes."""
    fixed = len(who.certificates) + len(who.issuer_and_serial) + len(who.signing_certificate) + who.signature_size
    return fixed + token + 260
