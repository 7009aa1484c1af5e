"""A signature that waits for its time stamp, and evidence that comes later: the act is done, its proof follows.

The key signs once. Whatever is slow or dead afterwards, the signature stays: its file has room for the token in the
hole of the signature, which no signature covers. That ends with the next revision: what a leader's signature lacks
when the seal is set is proven by the seal's time stamp and the evidence in its revision.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from asn1crypto import cms

from services.signing.pdf import tokens
from services.signing.pdf.archive import archive
from services.signing.pdf.content import Content, value_in
from services.signing.pdf.evidence import Evidence
from services.signing.pdf.signable import Known, known_of, reading
from services.signing.pdf.stamps import TimeStamper, digest_of
from shared.problems import Refusal

Hole = tuple[int, int]  # from "<" to after ">"


class NothingWaits(Refusal):
    kind = "nothing-waits-for-timestamp"
    message = (
        "Chữ ký cuối cùng của tệp không chờ dấu thời gian (đã có, hoặc tệp đã được ký tiếp). Không cần làm gì thêm."
    )


class StampUnfit(Refusal):
    kind, status = "timestamp-unfit", 422
    message = "Dấu thời gian nhận được không thuộc chữ ký này ({detail}) nên chưa đưa vào tệp. Hệ thống sẽ xin lại."


@dataclass(frozen=True)
class Waiting:
    """The newest signature of a file, without its time stamp. `imprint` is what the time stamper has to stamp."""

    hole: Hole
    cms: bytes
    imprint: bytes


def waiting(content: Content, *, hole: Hole | None = None) -> Waiting | None:
    """What waits in this file; None if nothing does. NotPrepared.

    `hole`: where the signature stands in a file that others had signed before (`opened.tail.hole`).
    """
    if hole is None:
        with reading(content) as file:
            hole = file.hole
    if hole is None:
        return None
    value = value_in(content, hole)
    info = cms.ContentInfo.load(value)
    (signer,) = info["content"]["signer_infos"]
    if info["content"]["encap_content_info"]["content_type"].native != "data" or signer["unsigned_attrs"]:
        return None
    return Waiting(hole, value, digest_of(signer["signature"].native))


def stamp(pdf: bytes, token: bytes, *, hole: Hole | None = None) -> bytes:
    """The file with this time stamp (DER of the TimeStampToken) in its newest signature; not a bit else changes.

    Refusals: NotPrepared, NothingWaits (asked twice, or signed on since), StampUnfit.
    """
    at, value = _stamped(pdf, token, hole)
    return b"".join((pdf[:at], value, pdf[at + len(value) :]))


def stamp_file(path: Path, token: bytes, *, hole: Hole | None = None) -> Known:
    """The same in a private copy of the file; which file it is then."""
    at, value = _stamped(path, token, hole)
    with path.open("r+b") as file:
        file.seek(at)
        file.write(value)
    return known_of(path)


def _stamped(content: Content, token: bytes, hole: Hole | None) -> tuple[int, bytes]:
    """Where the new value of the hole begins, and its hexadecimal digits."""
    found = waiting(content, hole=hole)
    if found is None:
        raise NothingWaits
    try:
        tokens.checked(token, found.imprint)
    except tokens.TokenWrong as error:
        raise StampUnfit(detail=str(error)) from error
    info = cms.ContentInfo.load(found.cms)
    (signer,) = info["content"]["signer_infos"]
    attribute = cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [cms.ContentInfo.load(token)]})
    signer["unsigned_attrs"] = cms.CMSAttributes([attribute])
    value, room = info.dump(force=False).hex().encode(), found.hole[1] - found.hole[0] - 2
    if len(value) > room:
        raise StampUnfit(detail=f"{len(token)} byte")
    return found.hole[0] + 1, value.ljust(room, b"0")


async def complete(pdf: Content, evidence: Evidence, tsa: TimeStamper, *, known: Known | None = None) -> bytes:
    """B-T to B-LT when OCSP and CRL answer again: the evidence goes into the file under a document time stamp.

    Nothing may stand uncovered after the last signature, so the evidence brings its own time stamp (B-LTA).
    Refusals as of `archive`.
    """
    return await archive(pdf, tsa, evidence=evidence, known=known)
