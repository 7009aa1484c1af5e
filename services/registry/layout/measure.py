"""PDF → sheets, in a process of its own: `python -m services.registry.layout.measure` reads a PDF, writes JSON.

The file is a stranger's: the process has limits, and its end harms nobody. pdfium is not safe between threads.
"""

from __future__ import annotations

import ctypes
import json
import math
import re
import sys
import unicodedata
from dataclasses import asdict
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from services.registry.layout import apart
from services.registry.layout.sheet import Glyph, Page, Row, Rule, Sheets, rows_of

MOST_PAGES, MOST_GLYPHS = 60, 400_000
ITALIC, FORCE_BOLD, SEMIBOLD = 1 << 6, 1 << 18, 600
SUBSET = re.compile(r"^[A-Z]{6}\+")
Known = dict[tuple[bytes, int, int], tuple[str, bool, bool]]  # name, flags, weight → font, bold, italic


def sheets(content: bytes, most: int = MOST_PAGES) -> Sheets:
    """The first and last pages in detail, `most` of them. Raises pdfium.PdfiumError for what is no PDF."""
    document = pdfium.PdfDocument(content)
    count = len(document)
    last = min(5, most // 2)
    numbers = range(count) if count <= most else [*range(most - last), *range(count - last, count)]
    pages, unread, seen = [], [], 0
    for number in numbers:
        page = _page(document, number)
        seen += sum(len(row.glyphs) for row in page.rows)
        if not _legible(page):
            unread.append(number + 1)
        pages.append(page)
        if seen > MOST_GLYPHS:
            break
    return Sheets(tuple(pages), count, tuple(unread))


def _legible(page: Page) -> bool:
    letters = "".join(row.bare for row in page.rows)
    strange = sum(unicodedata.category(c) in ("Cn", "Co", "Cc") for c in letters)
    return bool(letters) and strange * 5 < len(letters)


def _page(document: pdfium.PdfDocument, number: int) -> Page:
    page = document[number]
    if page.get_rotation():
        page.set_rotation(0)
    left, bottom, right, top = page.get_cropbox()
    reading = page.get_textpage()
    found = rows_of(number + 1, [_moved(g, left, bottom) for g in _glyphs(reading)])
    lines = tuple(Rule(line.left - left, line.right - left, line.y - bottom) for line in _rules(page))
    return Page(number + 1, right - left, top - bottom, found, lines)


def _moved(glyph: Glyph, left: float, bottom: float) -> Glyph:
    if not left and not bottom:
        return glyph
    facts = asdict(glyph)
    return Glyph(**facts | {"left": glyph.left - left, "right": glyph.right - left,
                            "baseline": glyph.baseline - bottom})  # fmt: skip


def _glyphs(reading: pdfium.PdfTextPage) -> list[Glyph]:
    handle, known = reading.raw, Known()
    found: list[Glyph] = []
    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    for index in range(min(raw.FPDFText_CountChars(handle), MOST_GLYPHS)):
        code = raw.FPDFText_GetUnicode(handle, index)
        if code <= 32 or code == 0xA0 or 0x2000 <= code <= 0x200F or code > 0x10FFFF:
            continue
        letter = chr(code)
        if unicodedata.combining(letter) and found:
            last = found.pop()
            found.append(Glyph(**asdict(last) | {"text": unicodedata.normalize("NFC", last.text + letter)[:1]}))
            continue
        raw.FPDFText_GetLooseCharBox(handle, index, box)
        raw.FPDFText_GetCharOrigin(handle, index, x, y)
        font, bold, italic = _style(handle, index, known)
        found.append(
            Glyph(letter, round(box.left, 2), round(box.right, 2), round(y.value, 2), _size(handle, index), bold,
                  italic, font, _black(handle, index))
        )  # fmt: skip
    return found


def _size(handle: Any, index: int) -> float:
    matrix = raw.FS_MATRIX()
    size = float(raw.FPDFText_GetFontSize(handle, index))
    if raw.FPDFText_GetMatrix(handle, index, matrix):
        size *= math.hypot(matrix.c, matrix.d)
    return round(size, 1)


def _style(handle: Any, index: int, known: Known) -> tuple[str, bool, bool]:
    flags, name = ctypes.c_int(), ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(handle, index, name, 128, flags)
    weight = raw.FPDFText_GetFontWeight(handle, index)
    key = (name.value, flags.value, weight)
    if key not in known:
        font = SUBSET.sub("", name.value.decode("latin-1"))
        lower = font.lower()
        bold = weight >= SEMIBOLD or bool(flags.value & FORCE_BOLD) or "bold" in lower
        known[key] = (font, bold, bool(flags.value & ITALIC) or "italic" in lower or "oblique" in lower)
    return known[key]


def _black(handle: Any, index: int) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not raw.FPDFText_GetFillColor(handle, index, red, green, blue, alpha):
        return True
    return max(red.value, green.value, blue.value) < 90


def _rules(page: pdfium.PdfPage) -> list[Rule]:
    """Horizontal lines, drawn as strokes or as thin rectangles."""
    found = []
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=4):
        left, bottom, right, top = item.get_bounds()
        if top - bottom <= 3 and right - left >= 15:
            found.append(Rule(left, right, (top + bottom) / 2))
    return found[:5000]


def loaded(facts: dict[str, Any]) -> Sheets:
    """The sheets back from JSON."""
    pages = tuple(
        Page(
            number=p["number"],
            width=p["width"],
            height=p["height"],
            rows=tuple(Row(r["page"], tuple(Glyph(**g) for g in r["glyphs"])) for r in p["rows"]),
            rules=tuple(Rule(**r) for r in p["rules"]),
        )
        for p in facts["pages"]
    )
    return Sheets(pages, facts["count"], tuple(facts["unread"]))


def _said(content: bytes) -> str:
    return json.dumps(asdict(sheets(content)), ensure_ascii=False)


if __name__ == "__main__":
    raise SystemExit(apart.serve(_said, sys.stdin.buffer, sys.stdout))
