"""Ask a partner what waits for us; take it in; acknowledge only what is stored (axis.md §1.6)."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import structlog

from contracts.gateway.api import PollResult
from services.gateway.axes.protocol import (
    Axis,
    AxisRefused,
    AxisUnavailable,
    Downloaded,
    MessageType,
    ReceivedItem,
)
from services.gateway.connections import axes_of, connected, poll_seconds, refresh, settings_of
from services.gateway.edxml import Limits
from services.gateway.lamps.actions import report
from services.gateway.mailbox.actions import pass_on
from services.gateway.polling import schedule
from services.gateway.polling.order import PASSES, Order
from services.gateway.receiving.intake import Source, give_up, take_in
from services.gateway.wire.bodies import Received
from services.gateway.wire.mailbox import Parcel
from services.gateway.wire.operations import described
from services.gateway.wire.summary import peek
from shared.problems import NotFound
from shared.service import Runtime

log = structlog.get_logger()
KINDS: tuple[MessageType, ...] = ("edoc", "status")
ROUNDS = 20  # lists of one cycle: what comes while it lasts is taken too, and then others have their turn
LEFT = "left"
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
    _order(runtime, name).new_cycle()
    try:
        for _ in range(ROUNDS):
            before = len(seen)
            for kind in KINDS:
                items = [item for item in await axis.list_received(kind) if f"{kind}:{item.axis_id}" not in seen]
                seen |= {f"{kind}:{item.axis_id}" for item in items}
                for state, problem in await _items(runtime, name, axis, items):
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


def _order(runtime: Runtime, name: str) -> Order:
    found: Order = runtime.state.setdefault(f"order:{name}", Order())
    return found


async def _items(runtime: Runtime, name: str, axis: Axis, items: Sequence[ReceivedItem]) -> list[tuple[str, str]]:
    """Those of one sender one after the other, as they were sent; some senders at a time."""
    turns: dict[str, list[ReceivedItem]] = {}
    for item in items:
        turns.setdefault(item.sender, []).append(item)
    room = asyncio.Semaphore(settings_of(runtime).axis_receive_at_once)

    async def in_turn(turn: list[ReceivedItem]) -> list[tuple[str, str]]:
        async with room:
            return [await _item(runtime, name, axis, item) for item in turn]

    return [found for turn in await asyncio.gather(*map(in_turn, turns.values())) for found in turn]


async def _item(runtime: Runtime, name: str, axis: Axis, item: ReceivedItem) -> tuple[str, str]:
    """What became of one item, and what went wrong. What fails stays on the axis' list for the next cycle, shows on
    the lamp, and holds back its own sender only; what the axis will not give, holds nobody back."""
    order = _order(runtime, name)
    if order.waits(item):
        return LEFT, ""
    try:
        with tempfile.TemporaryDirectory(prefix="poll-") as folder:
            path = Path(folder) / "package.edxml"
            got = await axis.download(item, path)
            passed_on = await _passed_on(runtime, name, item, got)
            state = "passed-on" if passed_on else await _taken_in(runtime, name, item, path)
        await axis.acknowledge(item, True)
    except AxisRefused as refused:
        log.warning("axis.item-refused", axis=name, item=item.axis_id, error=str(refused))
        return LEFT, refused.message_vi
    except Exception as error:
        log.error("axis.item-failed", axis=name, item=item.axis_id, exc_info=error)
        order.failed(item)
        return LEFT, error.message_vi if isinstance(error, AxisUnavailable) else type(error).__name__
    order.settled(item)
    return state, ""


async def _taken_in(runtime: Runtime, name: str, item: ReceivedItem, path: Path) -> str:
    """What the system itself fails at, time and again and not for want of a disk or a database, is for a person."""
    limits = Limits(package_bytes=settings_of(runtime).package_limit_mb * 2**20)
    source = Source(to_code=item.receiver, channel=name, external_id=item.axis_id)
    try:
        return (await take_in(runtime, path, source, limits)).state
    except Exception as error:
        if isinstance(error, PASSES) or not _order(runtime, name).waited_long(item):
            raise
        log.error("axis.item-given-up", axis=name, item=item.axis_id, exc_info=error)
        return (await give_up(runtime, path, source, error)).state


async def _passed_on(runtime: Runtime, name: str, item: ReceivedItem, got: Downloaded) -> bool:
    """Where this gateway is a hub: a package for somebody behind another partner goes on and does not arrive here."""
    if not settings_of(runtime).hub_code or not item.receiver:
        return False
    summary = await asyncio.to_thread(peek, got.path)
    title, notation = described(summary, item.message_type)
    body = Received(got.path, got.sha256, got.size)
    sender = item.sender or summary.from_code
    parcel = Parcel(body, sender, item.message_type, (item.receiver,), title, notation, summary)
    return await pass_on(runtime, name, parcel) is not None
