"""The way of a copy: by reference inside this deployment; through the partner that owns its code; else by default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.gateway.routing.codes import keys, normal

__all__ = ["LOCAL", "NATIONAL", "Place", "Route", "Ways", "current", "is_loop", "normal", "owner", "route"]

LOCAL = "local"
NATIONAL = "national"
LONGEST_SUCCESSION = 8
OLD_CODE = "Gửi theo mã cũ {old}; mã hiện nay là {new}."


@dataclass(frozen=True)
class Place:
    """An office of this deployment. `note`: in Vietnamese, where it was reached by a code no longer in force."""

    office_id: str
    organ_id: str
    name: str
    note: str = ""


@dataclass(frozen=True)
class Route:
    """Where a copy goes, and to which code. `place` is set for local copies only."""

    channel: str
    place: Place | None = None
    organ_id: str = ""


@dataclass(frozen=True)
class Ways:
    """What is known of codes, all normalised.

    `local`: every code and alias of this deployment's offices. `successors`: code no longer in force → the one in its
    place. `exact`: code → partner. `trees`: key of a code (codes.keys) → partner of everything below it. `listed`:
    code → partner in whose register alone it stands.
    """

    local: Mapping[str, Place] = field(default_factory=dict)
    successors: Mapping[str, str] = field(default_factory=dict)
    exact: Mapping[str, str] = field(default_factory=dict)
    trees: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    listed: Mapping[str, str] = field(default_factory=dict)
    default: str = NATIONAL


def current(organ_id: str, successors: Mapping[str, str]) -> str:
    """The code in force today: succession is followed, a circle is not."""
    code = normal(organ_id)
    for _ in range(LONGEST_SUCCESSION):
        following = successors.get(code)
        if following is None or following == code:
            break
        code = following
    return code


def owner(organ_id: str, ways: Ways) -> str | None:
    """The partner of the longest known code which is this one or above it; the two schemes are trees of their own."""
    code = normal(organ_id)
    above = (ways.trees[key] for key in keys(code) if key in ways.trees)
    return ways.exact.get(code) or next(above, None)


def route(organ_id: str, office_id: str | None, name: str, ways: Ways) -> Route:
    """The way to one recipient.

    A recipient which the sender knows as an office of this deployment is local even before its copy of codes is here.
    """
    code = normal(organ_id)
    today = current(code, ways.successors)
    place = ways.local.get(code) or ways.local.get(today)
    if place is None and office_id:
        place = Place(office_id, organ_id, name)
    if place is not None:
        return Route(LOCAL, place, place.organ_id)
    as_addressed = owner(code, ways)  # a partner that still takes the old code gets it as it is
    if as_addressed or today == code:
        return Route(as_addressed or ways.listed.get(code) or ways.default, None, organ_id)
    return Route(owner(today, ways) or ways.listed.get(today) or ways.default, None, today)


def is_loop(traces: Iterable[str], ours: Iterable[str]) -> bool:
    """A package which already passed through this deployment must not go round again (edxml.md §3)."""
    own = {normal(code) for code in ours}
    return any(normal(code) in own for code in traces if code.strip())
