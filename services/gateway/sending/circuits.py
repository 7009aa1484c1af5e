"""The breakers in the database. A whole one has no row, so that sending costs no write as long as all is well."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select, update

from services.gateway.sending import circuit as rules
from services.gateway.sending.circuit import WHOLE, Circuit
from services.gateway.sending.tables import AGAIN, CircuitRow, Shipment
from shared.clock import now
from shared.work import Work


def _value(row: CircuitRow | None) -> Circuit:
    if row is None:
        return WHOLE
    return Circuit(row.state, row.failures, row.pauses, row.until, row.reason)  # type: ignore[arg-type]


async def circuit_of(work: Work, name: str) -> Circuit:
    return _value(await work.get(CircuitRow, name))


async def admit(work: Work, name: str, window: int, lease: timedelta) -> int:
    """How many packages may be claimed for this partner now; a trial is taken by whoever gets it first."""
    moment = now()
    known = await circuit_of(work, name)
    if known.state == rules.CLOSED or not rules.admitted(known, moment, window):
        return rules.admitted(known, moment, window)
    await work.alone(f"circuit:{name}")
    row = await work.get(CircuitRow, name, lock=True)
    free = rules.admitted(_value(row), moment, window)
    if free and row is not None:
        _write(row, rules.tried(_value(row), moment, lease))
    return free


async def turn(work: Work, name: str, change: Callable[[Circuit], Circuit]) -> Circuit:
    """Turn the breaker by a rule; gives what it is now."""
    await work.alone(f"circuit:{name}")
    row = await work.get(CircuitRow, name, lock=True)
    before, after = _value(row), change(_value(row))
    if after == WHOLE:
        if row is not None:
            await work.session.delete(row)
        if before.state != rules.CLOSED:
            await _forgive(work, name)
            work.audit("gateway.partner-back", name, paused=before.pauses)
        return after
    if row is None:
        row = CircuitRow(name=name, state=rules.CLOSED, since=now())
        work.save(row)
    if before.state == rules.CLOSED and after.state != rules.CLOSED:
        row.since = now()
        work.audit("gateway.partner-down", name, reason=after.reason)
    _write(row, after)
    await work.flush()
    return after


def _write(row: CircuitRow, value: Circuit) -> None:
    row.state, row.failures, row.pauses = value.state, value.failures, value.pauses
    row.until, row.reason = value.until, value.reason


async def _forgive(work: Work, name: str) -> None:
    """The partner is back: what failed for its sake need not wait for its own next try."""
    waiting = update(Shipment).where(Shipment.axis == name, Shipment.state == AGAIN, Shipment.down.is_(True))
    await work.execute(waiting.values(next_at=now()))


async def try_now(work: Work, name: str, at: datetime) -> None:
    """Somebody knows that the partner answers again (it was asked for something else, or a person says so)."""
    row = await work.get(CircuitRow, name, lock=True)
    if row is not None and row.state == rules.OPEN:
        row.until = at


async def every(work: Work) -> dict[str, CircuitRow]:
    return {row.name: row for row in await work.all(select(CircuitRow))}
