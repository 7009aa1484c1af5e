"""Time stamps by RFC 3161: what the library wants of a time stamper, requests and answers."""

from __future__ import annotations

import hashlib
from typing import Protocol

from cryptography.hazmat.asn1 import decode_der

from services.signing.pdf import rfc3161, tokens
from services.signing.pdf.cms import INTEGER, NULL, OCTETS, SEQUENCE, VERSION_1, der, oid
from shared.problems import Refusal

_SHA256 = der(SEQUENCE, oid("2.16.840.1.101.3.4.2.1"), NULL)
_YES = b"\x01\x01\xff"
GRANTED = (0, 1)  # granted; granted with modifications, which `tokens.checked` then looks at


class TimeStampUnavailable(Refusal):
    kind, status = "timestamp-unavailable", 503
    message = "Máy chủ cấp dấu thời gian chưa trả lời. Văn bản chưa bị thay đổi; hệ thống sẽ tự thử lại."


class TimeStamper(Protocol):
    """Gives a time stamp over a digest."""

    async def token(self, digest: bytes) -> bytes:
        """DER of the TimeStampToken (a CMS ContentInfo) over this SHA-256 `digest`. TimeStampUnavailable if none."""


def request_for(digest: bytes, nonce: int) -> bytes:
    """DER of the TimeStampReq (RFC 3161 §2.4.1) that asks for the authority's certificate as well."""
    imprint = der(SEQUENCE, _SHA256, der(OCTETS, digest))
    number = der(INTEGER, nonce.to_bytes(nonce.bit_length() // 8 + 1, "big"))
    return der(SEQUENCE, VERSION_1, imprint, number, _YES)


def answered(answer: bytes, digest: bytes, nonce: int) -> tokens.Token:
    """The token of this TimeStampResp. TokenWrong unless it is granted and stamps this digest for this request."""
    try:
        granted = decode_der(rfc3161.Granted, answer)
    except ValueError as error:
        raise tokens.TokenWrong(_refusal(answer)) from error
    if granted.status.code not in GRANTED:
        raise tokens.TokenWrong(f"refused: status {granted.status.code}")
    return tokens.checked(der(SEQUENCE, bytes(granted.token.data)), digest, nonce)


def _refusal(answer: bytes) -> str:
    try:
        return f"refused: status {decode_der(rfc3161.Refused, answer).status.code}"
    except ValueError:
        return "not an answer of a time stamper"


def digest_of(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()
