"""Keeping signatures provable for decades: a time stamp over the whole file with its evidence (PAdES B-LTA)."""

from __future__ import annotations

from services.signing.pdf import objects, opening, store
from services.signing.pdf.evidence import NOTHING, Evidence
from services.signing.pdf.reader import Bytes
from services.signing.pdf.revision import Revision
from services.signing.pdf.stamps import TimeStamper

KIND = b"/Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161 "
PREFIX = "ArchiveTimestamp"


async def archive(pdf: Bytes, tsa: TimeStamper, *, evidence: Evidence = NOTHING) -> bytes:
    """Adds evidence and a document time stamp in one revision. Repeated before the last stamp's certificate expires.

    `evidence`: revocation data of whatever the file does not hold yet, above all of the last time stamp's certificate.
    Refusals: NotPrepared (not one of our files), TimeStampUnavailable (nothing is changed).
    """
    reader = opening.read(pdf)
    revision = Revision(reader)
    store.add(revision, evidence)
    hole = revision.signature(KIND, opening.TOKEN_ROOM)
    count = sum(name.startswith(PREFIX) for name in reader.fields)
    name = objects.string(f"{PREFIX}{count + 1}")
    page = reader.dictionary(reader.fields[next(iter(reader.fields))])[b"/P"]
    widget = b"/Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 /P %s" % page  # invisible, on no page's list
    field = revision.new(b"<< /FT /Sig /T %s /V %d 0 R %s >>" % (name, hole, widget))
    form = objects.reference(revision.dictionary(reader.root)[b"/AcroForm"])
    listed = objects.items(reader.resolved(revision.dictionary(form)[b"/Fields"]))
    revision.set(form, Fields=b"[%s %d 0 R]" % (b" ".join(listed), field))
    tail = revision.close()
    tail.fill(await tsa.token(tail.digest()))
    return tail.whole()
