"""Switch the lamp of an axis."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from contracts.gateway import api
from services.gateway.connections import axes_of
from services.gateway.lamps.tables import Lamp
from services.gateway.partners.queries import every
from services.gateway.partners.tables import Partner
from services.gateway.polling import schedule
from services.gateway.polling.tables import PollState
from services.gateway.sending.tables import SENDING, WAITING, Shipment
from shared.clock import now
from shared.work import Work


async def report(work: Work, name: str, *, up: bool, error: str = "") -> None:
    """`since` changes only when the lamp does."""
    row = await work.get(Lamp, name, lock=True)
    if row is None:
        work.save(Lamp(name=name, up=up, last_error=error))
        return
    if row.up != up:
        row.up, row.since = up, now()
    row.last_error = error or row.last_error


async def lamps(work: Work) -> list[api.AxisLamp]:
    """Every axis of this deployment and what waits for it."""
    statement = (
        select(Shipment.axis, func.count(), func.min(Shipment.created_at))
        .where(Shipment.state.in_((WAITING, SENDING)))
        .group_by(Shipment.axis)
    )
    waiting = {axis: (count, oldest) for axis, count, oldest in (await work.execute(statement)).all()}
    known = {row.name: row for row in await work.all(select(Lamp))}
    partners = {row.name: row for row in await every(work)}
    asked = await schedule.states(work)
    return [
        _lamp(name, known.get(name), partners.get(name), asked.get(name), *waiting.get(name, (0, None)))
        for name in sorted({*known, *waiting, *partners, *axes_of(work.runtime)})
    ]


def _lamp(
    name: str, row: Lamp | None, partner: Partner | None, asked: PollState | None, count: int, oldest: datetime | None
) -> api.AxisLamp:
    """A partner never asked yet is up until it shows otherwise; one without any configuration is not."""
    row = row or Lamp(name=name, up=partner is not None, since=now(), last_error="")
    return api.AxisLamp(
        name=name,
        up=row.up,
        since=row.since,
        waiting=count,
        oldest=oldest,
        last_error=row.last_error,
        title=partner.title if partner else "",
        kind=partner.kind if partner else "",
        paused=partner.paused if partner else False,
        pause_reason=partner.pause_reason if partner else "",
        asked_at=asked.last_at if asked else None,
        received_at=asked.last_received if asked else None,
    )
