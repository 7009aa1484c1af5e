"""What an import of a register means: new, changed, closed, doubled, malformed (orgcodes.md §5)."""

from __future__ import annotations

from dataclasses import dataclass

from services.gateway.directory.words import fold
from services.gateway.routing.codes import AXIS, LONGEST, normal, scheme

NEW, RENAMED, MOVED, RECODED, CLOSED, REOPENED = "new", "renamed", "moved", "recoded", "closed", "reopened"
DUPLICATE, MALFORMED = "duplicate", "malformed"
LEAST_SHARE = 0.5  # a whole list with less than this of what was known is not believed when it says what has gone
SMALL = 20  # below so many units any list is believed


@dataclass(frozen=True)
class Listed:
    """A unit as a register lists it, its text tidied; codes are compared normalised."""

    code: str
    name: str
    parent: str | None = ""  # None: the register names one, but which is not known
    other_code: str = ""  # of the other scheme, where the register knows it
    mail: str = ""
    version: str = ""
    closed: bool = False


@dataclass(frozen=True)
class Known:
    """What we have of a unit."""

    id: int
    name: str
    parent: str
    other_code: str
    closed: bool


@dataclass(frozen=True)
class Change:
    """One thing an import found, with what was there before."""

    what: str
    code: str
    before: str = ""
    after: str = ""


def tidy(
    code: str,
    name: str,
    parent: str | None = "",
    other_code: str = "",
    mail: str = "",
    version: str = "",
    closed: bool = False,
) -> Listed:
    """Names carry trailing blanks and doubled spaces; codes any case."""
    return Listed(
        normal(code)[:64], " ".join(name.split())[:300], None if parent is None else normal(parent)[:64],
        normal(other_code)[:64], mail.strip()[:200], version.strip()[:40], closed,
    )  # fmt: skip


def is_malformed(listed: Listed) -> bool:
    """Kept and flagged: it may still be written to us from. A centre's own id is no fault, it is just no addressee."""
    return not listed.code or not listed.name or len(listed.code) > LONGEST


def is_addressee(code: str) -> bool:
    """Connection centres and test systems never stand in the clerk's picker."""
    return scheme(code) != AXIS


def compare(listed: Listed, known: Known | None) -> list[Change]:
    """What is different from what we have; nothing when it is the same."""
    if known is None:
        return [] if listed.closed else [Change(NEW, listed.code, after=listed.name)]
    found = []
    if listed.closed != known.closed:
        found.append(Change(CLOSED if listed.closed else REOPENED, listed.code, known.name, listed.name))
    if fold(listed.name) != fold(known.name):
        found.append(Change(RENAMED, listed.code, known.name, listed.name))
    if listed.parent is not None and listed.parent != known.parent:
        found.append(Change(MOVED, listed.code, known.parent, listed.parent))
    if listed.other_code and listed.other_code != known.other_code:
        found.append(Change(RECODED, listed.code, known.other_code, listed.other_code))
    return found


def believable(seen: int, known: int) -> bool:
    """Whether a complete list may close what it no longer names."""
    return known < SMALL or seen >= known * LEAST_SHARE
