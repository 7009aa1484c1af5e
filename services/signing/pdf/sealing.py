"""What the clerk does: number, date and seal in one revision; the office's signature on separate annexes and copies."""

from __future__ import annotations

from datetime import date, datetime

from services.signing.pdf import fields, names, normalise, objects, opening, store
from services.signing.pdf.evidence import NOTHING, Evidence
from services.signing.pdf.fonts import face
from services.signing.pdf.images import picture
from services.signing.pdf.keys import Key
from services.signing.pdf.leader import drawn
from services.signing.pdf.places import MM, Box
from services.signing.pdf.reader import Bytes, Reader
from services.signing.pdf.revision import Revision
from services.signing.pdf.revision import number as real
from services.signing.pdf.stamps import TimeStamper
from shared.clock import VN, now
from shared.problems import Refusal

NARROWEST = 0.7  # how far figures may be narrowed before a number counts as too long
LINE_SIZE = 10.0  # points: NĐ 30 PL I.II.8b
LINE_TOP, LINE_RIGHT = 8 * MM, 15 * MM  # from the edges of the page


class LeaderMissing(Refusal):
    kind = "leader-signature-missing"
    message = "Người có thẩm quyền chưa ký số văn bản này nên chưa được cấp số và đóng dấu. Hãy trình ký trước."


class YearDiffers(Refusal):
    kind, status = "year-differs", 422
    message = "Văn bản in sẵn năm {printed} nhưng ngày ban hành thuộc năm {issued}. Hãy trả lại để sửa năm rồi ký lại."


class NumberTooLong(Refusal):
    kind, status = "number-too-long", 422
    message = "Số {number} dài hơn chỗ trống trên văn bản. Hãy nới chỗ trống sau chữ “Số:” của mẫu rồi trình ký lại."


async def number_and_seal(
    signed: Bytes,
    *,
    number: str,
    issued: date,
    key: Key,
    seal_image: bytes,
    tsa: TimeStamper | None = None,
    evidence: Evidence = NOTHING,
    at: datetime | None = None,
) -> bytes:
    """Writes number, day and month and the office's signature in one revision, which locks the whole document.

    Numbers, days below 10 and months 1 and 2 are padded (NĐ 30 PL I.II.3, 4). Refusals: NotPrepared, LeaderMissing,
    AlreadySignedHere, YearDiffers, NumberTooLong, ImageUnusable, TimeStampUnavailable.
    """
    waiting = open_seal(
        signed, number=number, issued=issued, key=key, seal_image=seal_image, evidence=evidence, at=at,
        stamped=tsa is not None,
    )  # fmt: skip
    return await opening.signed(waiting, key, tsa)


def open_seal(
    signed: Bytes,
    *,
    number: str,
    issued: date,
    key: Key,
    seal_image: bytes,
    evidence: Evidence = NOTHING,
    at: datetime | None = None,
    stamped: bool = True,
) -> opening.Opened:
    """The first step alone, for a key in another place."""
    reader = opening.read(signed)
    field, entries = opening.empty_field(reader, names.SEAL)
    if names.LEADER not in reader.fields or b"/V" not in reader.dictionary(reader.fields[names.LEADER]):
        raise LeaderMissing
    revision = Revision(reader)
    for name, value in values(number, issued).items():
        _write(revision, name, value, issued.year)
    revision.set(field, AP=drawn(revision, entries, picture(seal_image)))
    store.add(revision, evidence)
    lock = opening.field_lock(b"/Action /All", reader.root)
    body = opening.signature_body(key.certificate, at or now(), "Đóng dấu, phát hành", lock)
    return opening.opened(revision, key, body, field, stamped=stamped)


def values(number: str, issued: date) -> dict[str, str]:
    """What is shown in the three fields."""
    padded = number.zfill(2) if number.isdigit() else number
    month = f"{issued.month:02d}" if issued.month < 3 else str(issued.month)
    return {names.NUMBER: padded, names.DAY: f"{issued.day:02d}", names.MONTH: month}


def _write(revision: Revision, name: str, value: str, year: int) -> None:
    field = revision.reader.fields.get(name)
    if field is None:
        raise opening.NotPrepared
    entries = revision.dictionary(field)
    printed = entries.get(b"/QLVBYear")
    if printed is not None and int(printed) != year:
        raise YearDiffers(printed=int(printed), issued=year)
    style = "Italic" if entries[b"/DA"].startswith(b"(/Italic") else "Regular"
    font, size = face(style), float(entries[b"/DA"].split()[1])
    left, bottom, right, top = objects.numbers(entries[b"/Rect"])
    width, wide = right - left, font.width(value, size)
    narrow = min(1.0, width / wide)
    if narrow < NARROWEST or not font.can(value):
        raise NumberTooLong(number=value)
    spare = width - wide * narrow
    x = spare if entries[b"/Q"] == b"2" else spare / 2
    scale = b"" if narrow == 1.0 else b"%s Tz " % real(narrow * 100)
    content = b"/Tx BMC q BT 0 g /F %s Tf %s%s %s Td <%s> Tj ET Q EMC" % (
        real(size), scale, real(x), real(float(entries[b"/QLVBBaseline"])), font.shown(value),
    )  # fmt: skip
    resources = b"/Font << /F %s >>" % entries[b"/QLVBFont"]
    shown = revision.appearance(width, top - bottom, resources, content)
    revision.set(field, V=objects.string(value), AP=b"<< /N %d 0 R >>" % shown)


async def sign_annex(
    pdf: bytes,
    key: Key,
    *,
    code: str,
    tsa: TimeStamper | None = None,
    evidence: Evidence = NOTHING,
    at: datetime | None = None,
) -> bytes:
    """The office's signature on a separate annex, with its line at the top right of page 1 (NĐ 30 PL I.II.8b).

    `code` is number and notation of the document ("12/QĐ-SKHCN"). Refusals as of `prepare` and `number_and_seal`.
    """
    moment = at or now()
    local = moment.astimezone(VN)
    line = f"Số: {code}; {local:%d/%m/%Y}; {local:%H:%M:%S} +07:00"
    return await sign_corner(pdf, key, line=line, tsa=tsa, evidence=evidence, at=moment)


async def sign_corner(
    pdf: bytes,
    key: Key,
    *,
    line: str,
    tsa: TimeStamper | None = None,
    evidence: Evidence = NOTHING,
    at: datetime | None = None,
) -> bytes:
    """The office's signature shown as one line of text, upright, black, size 10, at the top right of page 1."""
    draft = normalise.open_draft(pdf)
    normalise.clean(draft)
    _, _, right, top = (float(v) for v in draft.pages[0].cropbox)
    width = face().width(line, LINE_SIZE) + 4
    edge, roof = right - LINE_RIGHT, top - LINE_TOP
    box = Box(0, edge - width, roof - LINE_SIZE * 1.3, edge, roof)
    field = fields.signature_field(draft, names.ANNEX, box, fields.lock_all())
    fields.add_form(draft, [field], {"Regular": fields.embedded(draft, face())})
    reader = opening.read(normalise.written(draft))
    waiting = _open_corner(reader, key, line, evidence, at or now(), stamped=tsa is not None)
    return await opening.signed(waiting, key, tsa)


def _open_corner(
    reader: Reader, key: Key, line: str, evidence: Evidence, at: datetime, *, stamped: bool
) -> opening.Opened:
    field, entries = opening.empty_field(reader, names.ANNEX)
    revision = Revision(reader)
    left, bottom, right, top = objects.numbers(entries[b"/Rect"])
    form, _ = objects.dictionary(reader.resolved(reader.dictionary(reader.root)[b"/AcroForm"]))
    fonts, _ = objects.dictionary(objects.dictionary(form[b"/DR"])[0][b"/Font"])
    content = b"q BT 0 g /F %s Tf 2 %s Td <%s> Tj ET Q" % (
        real(LINE_SIZE), real(LINE_SIZE * 0.3), face().shown(line),
    )  # fmt: skip
    shown = revision.appearance(right - left, top - bottom, b"/Font << /F %s >>" % fonts[b"/Regular"], content)
    revision.set(field, AP=b"<< /N %d 0 R >>" % shown)
    store.add(revision, evidence)
    lock = opening.field_lock(b"/Action /All", reader.root)
    body = opening.signature_body(key.certificate, at, "Chữ ký số của cơ quan", lock)
    return opening.opened(revision, key, body, field, stamped=stamped)
