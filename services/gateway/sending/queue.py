"""Put packages into the queue; claim them; settle them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select

from services.gateway.sending.tables import FAILED, SENDING, WAITING, Shipment
from shared.clock import now
from shared.work import Work


def document(
    work: Work,
    *,
    delivery_id: UUID,
    package_id: UUID,
    axis: str,
    from_code: str,
    to_code: str,
    title: str,
    notation: str,
    urgency: int,
) -> None:
    """A document for one receiver."""
    work.save(
        Shipment(
            subject_id=delivery_id,
            code="edoc",
            package_id=package_id,
            axis=axis,
            from_code=from_code,
            to_code=to_code,
            title=title,
            notation=notation,
            urgency=urgency,
        )
    )


async def status(
    work: Work,
    *,
    subject_id: UUID,
    code: str,
    round: int,
    axis: str,
    from_code: str,
    to_code: str,
    content: dict[str, Any],
) -> None:
    """A status for one receiver; the same one again is not queued twice."""
    same = select(Shipment.id).where(Shipment.subject_id == subject_id, Shipment.code == code, Shipment.round == round)
    if await work.one(same) is None:
        work.save(
            Shipment(
                subject_id=subject_id,
                code=code,
                round=round,
                axis=axis,
                from_code=from_code,
                to_code=to_code,
                content=content,
            )
        )


async def again(work: Work, subject_id: UUID) -> None:
    """A person wants it tried again at once."""
    statement = select(Shipment).where(Shipment.subject_id == subject_id, Shipment.code == "edoc").with_for_update()
    row = await work.one(statement)
    if row is not None and row.state in (WAITING, FAILED):
        row.state, row.next_at = WAITING, now()


async def claim(work: Work, axis: str, limit: int, lease: timedelta) -> Sequence[tuple[Shipment, bool]]:
    """Due packages, urgent first, and whether each may already have been sent. Replicas never claim the same one."""
    moment = now()
    due = or_(
        and_(Shipment.state == WAITING, Shipment.next_at <= moment),
        and_(Shipment.state == SENDING, Shipment.lease_until < moment),
    )
    statement = (
        select(Shipment)
        .where(Shipment.axis == axis, due)
        .order_by(Shipment.urgency.desc(), Shipment.next_at, Shipment.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = await work.all(statement)
    claimed = [(row, row.maybe_sent) for row in rows]
    for row in rows:
        row.state, row.lease_until, row.maybe_sent = SENDING, moment + lease, True
        row.attempts += 1
    return claimed


def settle(
    row: Shipment, state: str, *, error: str = "", next_at: datetime | None = None, external_id: str = "", sure: bool
) -> None:
    """Write down what became of a claimed package. `sure`: the axis certainly does not hold it by a lost answer."""
    row.state, row.last_error, row.lease_until = state, error, None
    row.next_at = next_at or row.next_at
    row.external_id = external_id or row.external_id
    if sure:
        row.maybe_sent = False
