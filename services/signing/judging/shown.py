"""What a reader sees of number and date: in the fields of our own files, else as text on page 1."""

from __future__ import annotations

import re

import pypdfium2 as pdfium

from services.signing.judging.contents import Field
from services.signing.judging.verdict import Shown
from services.signing.pdf import names
from services.signing.pdf import text as words

# On texts without blanks, as in the form of NĐ 30: "Số:123/QĐ-UBND", "TuyênQuang,ngày05tháng11năm2026". A date in a
# sentence is another document's: the place stands before this one, and nothing after it.
NUMBER = re.compile(r"(?<![A-Za-zÀ-ỹ])Số:(?P<number>\d{1,7}[a-z]?)/(?P<notation>[\wĐ][\w&/\-–]*)")
DATE = re.compile(r"(?<=\w,)[Nn]gày(?P<day>\d{1,2})tháng(?P<month>\d{1,2})năm(?P<year>\d{4})$")
FORM = 1  # FORMTYPE_ACRO_FORM
GAP = 8.0  # points: between the notation and the column beside it
HEADER = 0.45  # the share of page 1, from the top, in which number and date stand


def in_fields(found: list[Field]) -> Shown:
    """From the values of our fields, which the judge has compared with what they draw."""
    values = {one.name: str(one.entries["/V"]) for one in found if one.kind == "/Tx" and "/V" in one.entries}
    day = f"{values[names.DAY]}/{values.get(names.MONTH, '')}" if names.DAY in values else None
    return Shown(number=values.get(names.NUMBER), day=day)


def on_page(pdf: bytes) -> Shown:
    """From the text of page 1. Nothing where it is a picture."""
    try:
        document = pdfium.PdfDocument(pdf)
    except pdfium.PdfiumError:
        return Shown()
    try:
        if document.get_formtype() == FORM:
            document.init_forms()
        page = document[0]
        _, bottom, _, top = page.get_mediabox()
        floor = top - (top - bottom) * HEADER
        rows = [row for row in words.rows_of(words.glyphs_of(page.get_textpage())) if row.baseline >= floor]
    except (pdfium.PdfiumError, ValueError, IndexError):
        return Shown()
    finally:
        document.close()
    number, notation = next((found for row in rows if (found := _number(row))), (None, None))
    day = next((match for row in rows if (match := DATE.search(row.text))), None)
    return Shown(
        number=number,
        notation=notation,
        day=f"{int(day['day']):02d}/{int(day['month']):02d}/{day['year']}" if day else None,
    )


def _number(row: words.Row) -> tuple[str, str] | None:
    """Number and notation, without the words that stand in the next column on the same line."""
    match = NUMBER.search(row.text)
    if match is None:
        return None
    start, end = match.span("notation")
    notation = words.row_of(row.glyphs[start:end]).pieces(GAP)[0].text
    return match["number"], notation
