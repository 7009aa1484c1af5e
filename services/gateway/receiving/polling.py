"""Ask an axis what waits for us; take it in; acknowledge only what is stored (axis.md §1.6)."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import structlog

from contracts.gateway.api import PollResult
from services.gateway.axes.protocol import Axis, AxisError, AxisRefused, AxisUnavailable, MessageType, ReceivedItem
from services.gateway.connections import axes_of, settings_of
from services.gateway.edxml import Limits
from services.gateway.lamps.actions import report
from services.gateway.receiving.intake import Source, take_in
from shared.problems import NotFound
from shared.service import Runtime

log = structlog.get_logger()
KINDS: tuple[MessageType, ...] = ("edoc", "status")


async def poll_all(runtime: Runtime) -> None:
    await asyncio.gather(*(poll(runtime, name) for name in axes_of(runtime)))


async def poll(runtime: Runtime, name: str) -> PollResult:
    """One receive cycle of one axis; two cycles of the same axis never run at once in a process."""
    axis = axes_of(runtime).get(name)
    if axis is None:
        raise NotFound
    lock: asyncio.Lock = runtime.state.setdefault(f"poll:{name}", asyncio.Lock())
    received, quarantined, error = 0, 0, ""
    async with lock:
        try:
            for kind in KINDS:
                for item in await axis.list_received(kind):
                    state = await _item(runtime, name, axis, item)
                    received += state not in ("", "quarantined")
                    quarantined += state == "quarantined"
        except (AxisUnavailable, AxisRefused) as problem:
            error = problem.message_vi
        async with runtime.work() as work:
            await report(work, name, up=not error, error=error)
    return PollResult(name=name, received=received, quarantined=quarantined, error=error)


async def _item(runtime: Runtime, name: str, axis: Axis, item: ReceivedItem) -> str:
    """One item. What fails stays on the axis' list for the next cycle and does not hold the others back."""
    limits = Limits(package_bytes=settings_of(runtime).package_limit_mb * 2**20)
    source = Source(to_code=item.receiver, channel=name, external_id=item.axis_id)
    try:
        with tempfile.TemporaryDirectory(prefix="poll-") as folder:
            path = Path(folder) / "package.edxml"
            await axis.download(item, path)
            result = await take_in(runtime, path, source, limits)
        await axis.acknowledge(item, True)
    except AxisError as error:
        log.warning("axis.item-failed", axis=name, item=item.axis_id, error=str(error))
        return ""
    except Exception as error:
        log.error("axis.item-failed", axis=name, item=item.axis_id, exc_info=error)
        return ""
    return result.state
