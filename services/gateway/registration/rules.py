"""What has to be said to a partner so that its register shows our offices as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

FIRST, LONGEST = timedelta(minutes=1), timedelta(hours=6)


@dataclass(frozen=True)
class Step:
    """Announce this code under this name; without a name take it off."""

    code: str
    name: str = ""


def steps(wanted: Mapping[str, str], announced: Mapping[str, str]) -> list[Step]:
    """`wanted` and `announced`: code → name. New and renamed ones first, then those that go."""
    first = [Step(code, name) for code, name in sorted(wanted.items()) if announced.get(code) != name]
    return first + [Step(code) for code in sorted(announced.keys() - wanted.keys())]


def pause(attempts: int) -> timedelta:
    """After a failure: a minute, two, four … up to six hours."""
    factor: int = 1 << min(attempts - 1, 12)
    return min(FIRST * factor, LONGEST)
