"""Switch the lamp of an axis."""

from __future__ import annotations

from sqlalchemy import func, select

from contracts.gateway import api
from services.gateway.connections import axes_of
from services.gateway.lamps.tables import Lamp
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
    found = []
    for name in sorted({*known, *waiting, *axes_of(work.runtime)}):
        count, oldest = waiting.get(name, (0, None))
        row = known.get(name) or Lamp(name=name, up=name in axes_of(work.runtime), since=now(), last_error="")
        found.append(
            api.AxisLamp(name=name, up=row.up, since=row.since, waiting=count, oldest=oldest, last_error=row.last_error)
        )
    return found
