"""The form that the decree asks for, as dated data with its legal basis (norms.json)."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from shared import clock
from shared.problems import NotFound

HERE = Path(__file__).parent
Between = tuple[float, float]


class Component(BaseModel):
    """One component: the sizes it may have, its style; None: either."""

    key: str
    name: str
    required: bool
    sizes: Between
    bold: bool
    italic: bool
    upper: bool | None
    basis: str


class Norms(BaseModel):
    """The layout rules of one legal text, from the day it came into force."""

    valid_from: date
    valid_to: date | None = None
    legal_basis: str
    paper_mm: Between
    margins_mm: dict[str, Between]
    fonts: list[str]  # without blanks and marks, in lower case: faces of the same design and metrics
    page_number_size: Between
    short_rule: Between  # shares of the text's length
    indents_mm: list[float]
    line_pitch: Between  # baseline to baseline over the size
    days_padded_below: int
    months_padded: list[int]
    numbers_padded_below: int
    components: list[Component]
    type_names: list[str]
    urgency_marks: list[str]
    secrecy_marks: list[str]

    def component(self, key: str) -> Component:
        return next(one for one in self.components if one.key == key)


@cache
def editions() -> list[Norms]:
    return [Norms.model_validate(item) for item in json.loads((HERE / "norms.json").read_text("utf-8"))]


def on(day: date | None = None) -> Norms:
    """The rules in force on this day (today). Raises NotFound where none were."""
    wanted = day or clock.today()
    for norms in editions():
        if norms.valid_from <= wanted and (norms.valid_to is None or wanted <= norms.valid_to):
            return norms
    raise NotFound
