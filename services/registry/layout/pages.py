"""The pages of the form: paper, margins, face, page numbers (NĐ 30/2020, annex I, part I). Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from services.registry.layout.components import is_page_number
from services.registry.layout.sheet import MM, Page, Row
from services.registry.layout.sight import POINT, SLACK, Finding, Place, Sight, at, page_told, short

CAPITAL = 0.68  # height of a capital over the size
SIDES = {"left": "trái", "right": "phải", "top": "trên", "bottom": "dưới"}


def paper(sight: Sight) -> Iterator[Finding]:
    """A4, upright; a page with a table may lie (I.1, I.2)."""
    wanted = sorted(sight.norms.paper_mm)
    for page in sight.sheets.pages:
        sides = sorted((page.width / MM, page.height / MM))
        if max(abs(a - b) for a, b in zip(sides, wanted, strict=True)) > 1.5:
            message = f"Khổ giấy {sides[0]:.0f} × {sides[1]:.0f} mm; phải là A4 (210 × 297 mm)."
            yield page_told("page.paper", "Khổ giấy", message, "mục I.1", Place(page.number))


def margins(sight: Sight) -> Iterator[Finding]:
    """I.3: by what is written: nothing in the margins, and the widest lines reach them."""
    norms = sight.norms.margins_mm
    upright = [p for p in sight.sheets.pages if p.width <= p.height and any(_written(p))]
    for page in upright:
        rows = list(_written(page))
        sides = {
            "left": min(r.left for r in rows),
            "right": page.width - max(r.right for r in rows),
            "top": page.height - max(r.baseline + r.size * CAPITAL for r in rows),
            "bottom": min(r.baseline for r in rows),
        }
        for side, points in sides.items():
            if (mm := points / MM) < norms[side][0] - (1.2 if side == "bottom" else SLACK):
                yield _margin(side, mm, norms[side], page.number)
    yield from _too_wide(sight, upright)


def _too_wide(sight: Sight, pages: Sequence[Page]) -> Iterator[Finding]:
    norms, rows = sight.norms.margins_mm, [(p, r) for p in pages for r in _written(p)]
    if not rows:
        return
    sides = {"left": min(r.left for _, r in rows) / MM}
    if len(sight.found.get("body", [])) >= 6:
        sides["right"] = min(p.width - r.right for p, r in rows) / MM
    first = list(_written(pages[0]))
    sides["top"] = (pages[0].height - max(r.baseline + r.size * CAPITAL for r in first)) / MM
    for side, mm in sides.items():
        if mm > norms[side][1] + (2.5 if side == "top" else SLACK):
            yield _margin(side, mm, norms[side], pages[0].number)


def _margin(side: str, mm: float, norm: tuple[float, float], page: int) -> Finding:
    message = f"Lề {SIDES[side]} {mm:.0f} mm; phải từ {norm[0]:g} đến {norm[1]:g} mm."
    return page_told(f"margin.{side}", f"Lề {SIDES[side]}", message, "mục I.3", Place(page))


def _written(page: Page) -> Iterator[Row]:
    return (row for row in page.rows if not is_page_number(page, row))


def fonts(sight: Sight) -> Iterator[Finding]:
    """I.4: one face, black."""
    known = tuple(sight.norms.fonts)
    for page in sight.sheets.pages:
        strange = [row for row in page.rows if sum(not _face(g.font, known) for g in row.glyphs) * 3 > len(row.glyphs)]
        if strange:
            face = Counter(g.font for g in strange[0].glyphs if not _face(g.font, known)).most_common(1)[0][0]
            message = f"Phông chữ “{face}” ở {len(strange)} dòng, đầu tiên “{short(strange[0])}”; "
            message += "phải là Times New Roman, bộ mã Unicode."
            yield page_told("page.font", "Phông chữ", message, "mục I.4", at(sight, strange[:1]))
        marks = sight.found.get("urgency_mark", [])
        coloured = [row for row in page.rows if sum(not g.black for g in row.glyphs) * 2 > len(row.glyphs)]
        coloured = [row for row in coloured if not any(mark.baseline == row.baseline for mark in marks)]
        if coloured:
            message = f"Chữ không phải màu đen: “{short(coloured[0])}”."
            yield page_told("page.colour", "Màu chữ", message, "mục I.4", at(sight, coloured[:1]))


def _face(font: str, known: tuple[str, ...]) -> bool:
    name = re.sub(r"[^a-z]", "", font.lower())
    return not name or name.startswith(known)


def page_numbers(sight: Sight) -> Iterator[Finding]:
    """I.7: from page 2, centred in the upper margin, upright, 13 to 14; none on page 1."""
    low, high = sight.norms.page_number_size
    for page in sight.sheets.pages:
        numbers = [row for row in page.rows if is_page_number(page, row)]
        if page.number == 1:
            if numbers:
                yield _number_told(sight, "first", "Trang thứ nhất không ghi số trang.", numbers)
        elif numbers:
            row = numbers[0]
            if abs(row.middle - page.width / 2) > 12 * MM:
                yield _number_told(sight, "place", "Số trang phải đặt canh giữa ở lề trên.", numbers)
            if not low - POINT <= row.size <= high + POINT or row.italic:
                yield _number_told(sight, "style", f"Số trang cỡ {row.size:g}; phải cỡ 13 đến 14, đứng.", numbers)
        elif page.number not in sight.sheets.unread and page.width <= page.height and not _restarts(page):
            message = f"Trang {page.number} thiếu số trang canh giữa ở lề trên."
            yield page_told("page-number.missing", "Số trang", message, "mục I.7", Place(page.number))


def _restarts(page: Page) -> bool:
    """The first page of an annex has no number: each annex is numbered by itself."""
    return any(row.bare.casefold().startswith(("phụlục", "quychế", "quyđịnh")) for row in page.rows[:3])


def _number_told(sight: Sight, what: str, message: str, rows: Sequence[Row]) -> Finding:
    return page_told(f"page-number.{what}", "Số trang", message, "mục I.7", at(sight, rows[:1]))
