"""What the clerk does with a document that its leader has signed: number, date and seal in one revision."""

from __future__ import annotations

from datetime import date, datetime

from services.signing.pdf import names, objects, opening, pictures, store
from services.signing.pdf.content import Content
from services.signing.pdf.evidence import NOTHING, Evidence
from services.signing.pdf.fonts import face
from services.signing.pdf.images import Drawing
from services.signing.pdf.keys import Key, Owner
from services.signing.pdf.revision import Revision
from services.signing.pdf.revision import number as real
from services.signing.pdf.signable import Known, NotPrepared, Signable, reading
from services.signing.pdf.stamps import TimeStamper
from shared.clock import now
from shared.problems import Refusal

NARROWEST = 0.7  # how far figures may be narrowed before a number counts as too long


class LeaderMissing(Refusal):
    kind = "leader-signature-missing"
    message = "Văn bản còn thiếu chữ ký của {missing} nên chưa được cấp số và đóng dấu. Hãy trình ký trước."


class YearDiffers(Refusal):
    kind, status = "year-differs", 422
    message = "Văn bản in sẵn năm {printed} nhưng ngày ban hành thuộc năm {issued}. Hãy trả lại để sửa năm rồi ký lại."


class NumberTooLong(Refusal):
    kind, status = "number-too-long", 422
    message = "Số {number} dài hơn chỗ trống trên văn bản. Hãy nới chỗ trống sau chữ “Số:” của mẫu rồi trình ký lại."


async def number_and_seal(
    signed: Content,
    *,
    number: str,
    issued: date,
    key: Key,
    seal_image: Drawing | None = None,
    tsa: TimeStamper | None = None,
    evidence: Evidence = NOTHING,
    at: datetime | None = None,
    known: Known | None = None,
) -> bytes:
    """Writes number, day and month and the office's signature in one revision, which locks the whole document.

    Numbers, days below 10 and months 1 and 2 are padded (NĐ 30 PL I.II.3, 4). Refusals: NotPrepared, FileChanged,
    LeaderMissing, AlreadySignedHere, YearDiffers, NumberTooLong, ImageUnusable, SignatureWrong, TimeStampUnavailable.
    """
    waiting = open_seal(
        signed, number=number, issued=issued, key=key, seal_image=seal_image, evidence=evidence, at=at,
        stamped=tsa is not None, known=known,
    )  # fmt: skip
    return await opening.signed(waiting, key, tsa)


def open_seal(
    signed: Content,
    *,
    number: str,
    issued: date,
    key: Owner,
    seal_image: Drawing | None = None,
    evidence: Evidence = NOTHING,
    at: datetime | None = None,
    stamped: bool = True,
    known: Known | None = None,
) -> opening.Opened:
    """The first step alone, for a key in another place. `seal_image` None: the one of the preparation."""
    with reading(signed, known) as file:
        field, entries = opening.empty_field(file, names.SEAL)
        _refuse_unsigned(file)
        revision = Revision(file)
        for name, value in values(number, issued).items():
            _write(revision, name, value, issued.year)
        revision.set(field, AP=pictures.drawn(revision, entries, seal_image))
        store.add(revision, evidence)
        lock = opening.field_lock(b"/Action /All", file.root)
        body = opening.signature_body(key.certificate, at or now(), "Đóng dấu, phát hành", lock)
        return opening.opened(signed, revision, key, body, field, stamped=stamped, known=known)


def _refuse_unsigned(file: Signable) -> None:
    """Every leader of the document has signed. LeaderMissing."""
    leaders = file.leaders
    missing = [str(place) for place, name in enumerate(leaders, 1) if not file.signed(name)]
    if missing or not leaders:
        several = f" thứ {', '.join(missing)}" if len(leaders) > 1 else ""
        raise LeaderMissing(missing=f"người có thẩm quyền{several}")


def values(number: str, issued: date) -> dict[str, str]:
    """What is shown in the three fields."""
    padded = number.zfill(2) if number.isdigit() else number
    month = f"{issued.month:02d}" if issued.month < 3 else str(issued.month)
    return {names.NUMBER: padded, names.DAY: f"{issued.day:02d}", names.MONTH: month}


def _write(revision: Revision, name: str, value: str, year: int) -> None:
    found = revision.file.field(name)
    if found is None:
        raise NotPrepared
    field, entries = found
    printed = entries.get(b"/QLVBYear")
    if printed is not None and int(printed) != year:
        raise YearDiffers(printed=int(printed), issued=year)
    left, bottom, right, top = objects.numbers(entries[b"/Rect"])
    width = right - left
    look, edge = entries[b"/DA"].strip(b"()").decode(), entries[b"/Q"] == b"2"
    content = drawn(value, look, width, float(entries[b"/QLVBBaseline"]), right_edge=edge)
    resources = b"/Font << /F %s >>" % entries[b"/QLVBFont"]
    shown = revision.appearance(width, top - bottom, resources, content)
    revision.set(field, V=objects.string(value), AP=b"<< /N %d 0 R >>" % shown)


def drawn(value: str, look: str, width: float, baseline: float, *, right_edge: bool) -> bytes:
    """The content of the field's appearance, its font named /F; `look` is the field's /DA. NumberTooLong."""
    font, size = face("Italic" if look.startswith("/Italic") else "Regular"), float(look.split()[1])
    wide = font.width(value, size)
    narrow = min(1.0, width / wide)
    if narrow < NARROWEST or not font.can(value):
        raise NumberTooLong(number=value)
    spare = width - wide * narrow
    x = spare if right_edge else spare / 2
    scale = b"" if narrow == 1.0 else b"%s Tz " % real(narrow * 100)
    return b"/Tx BMC q BT 0 g /F %s Tf %s%s %s Td <%s> Tj ET Q EMC" % (
        real(size), scale, real(x), real(baseline), font.shown(value),
    )  # fmt: skip
