"""Give the next number of a series to its owner, in the owner's own transaction: a crash gives nobody a number."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from services.registry.numbering import rules
from services.registry.numbering.tables import GivenNumber, Series
from services.registry.upsert import insert
from shared import clock
from shared.work import Work


async def give(work: Work, office_id: str, kind: str, owner_id: UUID) -> GivenNumber:
    """The owner's number: the one it has already, or the next one of this year's series."""
    owned = await work.get(GivenNumber, owner_id)
    if owned is not None:
        return owned
    day = clock.today()
    series = await _series(work, office_id, kind, day.year)
    owned = await work.get(GivenNumber, owner_id)  # given while we waited for the series
    if owned is not None:
        return owned
    series.last_date = rules.date_for_number(day, await _last_date(work, office_id, kind))
    series.last_number += 1
    given = GivenNumber(
        owner_id=owner_id, office_id=office_id, kind=kind, year=day.year, number=series.last_number, date=day
    )
    work.save(given)
    await work.flush()
    return given


async def _series(work: Work, office_id: str, kind: str, year: int) -> Series:
    key = {"office_id": office_id, "kind": kind, "year": year}
    await work.execute(insert(work, Series).values(**key, last_number=0).on_conflict_do_nothing())
    return await work.locked(Series, (office_id, kind, year))


async def _last_date(work: Work, office_id: str, kind: str) -> date | None:
    """Over all years: a clock that is set back to the old year must not go on with the old series."""
    found: date | None = await work.scalar(
        select(func.max(Series.last_date)).where(Series.office_id == office_id, Series.kind == kind)
    )
    return found
