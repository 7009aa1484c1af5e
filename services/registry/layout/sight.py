"""What every rule looks at, and what it tells: a finding with its place. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.registry.layout.components import Found
from services.registry.layout.norms import Norms
from services.registry.layout.sheet import MM, Page, Row, Sheets

SLACK = 0.6  # millimetres
POINT = 0.3


@dataclass(frozen=True)
class Place:
    """A box on a page (from 1): millimetres from its left and upper edge."""

    page: int
    left: float = 0.0
    top: float = 0.0
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True)
class Finding:
    """One broken rule. `rule` is "<component>.<what>"."""

    rule: str
    name: str
    message: str
    basis: str
    place: Place


@dataclass(frozen=True)
class Sight:
    """What the rules look at."""

    sheets: Sheets
    norms: Norms
    found: Found

    @property
    def first(self) -> Page:
        return self.sheets.pages[0]


def place_of(page: Page, rows: Sequence[Row]) -> Place:
    left, right = min(r.left for r in rows), max(r.right for r in rows)
    top, foot = max(r.baseline + r.size * 0.9 for r in rows), min(r.baseline - r.size * 0.25 for r in rows)
    values = (left, page.height - top, right - left, top - foot)
    return Place(page.number, *(round(v / MM, 1) for v in values))


def at(sight: Sight, rows: Sequence[Row]) -> Place:
    page = next(p for p in sight.sheets.pages if p.number == rows[0].page)
    return place_of(page, [row for row in rows if row.page == page.number])


def told(sight: Sight, key: str, what: str, rows: Sequence[Row] | Place, message: str) -> Finding:
    norm = sight.norms.component(key)
    place = rows if isinstance(rows, Place) else at(sight, rows)
    return Finding(f"{key}.{what}", norm.name, f"{norm.name}: {message}", norm.basis, place)


def page_told(rule: str, name: str, message: str, basis: str, place: Place) -> Finding:
    return Finding(rule, name, message, basis, place)


def short(row: Row) -> str:
    return row.text if len(row.text) <= 40 else row.text[:39] + "…"
