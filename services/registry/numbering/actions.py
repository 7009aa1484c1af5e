"""Give the next number of a series to its owner, in the owner's own transaction: a crash gives nobody a number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select

from services.registry.numbering import rules
from services.registry.numbering.tables import GivenNumber, Series
from shared import clock
from shared.statements import Prepared
from shared.work import Work


@dataclass(frozen=True)
class Given:
    number: int
    year: int
    date: date


def _next(insert: Any) -> Any:
    """The series is held until commit. No row: its last number bears a later date."""
    first = insert(Series)
    return first.on_conflict_do_update(
        index_elements=["office_id", "kind", "year"],
        set_={"last_number": Series.last_number + 1, "last_date": first.excluded.last_date},
        where=Series.last_date.is_(None) | (Series.last_date <= first.excluded.last_date),
    ).returning(Series.last_number)


OWNED = Prepared(
    select(GivenNumber.number, GivenNumber.year, GivenNumber.date).where(GivenNumber.owner_id == bindparam("owner"))
)
LAST_DATE = Prepared(
    select(func.max(Series.last_date).label("day")).where(
        Series.office_id == bindparam("office"), Series.kind == bindparam("kind")
    )
)
NEXT = Prepared(_next)
GIVEN = Prepared(insert(GivenNumber))


async def give(work: Work, office_id: str, kind: str, owner_id: UUID) -> Given:
    """The owner's number: the one it has already, or the next one of this year's series. The caller holds the owner."""
    owned = await work.row(OWNED, owner=owner_id)
    if owned is not None:
        return Given(owned.number, owned.year, owned.date)
    day = clock.today()
    rules.date_for_number(day, await _last_date(work, office_id, kind))
    series = {"office_id": office_id, "kind": kind, "year": day.year}
    found = await work.row(NEXT, **series, last_number=1, last_date=day)
    if found is None:  # somebody was quicker, under a later date
        rules.date_for_number(day, await _last_date(work, office_id, kind))
        raise RuntimeError(f"no number from series {series}")
    await work.run(GIVEN, {"owner_id": owner_id, **series, "number": found.last_number, "date": day})
    return Given(found.last_number, day.year, day)


async def _last_date(work: Work, office_id: str, kind: str) -> date | None:
    """Over all years: a clock that is set back to the old year must not go on with the old series."""
    found: date | None = (await work.rows(LAST_DATE, office=office_id, kind=kind))[0].day
    return found
