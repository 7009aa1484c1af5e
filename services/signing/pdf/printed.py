"""What is printed above the signer's name: the capacity and the position, in capitals (NĐ 30 PL I.II.7)."""

from __future__ import annotations

import re
import unicodedata

import pypdfium2 as pdfium

from services.signing.pdf import text as words

CENTRED = 60.0  # points by which the middle of a line of the block may differ from the middle of the name
LEADING = 2.4  # lines of one block stand at most so many sizes apart


def capacity_lines(pdf: bytes, signer_name: str) -> tuple[str, ...]:
    """The lines of the block above the last place where the name stands, without blanks; empty if there is none."""
    document = pdfium.PdfDocument(pdf)
    try:
        wanted = _bare(signer_name)
        for number in range(len(document) - 1, -1, -1):
            reading = document[number].get_textpage()
            if wanted in _bare(reading.get_text_range()):
                found = _block(words.rows_of(words.glyphs_of(reading)), wanted)
                if found:
                    return found
        return ()
    finally:
        document.close()


def _block(rows: list[words.Row], wanted: str) -> tuple[str, ...]:
    for index in range(len(rows) - 1, -1, -1):
        name = next((p for p in rows[index].pieces(_size(rows[index]) * 3) if _bare(p.text) == wanted), None)
        if name is not None:
            lines = _above(rows[:index], (name.left + name.right) / 2)
            if lines:
                return lines
    return ()


def _above(rows: list[words.Row], middle: float) -> tuple[str, ...]:
    """From the lowest line in capitals upwards, as long as the lines belong together."""
    lines: list[str] = []
    last: float | None = None
    for row in reversed(rows):
        piece = next((p for p in row.pieces(_size(row) * 3) if abs((p.left + p.right) / 2 - middle) < CENTRED), None)
        if piece is None:
            continue
        capitals = piece.text.upper() == piece.text and re.search(r"[A-ZĐ]{2}", piece.text)
        if not capitals or (last is not None and piece.baseline - last > _size(row) * LEADING):
            break
        lines.insert(0, piece.text)
        last = piece.baseline
    return tuple(lines)


def _size(row: words.Row) -> float:
    """About the size of the letters: their height with everything that hangs down."""
    return max(row.top - row.bottom, 6.0)


def _bare(value: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", value)).casefold()
