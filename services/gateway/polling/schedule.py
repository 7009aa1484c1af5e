"""Who asks which partner when: one row a partner, leased by the replica that is asking."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select

from services.gateway.connections import settings_of
from services.gateway.polling.rules import pause
from services.gateway.polling.tables import PollState
from shared.clock import now
from shared.service import Runtime
from shared.work import Work

RENEWALS = 5  # in the time of one lease: a replica that is busy for a moment keeps it


def term(runtime: Runtime) -> timedelta:
    """How long a replica holds a partner without a sign of life."""
    return timedelta(seconds=settings_of(runtime).axis_poll_lease_seconds)


def me(runtime: Runtime) -> str:
    """This replica."""
    found: str = runtime.state.setdefault("replica", uuid4().hex)
    return found


async def due(work: Work, names: Iterable[str]) -> list[str]:
    """Which of these partners are to be asked now; a partner never asked is."""
    moment = now()
    rows = {row.partner: row for row in await work.all(select(PollState).where(PollState.partner.in_(list(names))))}
    free = {name for name, row in rows.items() if row.held_until is None or row.held_until < moment}
    return [name for name in names if name not in rows or (name in free and rows[name].next_at <= moment)]


async def lease(work: Work, name: str) -> bool:
    """Take the partner for this replica; False while another one is asking it."""
    await work.alone(f"poll:{name}")
    row = await work.get(PollState, name, lock=True)
    if row is None:
        row = PollState(partner=name, next_at=now(), quiet=0, failures=0, held_by="", last_error="")
        work.save(row)
    own = me(work.runtime)
    if row.held_until is not None and row.held_until >= now() and row.held_by != own:
        return False
    row.held_by, row.held_until, row.pushed = own, now() + term(work.runtime), False
    return True


@asynccontextmanager
async def kept(runtime: Runtime, name: str) -> AsyncIterator[None]:
    """Keep the lease for as long as the block takes; give it back when the block is broken off."""
    keeper = asyncio.create_task(_renew(runtime, name))
    try:
        yield
    except BaseException:
        async with runtime.work() as work:
            await _hold(work, name, None)
        raise
    finally:
        keeper.cancel()


async def _renew(runtime: Runtime, name: str) -> None:
    lease = term(runtime)
    while True:
        await asyncio.sleep(lease.total_seconds() / RENEWALS)
        async with runtime.work() as work:
            await _hold(work, name, now() + lease)


async def _hold(work: Work, name: str, until: datetime | None) -> None:
    row = await work.get(PollState, name, lock=True)
    if row is not None and row.held_by == me(work.runtime):
        row.held_until = until


async def finish(work: Work, name: str, base: timedelta, *, received: int, error: str, left: int = 0) -> None:
    """Give the partner back and say when it is asked next; `left`: what has to be fetched again. A partner that gave
    something is not down, whatever broke afterwards: it is soon asked again."""
    row = await work.locked(PollState, name)
    row.failures = (1 if received else row.failures + 1) if error else 0
    row.quiet = 0 if received or left else row.quiet + 1
    if row.held_by == me(work.runtime):
        row.held_by, row.held_until = "", None
    row.last_at, row.last_error = now(), error
    row.last_received = now() if received else row.last_received
    draw = random.random()  # noqa: S311 - spreads load, guards nothing
    wait = pause(base, quiet=row.quiet, failures=row.failures, draw=draw)
    row.next_at = now() if row.pushed and not error else now() + wait


async def hasten(work: Work, name: str) -> None:
    """The partner says that something waits: ask at the next tick, whatever was planned, or right after this cycle."""
    row = await work.get(PollState, name, lock=True)
    if row is not None:
        row.next_at, row.quiet, row.pushed = now(), 0, True


async def states(work: Work) -> dict[str, PollState]:
    return {row.partner: row for row in await work.all(select(PollState))}
