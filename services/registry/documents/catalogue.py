"""Which templates are in force on a day: dated data with their legal basis (catalogue.json), never constants."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from shared import clock
from shared.problems import NotFound

HERE = Path(__file__).parent


class Entry(BaseModel):
    """A template: one document type in one layout of annex III."""

    key: str
    type_name: str
    abbreviation: str = ""
    layout: str = "titled"  # decision, titled, letter, minutes
    basis: str = ""  # the form of annex III it follows
    enacting: str = ""
    skeleton: dict[str, Any] = {}  # what the editor starts with


class Edition(BaseModel):
    """The templates of one legal text, from the day it came into force."""

    valid_from: date
    valid_to: date | None = None
    legal_basis: str
    templates: list[Entry]


@cache
def editions() -> list[Edition]:
    return [Edition.model_validate(item) for item in json.loads((HERE / "catalogue.json").read_text("utf-8"))]


def on(day: date | None = None) -> Edition:
    """The edition in force on this day (today). Raises NotFound where none was."""
    wanted = day or clock.today()
    for edition in editions():
        if edition.valid_from <= wanted and (edition.valid_to is None or wanted <= edition.valid_to):
            return edition
    raise NotFound


def entry(key: str, day: date | None = None) -> Entry:
    """Raises NotFound."""
    for item in on(day).templates:
        if item.key == key:
            return item
    raise NotFound
