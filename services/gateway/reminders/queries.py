"""Whose answers the office waits for: the late ones first."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from contracts.gateway import answers as api
from services.gateway.deliveries.tables import Delivery, OutPackage
from services.gateway.patience.rules import patience
from shared.paging import Page, decode_moment, encode
from shared.problems import NotFound
from shared.work import Work

DECIDERS = ("clerk", "unit_admin")


def owed(work: Work) -> Select[Any]:
    """The office's copies whose answer is awaited."""
    return select(Delivery).where(_awaited(work))


def _awaited(work: Work) -> ColumnElement[bool]:
    return (Delivery.office_id == work.principal.office_id) & Delivery.owed_since.is_not(None)


def wanted(body: api.RemindRequest) -> ColumnElement[bool]:
    if body.delivery_ids is not None:
        return Delivery.id.in_([_uuid(key) for key in body.delivery_ids])
    return Delivery.document_id == body.document_id


async def page(work: Work, late_only: bool, cursor: str | None, limit: int) -> Page[api.OwedAnswer]:
    """The longest owed first."""
    statement = select(Delivery, OutPackage).join(OutPackage, OutPackage.id == Delivery.package_id)
    statement = statement.where(_awaited(work)).order_by(Delivery.owed_since, Delivery.id).limit(limit + 1)
    if late_only:
        statement = statement.where(Delivery.late_at.is_not(None))
    if cursor:
        since, key = decode_moment(cursor)
        after = (Delivery.owed_since > since) | ((Delivery.owed_since == since) & (Delivery.id > key))
        statement = statement.where(after)
    rows = (await work.execute(statement)).all()
    last = rows[limit - 1][0] if len(rows) > limit else None
    following = encode(last.owed_since, last.id) if last else None
    return Page(items=[_view(row, package) for row, package in rows[:limit]], next=following)


async def counts(work: Work) -> api.OwedCounts:
    late = func.count(Delivery.late_at)
    statement = select(func.count(), late, func.count(Delivery.document_id.distinct())).where(_awaited(work))
    owed_count, late_count, documents = (await work.execute(statement)).one()
    return api.OwedCounts(
        owed=owed_count, late=late_count, documents=documents, working_days=patience().reply_within_working_days
    )


def _view(row: Delivery, package: OutPackage) -> api.OwedAnswer:
    assert row.owed_since is not None
    return api.OwedAnswer(
        delivery_id=str(row.id),
        document_id=row.document_id,
        code=package.code,
        subject=str(package.content.get("subject") or ""),
        organ_id=row.organ_id,
        name=row.name,
        channel=row.channel,
        state=row.state,
        since=row.owed_since,
        late=row.late_at is not None,
        reminded_at=row.reminded_at,
        reminders=row.reminders,
    )


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error
