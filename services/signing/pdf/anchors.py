"""Finds, by the words of the form of NĐ 30, where number, day, month, signature and seal belong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium

from services.signing.pdf import text as words
from services.signing.pdf.places import MM, Box, Line, Places
from shared.problems import Refusal

# On texts without blanks. The number: "Số:" then dots or nothing, then "/2026/QĐ-UBND" or "/QĐ-UBND".
NUMBER = re.compile(r"(?<![A-Za-zÀ-ỹ])Số:(?P<gap>[.…_]*)(?P<given>\d*)(?P<rest>/[\wĐ][\w&/\-–]*)")
DATE = re.compile(r"[Nn]gày(?P<day>[.…_]*\d*[.…_]*)tháng(?P<month>[.…_]*\d*[.…_]*)năm(?P<year>\d{4})?")
HEADER = 0.45  # the share of page 1, from the top, in which number and date stand
SIGNATURE_WIDTH, SIGNATURE_HEIGHT = 150.0, 70.0  # points: 53 × 25 mm
RIGHT_HALF = 0.45  # the signer stands right of this share of the width
LEAST_ROOM = 28.0  # points between the position and the name below which no signature fits
OVERLAP = 1 / 3  # share of the signature's width that the seal covers (NĐ 30 PL I.II.8a: about a third)
MANY_PAGES = 2000


class PlaceNotFound(Refusal):
    kind, status = "place-not-found", 422
    message = (
        "Không tìm thấy trên tệp PDF chỗ đặt: {missing}. Kiểm tra thể thức (ô số, ký hiệu; địa danh, ngày tháng; "
        "chức vụ, họ tên người ký) hoặc đánh dấu vị trí bằng tay."
    )


class AlreadyNumbered(Refusal):
    kind, status = "already-numbered", 422
    message = "Dự thảo đã ghi sẵn {what}. Hãy để trống chỗ này: số và ngày do hệ thống cấp sau khi lãnh đạo ký."


class NoRoomToSign(Refusal):
    kind, status = "no-room-to-sign", 422
    message = (
        "Giữa chức vụ và họ tên người ký chỉ có {room} mm, không đủ chỗ đặt chữ ký. "
        "Hãy để trống ít nhất 25 mm rồi tải lại tệp."
    )


@dataclass(frozen=True)
class Signer:
    """Whose name stands under the signature, the signature's width over its height, and its true height in points."""

    name: str
    ratio: float = SIGNATURE_WIDTH / SIGNATURE_HEIGHT
    height: float = SIGNATURE_HEIGHT


def find(document: pdfium.PdfDocument, signers: Sequence[Signer], seal_mm: float) -> Places:
    """All places; the seal's diameter is in mm. PlaceNotFound names every missing one."""
    missing = []
    number, day, month, year = _header(document)
    if number is None:
        missing.append("số văn bản")
    if day is None or month is None:
        missing.append("ngày, tháng ban hành")
    # One signer stands on the right; those of a joint document stand beside or below each other.
    edge = RIGHT_HALF if len(signers) == 1 else 0.0
    boxes = []
    for signer in signers:
        box = _signature(document, signer, edge)
        if box is None or box in boxes:
            missing.append(f"chữ ký của {signer.name}")
        else:
            boxes.append(box)
    if number is None or day is None or month is None or len(boxes) < len(signers):
        raise PlaceNotFound(missing="; ".join(missing))
    first, *further = boxes
    return Places(number, day, month, first, seal_beside(first, seal_mm), year, tuple(further))


def seal_beside(signature: Box, seal_mm: float) -> Box:
    """The seal's box: true size, over the left third of the signature, on the same height."""
    size, middle = seal_mm * MM, (signature.bottom + signature.top) / 2
    right = signature.left + signature.width * OVERLAP
    return Box(signature.page, right - size, middle - size / 2, right, middle + size / 2)


def _header(document: pdfium.PdfDocument) -> tuple[Line | None, Line | None, Line | None, int | None]:
    page = document[0]
    _, bottom, _, top = page.get_mediabox()
    reading = page.get_textpage()
    number: Line | None = None
    date: tuple[Line, Line, int | None] | None = None
    for row in words.rows_of(words.glyphs_of(reading)):
        if row.baseline < top - (top - bottom) * HEADER:
            break
        number = number or _number(reading, row)
        date = date or _date(reading, row)
    return (number, *date) if date else (number, None, None, None)


def _number(reading: pdfium.PdfTextPage, row: words.Row) -> Line | None:
    match = NUMBER.search(row.text)
    if match is None:
        return None
    if match["given"]:
        raise AlreadyNumbered(what=f"số văn bản “{match['given']}”")
    return _line(reading, row, match.start("gap") - 1, match.start("rest"))


def _date(reading: pdfium.PdfTextPage, row: words.Row) -> tuple[Line, Line, int | None] | None:
    match = DATE.search(row.text)
    if match is None:
        return None
    if re.search(r"\d", match["day"] + match["month"]):
        raise AlreadyNumbered(what="ngày, tháng ban hành")
    day = _line(reading, row, match.start("day") - 1, match.end("day"))
    month = _line(reading, row, match.start("month") - 1, match.end("month"))
    return (day, month, int(match["year"]) if match["year"] else None) if day and month else None


def _line(reading: pdfium.PdfTextPage, row: words.Row, before: int, after: int) -> Line | None:
    """Room between the characters at these two indices of the row."""
    first, last = row.glyphs[before], row.glyphs[after]
    size = round(words.size_at(reading, first.index), 2)
    if last.left - first.right < size * 0.45:
        return None
    drop = 0.25 * size
    box = Box(0, first.right, first.baseline - drop, last.left, first.baseline + 0.95 * size)
    return Line(box, drop, size, words.italic_at(reading, first.index))


def _signature(document: pdfium.PdfDocument, signer: Signer, side: float) -> Box | None:
    """The room above the signer's name, on the last page that has it under a position in capitals.

    `side`: the share of the page's width, from the left, beyond which it has to be.
    """
    wanted = _bare(signer.name)
    room = None
    for number in range(len(document) - 1, max(-1, len(document) - 1 - MANY_PAGES), -1):
        page = document[number]
        reading = page.get_textpage()
        if wanted in _bare(reading.get_text_range()):
            rows = words.rows_of(words.glyphs_of(reading))
            left, _, right, _ = page.get_mediabox()
            edge = left + (right - left) * side
            for index in range(len(rows) - 1, -1, -1):
                box = _above_name(rows, index, wanted, edge, number, signer)
                if isinstance(box, Box):
                    return box
                room = box if room is None else room
        reading.close()
        page.close()
    if room is not None:
        raise NoRoomToSign(room=round(room / MM))
    return None


def _above_name(
    rows: list[words.Row], index: int, wanted: str, edge: float, page: int, signer: Signer
) -> Box | float | None:
    """The box of the signature above the name in this row; the room in points if it is too low; None if no name."""
    size = max(rows[index].glyphs[0].right - rows[index].glyphs[0].left, 6.0)
    name = next((p for p in rows[index].pieces(size * 3) if _bare(p.text) == wanted), None)
    if name is None or (name.left + name.right) / 2 < edge:
        return None
    above = next((p for row in reversed(rows[:index]) if (p := row.part(name.left - 40, name.right + 40))), None)
    if above is None or above.text.upper() != above.text or not re.search(r"[A-ZĐ]{2}", above.text):
        return None
    room = above.bottom - name.top
    if room < LEAST_ROOM:
        return room
    height = min(signer.height, room - 4)
    width = min(height * signer.ratio, SIGNATURE_WIDTH * 1.2)
    height = min(height, width / signer.ratio)
    x, y = (name.left + name.right) / 2, (above.bottom + name.top) / 2
    return Box(page, x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _bare(value: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", value)).casefold()
