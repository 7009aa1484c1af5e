"""Keeping signatures provable for decades: a time stamp over the whole file with its evidence (PAdES B-LTA)."""

from __future__ import annotations

from services.signing.pdf import objects, opening, store
from services.signing.pdf.content import Content
from services.signing.pdf.evidence import NOTHING, Evidence
from services.signing.pdf.revision import Revision
from services.signing.pdf.signable import Known, reading
from services.signing.pdf.stamps import TimeStamper

KIND = b"/Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161 "
PREFIX = "ArchiveTimestamp"


async def archive(pdf: Content, tsa: TimeStamper, *, evidence: Evidence = NOTHING, known: Known | None = None) -> bytes:
    """Adds evidence and a document time stamp in one revision. Repeated before the last stamp's certificate expires.

    `evidence` proves later what this stamp covers. It is about the signers, the authorities of their time stamps and of
    the last document time stamp (`renewal.last`), and that of `tsa`; from after the signatures; with every certificate
    up to the root and the root (ETSI EN 319 102-1 §5.6: past validation finds nothing without them).
    Refusals: NotPrepared (not one of our files), FileChanged, TimeStampUnavailable: nothing changed.
    """
    waiting = open_archive(pdf, evidence=evidence, known=known)
    await stamp(waiting, tsa)
    return waiting.whole()


def open_archive(pdf: Content, *, evidence: Evidence = NOTHING, known: Known | None = None) -> opening.Revised:
    """The revision over the file, before its time stamp."""
    with reading(pdf, known) as file:
        revision = Revision(file)
        store.add(revision, evidence)
        hole = revision.signature(KIND, opening.TOKEN_ROOM)
        name = f"{PREFIX}{sum(one.startswith(PREFIX) for one in file.fields) + 1}"
        page = file.dictionary(file.listed[0])[b"/P"]
        widget = b"/Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 /P %s" % page  # invisible, on no page's list
        made = revision.new(b"<< /FT /Sig /T %s /V %d 0 R %s >>" % (objects.string(name), hole, widget))
        listed = b" ".join(b"%d 0 R" % number for number in (*file.listed, made))
        revision.set(file.form, Fields=b"[%s]" % listed)
        return opening.revised(pdf, revision, known)


async def stamp(waiting: opening.Revised, tsa: TimeStamper) -> None:
    """Puts the time stamp over the whole file into it. TimeStampUnavailable."""
    waiting.tail.fill(await tsa.token(waiting.tail.digest(waiting.before)))
