"""Ask a partner what waits for us; take it in; acknowledge only what is stored (axis.md §1.6)."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import structlog

from contracts.gateway.api import PollResult
from services.gateway.axes.protocol import (
    Axis,
    AxisRefused,
    AxisUnavailable,
    MessageType,
)
from services.gateway.connections import axes_of, connected, poll_seconds, refresh
from services.gateway.lamps.actions import report
from services.gateway.polling import schedule
from services.gateway.polling.items import LEFT, items_of, order_of
from shared.problems import NotFound
from shared.service import Runtime

log = structlog.get_logger()
KINDS: tuple[MessageType, ...] = ("edoc", "status")
ROUNDS = 20  # lists of one cycle: what comes while it lasts is taken too, and then others have their turn
LEFT_BEHIND = "{count} gói tin chưa lấy được, sẽ thử lại: {problem}"
ELSEWHERE = "Một máy chủ khác đang nhận từ trục này; kết quả sẽ có sau ít phút."


async def poll_due(runtime: Runtime) -> None:
    """Start a cycle for every partner whose time has come; nobody waits for a slow one."""
    await refresh(runtime)
    names = [name for name in connected(runtime) if name not in _running(runtime)]
    async with runtime.work(reading=True) as work:
        waiting = await schedule.due(work, names)
    for name in waiting:
        poll_soon(runtime, name)


def poll_soon(runtime: Runtime, name: str) -> None:
    """Start a cycle now, unless one is running. (What is told during a cycle comes with the next: see `hasten`.)"""
    if name not in _running(runtime):
        _running(runtime).add(name)
        runtime.spawn(_cycle(runtime, name), f"poll:{name}")


def _running(runtime: Runtime) -> set[str]:
    found: set[str] = runtime.state.setdefault("polls", set())
    return found


async def _cycle(runtime: Runtime, name: str) -> None:
    try:
        await poll(runtime, name)
    except NotFound:
        return  # paused or taken away in this moment
    except Exception as error:
        log.error("poll.failed", axis=name, exc_info=error)
    finally:
        _running(runtime).discard(name)


async def poll(runtime: Runtime, name: str) -> PollResult:
    """One receive cycle of one partner; two cycles of the same one never run at once, in whatever replica."""
    if name not in axes_of(runtime):
        await refresh(runtime)  # this replica may not have heard of it yet
    axis = axes_of(runtime).get(name)
    if axis is None:
        raise NotFound
    lock: asyncio.Lock = runtime.state.setdefault(f"poll:{name}", asyncio.Lock())
    async with lock:
        async with runtime.work() as work:
            if not await schedule.lease(work, name):
                return PollResult(name=name, received=0, error=ELSEWHERE)
        async with schedule.kept(runtime, name):
            return await _receive(runtime, name, axis)


async def _receive(runtime: Runtime, name: str, axis: Axis) -> PollResult:
    states: Counter[str] = Counter()
    error, left = "", ""
    seen: set[str] = set()
    order_of(runtime, name).new_cycle()
    try:
        for _ in range(ROUNDS):
            before = len(seen)
            for kind in KINDS:
                items = [item for item in await axis.list_received(kind) if f"{kind}:{item.axis_id}" not in seen]
                seen |= {f"{kind}:{item.axis_id}" for item in items}
                for state, problem in await items_of(runtime, name, axis, items):
                    states[state] += 1
                    left = problem or left
            if len(seen) == before:
                break
    except (AxisUnavailable, AxisRefused) as refusal:
        error = refusal.message_vi
    base = timedelta(seconds=poll_seconds(runtime, name))
    received, quarantined = states.total() - states[LEFT] - states["quarantined"], states["quarantined"]
    shown = error or (LEFT_BEHIND.format(count=states[LEFT], problem=left) if states[LEFT] else "")
    async with runtime.work() as work:
        await schedule.finish(work, name, base, received=received + quarantined, left=states[LEFT], error=error)
        await report(work, name, up=not error, error=shown)
    return PollResult(name=name, received=received, quarantined=quarantined, error=shown)
