"""Page 1 of a PDF → what is printed on it, in a process of its own: `python -m services.registry.stamps.blanks`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

import pypdfium2 as pdfium

from services.registry.layout import apart, components, measure, norms
from services.registry.layout.sheet import MM
from services.registry.stamps.rules import WIDTH, Sheet

CELL = 2.0  # millimetres
DOTS = 4  # a cell is so many dots wide when it is drawn
DARK = 246  # of 255, on the average of a cell: lighter is paper
BELOW = 2.0


def sheet(content: bytes) -> Sheet:
    document = pdfium.PdfDocument(content)
    document.init_forms()
    page = document[0]
    image = page.render(scale=DOTS / CELL / MM, grayscale=True, may_draw_forms=True).to_pil().convert("L")
    wide, high = image.width // DOTS, image.height // DOTS
    small = image.reduce(DOTS).crop((0, 0, wide, high)) if min(wide, high) else image
    inked = small.tobytes()
    rows = tuple(tuple(value < DARK for value in inked[y * wide : (y + 1) * wide]) for y in range(high))
    width, height = page.get_size()
    wanted = _wanted(content, width / MM)
    return Sheet(width / MM, height / MM, CELL, rows, wanted, wanted[0][1])


def _wanted(content: bytes, width: float) -> tuple[tuple[float, float], ...]:
    """Under a letter's subject or the number, under place and date; where they usually stand if they are unread."""
    sheets = measure.sheets(content, most=1)
    found = components.find(sheets, norms.on())
    places = []
    for key in ("urgency_mark", "letter_subject", "code", "place_and_date"):
        if rows := found.get(key):
            top = (sheets.pages[0].height - rows[-1].baseline) / MM + BELOW
            places.append((rows[0].middle / MM - WIDTH / 2, top))
    return tuple(places) or ((width * 0.32 - WIDTH / 2, 48.0),)


def loaded(facts: dict[str, Any]) -> Sheet:
    rows = tuple(tuple(cell == "1" for cell in row) for row in facts["rows"])
    wanted = tuple((x, y) for x, y in facts["wanted"])
    return Sheet(facts["width"], facts["height"], facts["cell"], rows, wanted, facts["head"])


def _said(content: bytes) -> str:
    made = asdict(sheet(content))
    made["rows"] = ["".join("1" if cell else "0" for cell in row) for row in made["rows"]]
    return json.dumps(made)


if __name__ == "__main__":
    raise SystemExit(apart.serve(_said, sys.stdin.buffer, sys.stdout))
