"""Level-1 organ codes with their validity and successors: dated data with their legal basis (level1.json).

`succession` says what a successor means: "merged", the code itself is replaced (two provinces become one); "duties",
another body has the work now, but a package for the old code is not for it.
"""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, TypeAdapter

from services.gateway.routing.codes import level1
from shared.clock import today

FILE = Path(__file__).with_name("level1.json")


class Level1(BaseModel):
    """A level-1 code under one name. A letter with `*` stands for a whole group (A*: bodies of the Party)."""

    code: str
    name: str
    valid_from: date | None
    valid_to: date | None  # the first day on which it is no longer in force
    successor: str | None
    succession: Literal["merged", "duties"] | None
    legal_basis: str

    def in_force(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


@cache
def codes() -> tuple[Level1, ...]:
    return tuple(TypeAdapter(list[Level1]).validate_json(FILE.read_bytes()))


def known(code: str, day: date | None = None) -> Level1 | None:
    """The level-1 code in force on the day, or the last one that was."""
    wanted = level1(code)
    found = [entry for entry in codes() if entry.code in (wanted, f"{wanted[:1]}*")]
    living = [entry for entry in found if entry.in_force(day or today())]
    return next(iter(living or reversed(found)), None)


def closed(code: str, day: date | None = None) -> Level1 | None:
    """The level-1 code above this one, where it is no longer in force."""
    moment = day or today()
    found = known(code, moment)
    return found if found and found.valid_to is not None and found.valid_to <= moment else None


def merged(day: date | None = None) -> dict[str, str]:
    """Codes replaced by the merger of their provinces, in both schemes, each with the code in its place."""
    return _merged(day or today())


@lru_cache(4)
def _merged(day: date) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in codes():
        if entry.succession == "merged" and entry.successor and entry.valid_to is not None and entry.valid_to <= day:
            found[entry.code] = entry.successor
            found[f"000.00.00.{entry.code}"] = f"000.00.00.{entry.successor}"
    return found
