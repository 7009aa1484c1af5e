"""Forgeries inside the CMS of a signature: its hole is the one place in a file that no signature covers."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from services.signing.pdf.keys import SoftKey
from tests.unit.signing import pki
from tests.unit.signing.foreign import asn1_of
from tests.unit.signing.forging.honest import Forgery, Honest

RANGE = re.compile(rb"/ByteRange \[0 +(\d+) +(\d+) +(\d+)")
WRONG = ("signature-malformed", "signature-wrong", "changed-bytes")


@dataclass(frozen=True)
class Hole:
    """Where `<…>` of the last signature stands, and what its byte range hashes to."""

    start: int
    end: int
    covered: bytes

    @classmethod
    def last(cls, pdf: bytes) -> Hole:
        before, after, length = (int(n) for n in list(RANGE.finditer(pdf))[-1].groups())
        return cls(before, after, pdf[:before] + pdf[after : after + length])

    def content(self, pdf: bytes) -> bytes:
        return bytes.fromhex(pdf[self.start + 1 : self.end - 1].decode())

    def filled(self, pdf: bytes, content: bytes) -> bytes:
        digits = content.hex().encode()
        assert len(digits) <= self.end - self.start - 2, "does not fit"
        return pdf[: self.start + 1] + digits.ljust(self.end - self.start - 2, b"0") + pdf[self.end - 1 :]


def rewritten(pdf: bytes, change: Callable[[cms.SignedData], None]) -> bytes:
    """The last signature with another CMS: nothing that it signed changes."""
    hole = Hole.last(pdf)
    info = cms.ContentInfo.load(hole.content(pdf))
    change(info["content"])
    return hole.filled(pdf, info.dump())


@dataclass
class Message:
    """A CMS signature put together by hand: every part may be wrong."""

    key: SoftKey
    digest: str = "sha256"
    certificates: list[asn1.Certificate] = field(default_factory=list)
    attributes: list[cms.CMSAttribute] | None = None
    essential: Any = "own"  # the certificate named in signing-certificate-v2; None: none
    token: bytes | None = None
    content: bytes | None = None

    def over(self, covered: bytes) -> bytes:
        own = asn1_of(self.key.certificate)
        attributes = cms.CMSAttributes(self.attributes or self._attributes(hashlib.new(self.digest, covered).digest()))
        issuer = cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number})
        info = {
            "version": "v1", "sid": cms.SignerIdentifier("issuer_and_serial_number", issuer),
            "digest_algorithm": {"algorithm": self.digest}, "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": self._algorithm()}, "signature": self._signed(attributes),
        }  # fmt: skip
        if self.token is not None:
            stamp = {"type": "signature_time_stamp_token", "values": [cms.ContentInfo.load(self.token)]}
            info["unsigned_attrs"] = cms.CMSAttributes([cms.CMSAttribute(stamp)])
        inner: dict[str, Any] = {"content_type": "data"}
        if self.content is not None:
            inner["content"] = core.OctetString(self.content)
        shown = self.certificates or [own, *(asn1_of(c) for c in self.key.chain)]
        data = {
            "version": "v1", "digest_algorithms": [{"algorithm": self.digest}], "encap_content_info": inner,
            "certificates": [cms.CertificateChoices("certificate", c) for c in shown],
            "signer_infos": [cms.SignerInfo(info)],
        }  # fmt: skip
        return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)}).dump()

    def _attributes(self, digest: bytes) -> list[cms.CMSAttribute]:
        made = [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [digest]}),
        ]
        named = asn1_of(self.key.certificate) if self.essential == "own" else self.essential
        if named is not None:
            one = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(named.dump()).digest()})
            value = tsp.SigningCertificateV2({"certs": [one]})
            made.append(cms.CMSAttribute({"type": "signing_certificate_v2", "values": [value]}))
        return made

    def _algorithm(self) -> str:
        kind = "rsa" if isinstance(self.key._private, rsa.RSAPrivateKey) else "ecdsa"
        return f"{self.digest}_{kind}"

    def _signed(self, attributes: cms.CMSAttributes) -> bytes:
        data, algorithm = attributes.untag().dump(), getattr(hashes, self.digest.upper())()
        if isinstance(self.key._private, rsa.RSAPrivateKey):
            return self.key._private.sign(data, padding.PKCS1v15(), algorithm)
        return self.key._private.sign(data, ec.ECDSA(algorithm))


def resigned(pdf: bytes, message: Message) -> bytes:
    """The last signature made anew by this message, over the same bytes."""
    hole = Hole.last(pdf)
    return hole.filled(pdf, message.over(hole.covered))


async def forgeries(honest: Honest) -> list[Forgery]:
    made = [Forgery(f"cms/{name}", pdf, frozenset(codes)) for name, pdf, *codes in _edited(honest)]
    made += [Forgery(f"cms/{name}", pdf, frozenset(codes)) for name, pdf, *codes in _resigned(honest)]
    return made + [Forgery(f"stamp/{n}", pdf, frozenset({"timestamp-wrong"})) async for n, pdf in _stamps(honest)]


def _edited(honest: Honest):
    sealed = honest.sealed
    hole = Hole.last(sealed)
    value = hole.content(sealed)
    length = len(cms.ContentInfo.load(value).dump())

    def twice(data: cms.SignedData) -> None:
        (one,) = data["signer_infos"]
        data["signer_infos"] = cms.SignerInfos([one, one.copy()])

    def none(data: cms.SignedData) -> None:
        data["signer_infos"] = cms.SignerInfos([])

    def carrying(data: cms.SignedData) -> None:
        data["encap_content_info"] = {"content_type": "data", "content": core.OctetString(b"other content")}

    def without_certificates(data: cms.SignedData) -> None:
        data["certificates"] = []

    def other_digest(data: cms.SignedData) -> None:
        for one in data["signer_infos"][0]["signed_attrs"]:
            if one["type"].native == "message_digest":
                one["values"] = [hashlib.sha256(b"other").digest()]

    def two_digests(data: cms.SignedData) -> None:
        attributes = list(data["signer_infos"][0]["signed_attrs"])
        extra = cms.CMSAttribute({"type": "message_digest", "values": [hashlib.sha256(b"other").digest()]})
        data["signer_infos"][0]["signed_attrs"] = cms.CMSAttributes([*attributes, extra])

    def no_attributes(data: cms.SignedData) -> None:
        one = data["signer_infos"][0]
        kept = {name: one[name] for name in ("version", "sid", "digest_algorithm", "signature_algorithm", "signature")}
        data["signer_infos"] = cms.SignerInfos([cms.SignerInfo(kept)])

    def bent(data: cms.SignedData) -> None:
        signature = bytearray(data["signer_infos"][0]["signature"].native)
        signature[-1] ^= 1
        data["signer_infos"][0]["signature"] = bytes(signature)

    edits = {
        "two-signers": twice, "no-signer": none, "with-content": carrying, "no-certificates": without_certificates,
        "other-digest": other_digest, "two-digests": two_digests, "no-attributes": no_attributes, "bent": bent,
    }  # fmt: skip
    for name, change in edits.items():
        yield name, rewritten(sealed, change), *WRONG
    yield "bytes-behind", hole.filled(sealed, value[:length] + b"hidden payload"), "byte-range"
    yield "second-value-behind", hole.filled(sealed, value[:length] + b"\x04\x03abc"), "byte-range"
    yield "endless", hole.filled(sealed, b"\x30\x80" + value[4:length] + b"\0\0payload"), "byte-range", *WRONG
    yield "not-der", hole.filled(sealed, b"\x04\x03abc"), *WRONG
    yield "empty", hole.filled(sealed, b""), *WRONG, "byte-range", "unreadable"
    yield "of-another-document", hole.filled(sealed, Hole.last(honest.other).content(honest.other)), "changed-bytes"


def _resigned(honest: Honest):
    world, sealed = honest.world, honest.sealed
    office, leader = world.office, asn1_of(world.leader.certificate)
    yield "no-essential-certificate", resigned(sealed, Message(office, essential=None)), "signature-malformed"
    yield "essential-of-another", resigned(sealed, Message(office, essential=leader)), *WRONG
    yield "signed-content", resigned(sealed, Message(office, content=b"other")), "signature-malformed"
    digest = hashlib.sha256(Hole.last(sealed).covered).digest()
    wrong = [
        cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
        cms.CMSAttribute({"type": "message_digest", "values": [digest]}),
    ]
    yield "content-type", resigned(sealed, Message(office, attributes=wrong)), *WRONG
    yield "sha-1", resigned(sealed, Message(office, digest="sha1")), "weak-algorithm"
    short = pki.short_rsa(world)
    yield "md5", resigned(sealed, Message(short[1], digest="md5")), "weak-algorithm"
    yield "rsa-1024", resigned(sealed, Message(short[0])), "weak-algorithm"


async def _stamps(honest: Honest):
    """Time stamps that prove nothing about this signature."""
    world, sealed = honest.world, honest.sealed
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    stranger = pki.Authority.root("Thử nghiệm Root CA").below("Thử nghiệm CA G1")
    forged = stranger.issue(pki.name("Thử nghiệm TSA"), purpose=ExtendedKeyUsageOID.TIME_STAMPING)
    signature = cms.ContentInfo.load(Hole.last(sealed).content(sealed))["content"]["signer_infos"][0]["signature"]
    right, wrong = hashlib.sha256(signature.native).digest(), hashlib.sha256(b"another signature").digest()
    no_stamper = world.ca.issue(pki.name("Không phải TSA"))
    tokens = {
        "of-another-signature": await world.stamper().token(wrong),
        "unknown-authority": await pki.LocalStamper(forged, lambda: now).token(right),
        "by-a-signers-certificate": await pki.LocalStamper(no_stamper, lambda: now).token(right),
        "from-the-future": await world.stamper(now + dt.timedelta(days=1)).token(right),
        "before-the-authority": await world.stamper(pki.BEGIN - dt.timedelta(days=1)).token(right),
    }
    bent = cms.ContentInfo.load(await world.stamper().token(right))
    inner = tsp.TSTInfo.load(bent["content"]["encap_content_info"]["content"].contents)
    inner["gen_time"] = now - dt.timedelta(days=300)
    bent["content"]["encap_content_info"]["content"] = cms.ParsableOctetString(inner.dump())
    tokens["time-changed"] = bent.dump()
    for name, token in tokens.items():
        stamp = cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [cms.ContentInfo.load(token)]})

        def change(data: cms.SignedData, stamp: cms.CMSAttribute = stamp) -> None:
            data["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([stamp])

        yield name, rewritten(sealed, change)
