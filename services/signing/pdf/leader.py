"""The competent person's signature: certifies the file, locks everything but number, date and seal."""

from __future__ import annotations

from datetime import datetime

from services.signing.pdf import names, objects, opening, store
from services.signing.pdf.evidence import NOTHING, Evidence
from services.signing.pdf.images import Picture, picture
from services.signing.pdf.keys import Key
from services.signing.pdf.reader import Bytes
from services.signing.pdf.revision import Revision, number
from services.signing.pdf.stamps import TimeStamper
from shared.clock import now

_CERTIFIES = b"<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /V /1.2 /P 2 >> >> "


async def sign_leader(
    prepared: Bytes,
    key: Key,
    *,
    image: bytes,
    tsa: TimeStamper | None = None,
    evidence: Evidence = NOTHING,
    at: datetime | None = None,
    certify: bool = True,
) -> bytes:
    """The signed file. `certify` False: an approval signature with the same lock, for tools that dislike certification.

    Refusals: NotPrepared, AlreadySignedHere, ImageUnusable, KeyKindUnknown, TimeStampUnavailable.
    """
    waiting = open_leader(
        prepared, key, image=image, evidence=evidence, at=at, certify=certify, stamped=tsa is not None
    )
    return await opening.signed(waiting, key, tsa)


def open_leader(
    prepared: Bytes,
    key: Key,
    *,
    image: bytes,
    evidence: Evidence = NOTHING,
    at: datetime | None = None,
    certify: bool = True,
    stamped: bool = True,
) -> opening.Opened:
    """The first step alone, for a key in another place: `finished(…)` of `opening` is the last."""
    reader = opening.read(prepared)
    field, entries = opening.empty_field(reader, names.LEADER)
    revision = Revision(reader)
    revision.set(field, AP=drawn(revision, entries, picture(image)))
    excluded = b" ".join(objects.string(name) for name in (*names.TEXTS, names.SEAL))
    references = opening.field_lock(b"/Action /Exclude /Fields [%s]" % excluded, reader.root, b" /P 2")
    if certify:
        references = _CERTIFIES + references
    store.add(revision, evidence)
    body = opening.signature_body(key.certificate, at or now(), "Ký ban hành", references)
    return opening.opened(revision, key, body, field, stamped=stamped, certifies=certify)


def drawn(revision: Revision, field: dict[bytes, bytes], image: Picture) -> bytes:
    """The field's appearance: the image in true proportion, as large as the box allows, in its middle."""
    left, bottom, right, top = objects.numbers(field[b"/Rect"])
    width, height = right - left, top - bottom
    wide = min(width, height * image.ratio)
    high = wide / image.ratio
    content = b"q %s 0 0 %s %s %s cm /I Do Q" % tuple(
        map(number, (wide, high, (width - wide) / 2, (height - high) / 2))
    )
    resources = b"/XObject << /I %d 0 R >>" % revision.image(image)
    return b"<< /N %d 0 R >>" % revision.appearance(width, height, resources, content)
