"""Switch the lamp of an axis."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, exists, func, select, update

from contracts.gateway import api
from services.gateway.connections import axes_of
from services.gateway.lamps.tables import Lamp
from services.gateway.partners.queries import every
from services.gateway.partners.tables import Partner
from services.gateway.polling import schedule
from services.gateway.polling.tables import PollState
from services.gateway.registration import actions as registration
from services.gateway.sending import circuits
from services.gateway.sending.circuit import CLOSED
from services.gateway.sending.tables import FAILED, UNFINISHED, CircuitRow, Shipment
from shared.clock import now
from shared.problems import NotFound
from shared.service import Runtime
from shared.statements import Prepared
from shared.work import Work

_WELL = Prepared(
    select(Lamp.name).where(
        Lamp.name == bindparam("partner"), Lamp.up.is_(True), ~exists().where(CircuitRow.name == Lamp.name)
    )
)
NOTED_EVERY = timedelta(minutes=1)
OTHERS = {"clamd": "Máy quét mã độc"}  # what is no partner and has a lamp


async def report(work: Work, name: str, *, up: bool, error: str = "") -> None:
    """`since` changes only when the lamp does. A lamp that stays as it is costs a read; one that turns up again lets
    the queue try at once."""
    seen = await work.get(Lamp, name)
    if seen is not None and seen.up == up and error in ("", seen.last_error):
        return
    await work.alone(f"lamp:{name}")
    row = await work.get(Lamp, name, lock=True)
    if row is None:
        work.save(Lamp(name=name, up=up, last_error=error))
        await work.flush()
        return
    if row.up != up:
        row.up, row.since = up, now()
        if up:
            await circuits.try_now(work, name, now())
    row.last_error = error or row.last_error


async def all_well(work: Work, name: str) -> bool:
    """The lamp is up and the breaker whole. It is true nearly always, and asked after every package."""
    return await work.row(_WELL, partner=name) is not None


async def note_sent(runtime: Runtime, name: str) -> None:
    """A package left. Exact to a minute: a line that sends a hundred a second writes it once."""
    noted: dict[str, datetime] = runtime.state.setdefault("noted-sent", {})
    moment = now()
    if name in noted and moment - noted[name] < NOTED_EVERY:
        return
    noted[name] = moment
    async with runtime.work() as work:
        await work.execute(update(Lamp).where(Lamp.name == name).values(sent_at=moment))


async def lamp_of(work: Work, name: str) -> Lamp | None:
    """None: it was never asked."""
    return await work.get(Lamp, name)


async def lamps(work: Work) -> list[api.AxisLamp]:
    """Every axis of this deployment, what waits for it, and what needs a person."""
    waiting, dead = await _counts(work, UNFINISHED), await _counts(work, (FAILED,))
    known = {row.name: row for row in await work.all(select(Lamp))}
    partners = {row.name: row for row in await every(work)}
    asked, breakers = await schedule.states(work), await circuits.every(work)
    untold = await registration.failures(work)
    return [
        _lamp(name, known.get(name), partners.get(name), asked.get(name)).model_copy(
            update={
                **_queue(waiting.get(name), dead.get(name)),
                **_breaker(breakers.get(name)),
                **dict(zip(("unregistered", "register_error"), untold.get(name, ()), strict=False)),
            }
        )
        for name in sorted({*known, *waiting, *partners, *axes_of(work.runtime)})
    ]


async def _counts(work: Work, states: Iterable[str]) -> dict[str, tuple[int, datetime]]:
    """How many packages of each partner are in these states, and since when the oldest is."""
    statement = (
        select(Shipment.axis, func.count(), func.min(Shipment.created_at))
        .where(Shipment.state.in_(tuple(states)))
        .group_by(Shipment.axis)
    )
    return {axis: (count, oldest) for axis, count, oldest in (await work.execute(statement)).all()}


def _queue(waiting: tuple[int, datetime] | None, dead: tuple[int, datetime] | None) -> dict[str, Any]:
    count, oldest = waiting or (0, None)
    return {"waiting": count, "oldest": oldest, "dead_letters": dead[0] if dead else 0}


def _breaker(row: CircuitRow | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {
        "circuit": row.state,
        "failures": row.failures,
        "next_try_at": row.until if row.state != CLOSED else None,
    }


def _lamp(name: str, row: Lamp | None, partner: Partner | None, asked: PollState | None) -> api.AxisLamp:
    """A partner never asked yet is up until it shows otherwise; one without any configuration is not."""
    row = row or Lamp(name=name, up=partner is not None, since=now(), last_error="")
    return api.AxisLamp(
        name=name,
        up=row.up,
        since=row.since,
        last_error=row.last_error,
        title=partner.title if partner else OTHERS.get(name, ""),
        kind=partner.kind if partner else "",
        paused=partner.paused if partner else False,
        pause_reason=partner.pause_reason if partner else "",
        asked_at=asked.last_at if asked else None,
        received_at=asked.last_received if asked else None,
        sent_at=row.sent_at,
    )


async def try_at_once(work: Work, name: str) -> api.AxisLamp:
    """A person knows that the partner works again, or wants to see. Raises NotFound."""
    shown = next((lamp for lamp in await lamps(work) if lamp.name == name), None)
    if shown is None:
        raise NotFound
    await circuits.try_now(work, name, now())
    work.audit("gateway.partner-try", name)
    return shown
