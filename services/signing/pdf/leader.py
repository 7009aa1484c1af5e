"""The competent person's signature: certifies the file, locks everything but number, date and seal."""

from __future__ import annotations

from datetime import datetime

from services.signing.pdf import names, objects, opening, pictures, store
from services.signing.pdf.content import Content
from services.signing.pdf.evidence import NOTHING, Evidence
from services.signing.pdf.images import Drawing
from services.signing.pdf.keys import Key, Owner
from services.signing.pdf.revision import Revision
from services.signing.pdf.signable import Known, reading
from services.signing.pdf.stamps import TimeStamper
from shared.clock import now

_CERTIFIES = b"<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /V /1.2 /P 2 >> >> "


async def sign_leader(
    prepared: Content,
    key: Key,
    *,
    place: int = 0,
    image: Drawing | None = None,
    tsa: TimeStamper | None = None,
    evidence: Evidence = NOTHING,
    at: datetime | None = None,
    certify: bool = True,
    known: Known | None = None,
) -> bytes:
    """The signed file. `certify` False: an approval signature with the same lock, for tools that dislike certification.

    `place`: which of a joint document's signers, in the order of the preparation; they may sign in any order.
    Refusals: NotPrepared, FileChanged, AlreadySignedHere, ImageUnusable, KeyKindUnknown, SignatureWrong,
    TimeStampUnavailable.
    """
    waiting = open_leader(
        prepared, key, place=place, image=image, evidence=evidence, at=at, certify=certify, stamped=tsa is not None,
        known=known,
    )  # fmt: skip
    return await opening.signed(waiting, key, tsa)


def open_leader(
    prepared: Content,
    who: Owner,
    *,
    place: int = 0,
    image: Drawing | None = None,
    evidence: Evidence = NOTHING,
    at: datetime | None = None,
    certify: bool = True,
    stamped: bool = True,
    known: Known | None = None,
) -> opening.Opened:
    """The first step alone, for a key in another place: `finished(…)` of `opening` is the last.

    `image` None: the one that the preparation put into the file. `known`: which bytes the file has to consist of.
    """
    name = names.LEADERS[place]
    with reading(prepared, known) as file:
        leaders = file.leaders
        field, entries = opening.empty_field(file, name)
        revision = Revision(file)
        revision.set(field, AP=pictures.drawn(revision, entries, image))
        excluded = b" ".join(objects.string(one) for one in names.left_open(name, leaders))
        references = opening.field_lock(b"/Action /Exclude /Fields [%s]" % excluded, file.root, b" /P 2")
        certifies = certify and not any(map(file.signed, leaders))  # only a file's first signature can
        if certifies:
            references = _CERTIFIES + references
        store.add(revision, evidence)
        body = opening.signature_body(who.certificate, at or now(), "Ký ban hành", references)
        return opening.opened(prepared, revision, who, body, field, stamped=stamped, certifies=certifies, known=known)
