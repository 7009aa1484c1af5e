"""The visible characters of a page with their exact places, in rows. One pass over pdfium's text page."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

ITALIC = 1 << 6  # font descriptor flag, ISO 32000-2 table 121


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character: text, edges and baseline in points of the page's user space, index in the text page."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    baseline: float
    index: int


@dataclass(frozen=True)
class Row:
    """Characters on one baseline from left to right, without blanks; `text[i]` belongs to `glyphs[i]`."""

    glyphs: tuple[Glyph, ...]
    text: str

    @property
    def baseline(self) -> float:
        return self.glyphs[0].baseline

    @property
    def left(self) -> float:
        return self.glyphs[0].left

    @property
    def right(self) -> float:
        return self.glyphs[-1].right

    @property
    def bottom(self) -> float:
        return min(glyph.bottom for glyph in self.glyphs)

    @property
    def top(self) -> float:
        return max(glyph.top for glyph in self.glyphs)

    def part(self, left: float, right: float) -> Row | None:
        """The characters whose middle lies between these x."""
        kept = tuple(g for g in self.glyphs if left <= (g.left + g.right) / 2 <= right)
        return row_of(kept) if kept else None

    def pieces(self, gap: float) -> list[Row]:
        """The row cut where more than `gap` points are blank."""
        cuts: list[list[Glyph]] = [[]]
        for glyph in self.glyphs:
            if cuts[-1] and glyph.left - cuts[-1][-1].right > gap:
                cuts.append([])
            cuts[-1].append(glyph)
        return [row_of(tuple(cut)) for cut in cuts if cut]


def row_of(glyphs: tuple[Glyph, ...]) -> Row:
    """A row of these glyphs, which stand from left to right."""
    kept = tuple(g for g in glyphs if len(g.text) == 1)
    return Row(kept, "".join(g.text for g in kept))


def glyphs_of(page: pdfium.PdfTextPage) -> list[Glyph]:
    """Every visible character, decomposed Vietnamese letters put together."""
    handle = page.raw
    found: list[Glyph] = []
    edges = [ctypes.c_double() for _ in range(6)]
    left, right, bottom, top, x, y = (ctypes.byref(edge) for edge in edges)
    rect = raw.FS_RECTF()
    for index in range(raw.FPDFText_CountChars(handle)):
        code = raw.FPDFText_GetUnicode(handle, index)
        if code <= 32 or code == 0xA0 or 0x2000 <= code <= 0x200F or code > 0x10FFFF:
            continue
        letter = chr(code)
        if unicodedata.combining(letter) and found:
            found[-1] = _joined(found[-1], letter)
            continue
        raw.FPDFText_GetLooseCharBox(handle, index, rect)
        raw.FPDFText_GetCharBox(handle, index, left, right, bottom, top)
        raw.FPDFText_GetCharOrigin(handle, index, x, y)
        found.append(Glyph(letter, rect.left, rect.right, edges[2].value, edges[3].value, edges[5].value, index))
    return found


def _joined(base: Glyph, mark: str) -> Glyph:
    whole = unicodedata.normalize("NFC", base.text + mark)
    return Glyph(whole, base.left, base.right, base.bottom, base.top, base.baseline, base.index)


def rows_of(glyphs: list[Glyph], tolerance: float = 2.0) -> list[Row]:
    """Rows from the top of the page to its foot; what lies within `tolerance` points is one row."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: -g.baseline):
        if rows and rows[-1][0].baseline - glyph.baseline <= tolerance:
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    whole = [row_of(tuple(sorted(row, key=lambda g: g.left))) for row in rows]
    return [row for row in whole if row.glyphs]


def size_at(page: pdfium.PdfTextPage, index: int) -> float:
    """The size in points of the character on the page: the font's size under its matrix."""
    matrix = raw.FS_MATRIX()
    size = float(raw.FPDFText_GetFontSize(page.raw, index))
    if raw.FPDFText_GetMatrix(page.raw, index, matrix):
        return size * math.hypot(matrix.c, matrix.d)
    return size


def font_at(page: pdfium.PdfTextPage, index: int) -> tuple[str, int]:
    """The name of the character's font, and the flags of its descriptor."""
    flags = ctypes.c_int()
    length = raw.FPDFText_GetFontInfo(page.raw, index, None, 0, flags)
    name = ctypes.create_string_buffer(max(length, 1))
    raw.FPDFText_GetFontInfo(page.raw, index, name, length, flags)
    return name.value.decode("utf-8", "replace"), flags.value


def italic_at(page: pdfium.PdfTextPage, index: int) -> bool:
    """Whether the character stands in an italic font (flag, or its name)."""
    name, flags = font_at(page, index)
    return bool(flags & ITALIC) or "italic" in name.lower() or "oblique" in name.lower()
