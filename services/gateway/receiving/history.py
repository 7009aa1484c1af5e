"""What passed between us and the sender about one arrival: every status, lawful or not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from services.gateway.receiving.tables import Arrival, ArrivalStatus
from services.gateway.statuses.rules import FROM_RECEIVER, Move, Place, move
from shared.work import Work

CHANGES = (2, 3)  # edXML types of packages that change another one


def _judged(row: Arrival, code: str, *, recall: bool = False) -> Move:
    place = Place(row.status_code, row.status_before)
    return move(place, code, change=row.business_type in CHANGES, recall=recall)


async def note(
    work: Work,
    row: Arrival,
    code: str,
    at: datetime,
    description: str = "",
    staff: str = "",
    *,
    recall: bool = False,
) -> Move | None:
    """Keep one status and apply it where it is lawful; None where exactly this one is known already."""
    known = (ArrivalStatus.arrival_id == row.id, ArrivalStatus.code == code, ArrivalStatus.at == at)
    if await work.one(select(ArrivalStatus.id).where(*known)) is not None:
        return None
    judged = _judged(row, code, recall=recall)
    work.save(
        ArrivalStatus(
            arrival_id=row.id,
            code=code,
            at=at,
            description=description,
            staff=staff,
            applied=judged.applied,
            note=judged.note,
        )
    )
    work.audit("gateway.status", str(row.id), code=code, applied=judged.applied, note=judged.note)
    if judged.applied:
        row.status_code, row.status_before = judged.place.code, judged.place.before
    return judged


async def take_up(work: Work, row: Arrival) -> ArrivalStatus | None:
    """The next of our own statuses that came too early and is lawful now, applied; None where there is none."""
    early = (ArrivalStatus.arrival_id == row.id, ArrivalStatus.applied.is_(False))
    waiting = select(ArrivalStatus).where(*early, ArrivalStatus.code.in_(FROM_RECEIVER))
    for status in await work.all(waiting.order_by(ArrivalStatus.at, ArrivalStatus.code)):
        judged = _judged(row, status.code)
        if judged.applied:
            status.applied, status.note = True, ""
            row.status_code, row.status_before = judged.place.code, judged.place.before
            return status  # type: ignore[no-any-return]
    return None


async def statuses_of(work: Work, row: Arrival) -> Sequence[ArrivalStatus]:
    statement = select(ArrivalStatus).where(ArrivalStatus.arrival_id == row.id)
    return await work.all(statement.order_by(ArrivalStatus.at, ArrivalStatus.id))
