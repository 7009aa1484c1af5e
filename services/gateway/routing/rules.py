"""The way of a copy: by reference inside this deployment, over the national axis to everybody else (axis.md §1.6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LOCAL = "local"
NATIONAL = "national"


@dataclass(frozen=True)
class Place:
    """An office of this deployment."""

    office_id: str
    organ_id: str
    name: str


@dataclass(frozen=True)
class Route:
    """Where a copy goes. `place` is set for local copies only."""

    channel: str
    place: Place | None = None


def normal(organ_id: str) -> str:
    """Organ codes are compared without regard to case and outer space."""
    return organ_id.strip().upper()


def route(organ_id: str, office_id: str | None, name: str, local: Mapping[str, Place]) -> Route:
    """The way to one recipient. `local` holds every code and alias of this deployment, normalised.

    A recipient which the sender knows as an office of this deployment is local even before its copy of codes is here.
    """
    place = local.get(normal(organ_id))
    if place is None and office_id:
        place = Place(office_id, organ_id, name)
    return Route(LOCAL, place) if place else Route(NATIONAL)


def is_loop(traces: Iterable[str], ours: Iterable[str]) -> bool:
    """A package which already passed through this deployment must not go round again (edxml.md §3)."""
    own = {normal(code) for code in ours}
    return any(normal(code) in own for code in traces if code.strip())
