"""Keep the copy of offices; look codes up."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select

from contracts.identity.events import OfficeChangedV1
from services.gateway.routing.rules import Place, normal
from services.gateway.routing.tables import KnownOffice, OfficeCode
from shared.work import Work

BATCH = 500


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


async def local_places(work: Work, organ_ids: Iterable[str]) -> dict[str, Place]:
    """The offices of this deployment among these codes, by normalised code."""
    wanted = sorted({normal(code) for code in organ_ids})
    found: dict[str, Place] = {}
    for start in range(0, len(wanted), BATCH):
        statement = (
            select(OfficeCode.code, KnownOffice.office_id, KnownOffice.organ_id, KnownOffice.name)
            .join(KnownOffice, KnownOffice.office_id == OfficeCode.office_id)
            .where(OfficeCode.code.in_(wanted[start : start + BATCH]), KnownOffice.active.is_(True))
        )
        rows = (await work.execute(statement)).all()
        found |= {code: Place(office_id, organ_id, name) for code, office_id, organ_id, name in rows}
    return found


async def own_codes(work: Work, codes: Iterable[str]) -> set[str]:
    """Which of these codes are ours, active or not: for the loop check."""
    wanted = {normal(code) for code in codes if code.strip()}
    return set(await work.all(select(OfficeCode.code).where(OfficeCode.code.in_(wanted)))) if wanted else set()


async def primary_place(work: Work, office_id: str) -> Place | None:
    """An office of this deployment by its id."""
    row = await work.get(KnownOffice, office_id)
    return Place(row.office_id, row.organ_id, row.name) if row else None
