"""Reads of dead letters. A clerk sees those of the office; a system administrator all, without what they are about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from contracts.gateway import dead_letters as api
from services.gateway.deliveries.queries import documents_of
from services.gateway.sending.tables import FAILED, Shipment
from shared.clock import now
from shared.paging import Page, decode, encode
from shared.problems import NotFound
from shared.work import Work

SEERS = ("clerk", "unit_admin", "system_admin")


def office_of(work: Work) -> str | None:
    """Whose dead letters the caller may see and replay; None: everybody's."""
    work.principal.require(*SEERS)
    everybodys = work.principal.is_service or work.principal.has("system_admin")
    return None if everybodys else work.principal.office_id


def matching(
    wanted: api.ReplayFilter, office_id: str | None, before: datetime | None = None
) -> list[ColumnElement[bool]]:
    """The conditions of a filter on the queue."""
    found: list[ColumnElement[bool]] = [Shipment.state == FAILED]
    if office_id is not None:
        found.append(Shipment.office_id == office_id)
    if wanted.axis is not None:
        found.append(Shipment.axis == wanted.axis)
    if wanted.reason_code is not None:
        found.append(Shipment.reason_code == wanted.reason_code)
    if wanted.older_than_hours is not None:
        found.append(Shipment.queued_at < now() - timedelta(hours=wanted.older_than_hours))
    if before is not None:
        found.append(Shipment.queued_at < before)
    if wanted.ids is not None:
        found.append(Shipment.id.in_([_uuid(key) for key in wanted.ids]))
    return found


async def page(work: Work, wanted: api.ReplayFilter, cursor: str | None, limit: int) -> Page[api.DeadLetter]:
    """The oldest first."""
    office_id = office_of(work)
    statement = select(Shipment).where(*matching(wanted, office_id)).order_by(Shipment.id).limit(limit + 1)
    if cursor:
        statement = statement.where(Shipment.id > _uuid(str(decode(cursor, 1)[0])))
    rows = await work.all(statement)
    documents = await documents_of(work, [row.subject_id for row in rows if row.is_document])
    shown = [_view(row, documents.get(row.subject_id), whole=office_id is not None) for row in rows[:limit]]
    return Page(items=shown, next=encode(rows[limit - 1].id) if len(rows) > limit else None)


async def counts(work: Work) -> list[api.DeadLetterCount]:
    statement = (
        select(Shipment.axis, Shipment.reason_code, func.count(), func.min(Shipment.queued_at))
        .where(*matching(api.ReplayFilter(), office_of(work)))
        .group_by(Shipment.axis, Shipment.reason_code)
        .order_by(Shipment.axis, Shipment.reason_code)
    )
    rows: Any = (await work.execute(statement)).all()
    return [api.DeadLetterCount(axis=a, reason_code=r, count=c, oldest=o) for a, r, c, o in rows]


async def total(work: Work, conditions: list[ColumnElement[bool]]) -> int:
    return int(await work.scalar(select(func.count()).select_from(Shipment).where(*conditions)) or 0)


def _view(row: Shipment, document_id: str | None, *, whole: bool) -> api.DeadLetter:
    return api.DeadLetter(
        id=str(row.id),
        axis=row.axis,
        what=row.code,
        title=row.title if whole else "",
        notation=row.notation if whole else "",
        from_code=row.from_code,
        to_code=row.to_code,
        document_id=document_id if whole else None,
        reason_code=row.reason_code,
        reason=row.last_error,
        attempts=row.attempts,
        queued_at=row.queued_at,
    )


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error
