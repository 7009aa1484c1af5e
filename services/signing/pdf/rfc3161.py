"""What a time stamp is made of (RFC 3161, RFC 5652), read strictly as DER."""

from __future__ import annotations

from typing import Annotated

from cryptography.hazmat.asn1 import TLV, BitString, Explicit, GeneralizedTime, Implicit, Null, SetOf, sequence
from cryptography.x509 import ObjectIdentifier

SIGNED_DATA = ObjectIdentifier("1.2.840.113549.1.7.2")
TST_INFO = ObjectIdentifier("1.2.840.113549.1.9.16.1.4")
CONTENT_TYPE, MESSAGE_DIGEST = ObjectIdentifier("1.2.840.113549.1.9.3"), ObjectIdentifier("1.2.840.113549.1.9.4")
SHA256, SHA384, SHA512 = (ObjectIdentifier(f"2.16.840.1.101.3.4.2.{last}") for last in (1, 2, 3))


@sequence
class Algorithm:
    """With the parameters NULL or without any, as hash functions, RSA PKCS#1 v1.5 and ECDSA have it."""

    name: ObjectIdentifier
    parameters: Null | None


@sequence
class Attribute:
    kind: ObjectIdentifier
    values: SetOf[TLV]


@sequence
class IssuerAndNumber:
    issuer: TLV
    number: int


@sequence
class Signer:
    version: int
    certificate: IssuerAndNumber
    digest: Algorithm
    attributes: Annotated[list[TLV], Implicit(0)]
    signature_algorithm: Algorithm
    signature: bytes
    unsigned: Annotated[list[TLV] | None, Implicit(1)]


@sequence
class Content:
    kind: ObjectIdentifier
    value: Annotated[bytes, Explicit(0)]


@sequence
class SignedData:
    """Sets that come from many programs are read as sequences: their order is not always what DER asks for."""

    version: int
    digests: SetOf[TLV]
    content: Content
    certificates: Annotated[list[TLV] | None, Implicit(0)]
    lists: Annotated[list[TLV] | None, Implicit(1)]
    signers: SetOf[Signer]


@sequence
class ContentInfo:
    kind: ObjectIdentifier
    content: Annotated[SignedData, Explicit(0)]


@sequence
class Imprint:
    algorithm: Algorithm
    digest: bytes


@sequence
class TstInfo:
    version: int
    policy: ObjectIdentifier
    imprint: Imprint
    number: int
    at: GeneralizedTime
    accuracy: list[TLV] | None
    ordering: bool | None  # DEFAULT FALSE, which some write nevertheless
    nonce: int | None
    authority: Annotated[list[TLV] | None, Implicit(0)]
    extensions: Annotated[list[TLV] | None, Implicit(1)]


@sequence
class Status:
    code: int
    text: list[TLV] | None
    failure: BitString | None


@sequence
class Granted:
    """A TimeStampResp with a token."""

    status: Status
    token: TLV


@sequence
class Refused:
    """A TimeStampResp without one."""

    status: Status
