"""Keep the copy of offices; look codes up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy import delete, select

from contracts.identity.events import OfficeChangedV1
from services.gateway.connections import settings_of
from services.gateway.directory import level1
from services.gateway.directory.queries import listed_by, predecessors, successors
from services.gateway.partners.queries import Reach, reach
from services.gateway.routing.rules import NATIONAL, OLD_CODE, Place, Ways, current, normal
from services.gateway.routing.tables import KnownOffice, OfficeCode
from shared.statements import Prepared, among
from shared.work import Work

_PLACES = Prepared(
    select(OfficeCode.code, KnownOffice.office_id, KnownOffice.organ_id, KnownOffice.name)
    .join(KnownOffice, KnownOffice.office_id == OfficeCode.office_id)
    .where(among(OfficeCode.code, "codes"), KnownOffice.active.is_(True))
)


async def copy_office(work: Work, message: OfficeChangedV1) -> None:
    """Take the present state of an office over; a code that moved belongs to its new owner."""
    row = await work.get(KnownOffice, message.office_id)
    if row is None:
        row = KnownOffice(office_id=message.office_id)
        work.save(row)
    row.organ_id = message.organ_ids[0] if message.organ_ids else ""
    row.name, row.active = message.name, message.active
    await work.flush()
    codes = {normal(code) for code in message.organ_ids}
    await work.execute(
        delete(OfficeCode).where((OfficeCode.office_id == message.office_id) | OfficeCode.code.in_(codes))
    )
    work.save(*(OfficeCode(code=code, office_id=message.office_id) for code in sorted(codes)))
    await work.flush()


async def ways(work: Work, organ_ids: Iterable[str]) -> Ways:
    """Everything that decides the way to these codes."""
    wanted = [normal(code) for code in organ_ids]
    following = await successors(work, wanted)
    owners = await reach(work)
    local = await _places(work, {*wanted, *(current(code, following) for code in wanted)})
    listed = await _listed(work, {*wanted, *(current(code, following) for code in wanted)} - local.keys(), owners)
    return Ways(
        _noted(wanted, local, following), following, owners.exact, owners.trees, listed, owners.default or NATIONAL
    )


async def _listed(work: Work, codes: Iterable[str], owners: Reach) -> dict[str, str]:
    """Codes that stand in the register of one partner and not in that of the default one."""
    found = await listed_by(work, codes)
    alone = {code: sorted(sources & owners.names) for code, sources in found.items() if owners.default not in sources}
    return {code: names[0] for code, names in alone.items() if names}


async def local_places(work: Work, organ_ids: Iterable[str]) -> dict[str, Place]:
    """The offices of this deployment that stand for these codes today, by normalised code."""
    wanted = [normal(code) for code in organ_ids]
    following = await successors(work, wanted)
    places = await _places(work, {*wanted, *(current(code, following) for code in wanted)})
    return _noted(wanted, places, following)


async def _places(work: Work, codes: Iterable[str]) -> dict[str, Place]:
    rows = await work.rows(_PLACES, codes=sorted(codes))
    return {row.code: Place(row.office_id, row.organ_id, row.name) for row in rows}


def _noted(wanted: Iterable[str], places: Mapping[str, Place], following: Mapping[str, str]) -> dict[str, Place]:
    """A place that was reached by a code no longer in force says so (R23.4)."""
    found: dict[str, Place] = {}
    for code in wanted:
        place = places.get(code) or places.get(current(code, following))
        if place is None:
            continue
        old = code in following or level1.closed(code) is not None
        note = OLD_CODE.format(old=code, new=place.organ_id) if old else ""
        found[code] = replace(place, note=note)
    return found


async def codes_of_one(work: Work, organ_id: str) -> set[str]:
    """Every code by which the body behind this one may be known: itself, what it succeeded, what succeeded it."""
    following = await successors(work, [organ_id])
    today = current(organ_id, following)
    return {normal(organ_id), today, *await predecessors(work, today)}


async def own_codes(work: Work, codes: Iterable[str]) -> set[str]:
    """Which of these codes are ours, active or not, or this hub's own: for the loop check."""
    wanted = {normal(code) for code in codes if code.strip()}
    hub = {normal(settings_of(work.runtime).hub_code)} & wanted
    return hub | set(await work.all(select(OfficeCode.code).where(OfficeCode.code.in_(wanted)))) if wanted else set()


async def primary_place(work: Work, office_id: str) -> Place | None:
    """An office of this deployment by its id."""
    row = await work.get(KnownOffice, office_id)
    return Place(row.office_id, row.organ_id, row.name) if row else None
