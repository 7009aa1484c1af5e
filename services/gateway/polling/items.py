"""What a partner's list names: fetched, taken in, and only then acknowledged (axis.md §1.6).

Statuses come by the thousand: some of one sender are recorded in one transaction. Where anything is the matter with one
of them, each is taken by itself.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import structlog

from services.gateway.axes.protocol import Axis, AxisRefused, AxisUnavailable, Downloaded, ReceivedItem
from services.gateway.connections import settings_of
from services.gateway.edxml import Limits
from services.gateway.mailbox.actions import pass_on
from services.gateway.polling.order import PASSES, Order
from services.gateway.receiving.intake import Source, give_up, take_in, take_in_statuses
from services.gateway.wire.bodies import Received
from services.gateway.wire.mailbox import Parcel
from services.gateway.wire.operations import described
from services.gateway.wire.summary import peek
from shared.service import Runtime

log = structlog.get_logger()
TOGETHER = 16  # statuses in one transaction
LEFT = "left"
Found = tuple[str, str]  # what became of an item, and what went wrong


def order_of(runtime: Runtime, name: str) -> Order:
    """The order of this partner's senders, in this replica."""
    found: Order = runtime.state.setdefault(f"order:{name}", Order())
    return found


async def items_of(runtime: Runtime, name: str, axis: Axis, items: Sequence[ReceivedItem]) -> list[Found]:
    """Those of one sender one after the other, as they were sent; some senders at a time."""
    turns: dict[str, list[ReceivedItem]] = {}
    for item in items:
        turns.setdefault(item.sender, []).append(item)
    room = asyncio.Semaphore(settings_of(runtime).axis_receive_at_once)

    async def in_turn(turn: list[ReceivedItem]) -> list[Found]:
        async with room:
            return [one for group in _groups(runtime, turn) for one in await _group(runtime, name, axis, group)]

    return [found for turn in await asyncio.gather(*map(in_turn, turns.values())) for found in turn]


def _groups(runtime: Runtime, turn: Sequence[ReceivedItem]) -> Iterator[Sequence[ReceivedItem]]:
    """Statuses that follow one another together; a hub looks at each for whom it is."""
    alone = bool(settings_of(runtime).hub_code)
    for kind, found in groupby(turn, lambda item: item.message_type):
        items, size = list(found), 1 if alone or kind != "status" else TOGETHER
        yield from (items[start : start + size] for start in range(0, len(items), size))


async def _group(runtime: Runtime, name: str, axis: Axis, group: Sequence[ReceivedItem]) -> list[Found]:
    if len(group) > 1 and await _together(runtime, name, axis, group):
        return [("status", "")] * len(group)
    return [await _item(runtime, name, axis, item) for item in group]


async def _together(runtime: Runtime, name: str, axis: Axis, group: Sequence[ReceivedItem]) -> bool:
    """Whether all of them are recorded and acknowledged. Where not, what was recorded is known when it comes again."""
    order = order_of(runtime, name)
    if order.waits(group[0]):
        return False
    try:
        with tempfile.TemporaryDirectory(prefix="poll-") as folder:
            paths = [Path(folder) / f"{place}.edxml" for place in range(len(group))]
            for item, path in zip(group, paths, strict=True):
                await axis.download(item, path)
            sources = [_source(name, item) for item in group]
            if not await take_in_statuses(runtime, list(zip(paths, sources, strict=True)), _limits(runtime)):
                return False
        for item in group:
            await axis.acknowledge(item, True)
            order.settled(item)
    except Exception as error:
        log.warning("axis.statuses-apart", axis=name, items=len(group), error=repr(error))
        return False
    return True


async def _item(runtime: Runtime, name: str, axis: Axis, item: ReceivedItem) -> Found:
    """What fails stays on the axis' list for the next cycle, shows on the lamp, and holds back its own sender only;
    what the axis will not give, holds nobody back."""
    order = order_of(runtime, name)
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
    source = _source(name, item)
    try:
        return (await take_in(runtime, path, source, _limits(runtime))).state
    except Exception as error:
        if isinstance(error, PASSES) or not order_of(runtime, name).waited_long(item):
            raise
        log.error("axis.item-given-up", axis=name, item=item.axis_id, exc_info=error)
        return (await give_up(runtime, path, source, error)).state


def _source(name: str, item: ReceivedItem) -> Source:
    return Source(to_code=item.receiver, channel=name, external_id=item.axis_id)


def _limits(runtime: Runtime) -> Limits:
    return Limits(package_bytes=settings_of(runtime).package_limit_mb * 2**20)


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
