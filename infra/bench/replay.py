"""Putting 100,000 dead letters back into the queue: seconds, and whether memory stays flat, on both databases."""

from __future__ import annotations

import asyncio
import gc
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import func, insert, select

from contracts.gateway.dead_letters import NewReplay
from infra.bench.frame import Row, absolute
from infra.local_servers import Postgres, available
from services.gateway.dead_letters.actions import run_replays, start
from services.gateway.deliveries.tables import Delivery, OutPackage
from services.gateway.sending.tables import FAILED, WAITING, Shipment
from services.gateway.service import service
from shared.clock import now
from shared.database import new_id
from shared.service import Runtime
from shared.testing import running

COUNT, BATCH, WARM = 100_000, 5_000, 5_000
GOAL, GROWTH = 300.0, 15.0  # seconds, MB
MEGABYTE = 1024 * 1024


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        found = asyncio.run(_measured(Path(folder) / "embedded", "embedded", {}))
        if available():
            postgres = Postgres(Path(folder) / "postgres")
            postgres.start()
            try:
                postgres.create("gateway")
                settings = {"database_url": postgres.url("{service}")}
                found += asyncio.run(_measured(Path(folder) / "with-postgres", "PostgreSQL", settings))
            finally:
                postgres.stop("immediate")
        return found


async def _measured(folder: Path, name: str, settings: dict[str, Any]) -> list[Row]:
    async with AsyncExitStack() as stack:
        system = await stack.enter_async_context(running(replace(service, jobs=[]), tmp_path=folder, **settings))
        runtime = system.runtime("gateway")
        await _lay(runtime, WARM)
        await _replayed(runtime)
        await _lay(runtime, COUNT)
        gc.collect()
        before, begun = _memory(), time.perf_counter()
        watching = asyncio.create_task(_highest())
        await _replayed(runtime)
        seconds = time.perf_counter() - begun
        watching.cancel()
        await _check(runtime)
        return [
            absolute(f"replay of {COUNT:,} dead letters, {name}", seconds, "s", goal=GOAL),
            absolute(f"replay, memory gained, {name}", max(0.0, _high - before), "MB", goal=GROWTH),
        ]


async def _replayed(runtime: Runtime) -> None:
    async with runtime.work() as work:
        await start(work, NewReplay(per_second=100_000))
    await run_replays(runtime)


async def _lay(runtime: Runtime, count: int) -> None:
    """So many dead letters, a delivery and a package in the queue each, of one document to as many receivers."""
    package = new_id()
    async with runtime.work() as work:
        work.save(
            OutPackage(
                id=package,
                document_id=str(package),
                kind="document",
                identifier=str(package),
                office_id="o1",
                content={},
            )
        )
    for begin in range(0, count, BATCH):
        keys = [new_id() for _ in range(min(BATCH, count - begin))]
        async with runtime.work() as work:
            await work.execute(insert(Delivery), [_delivery(package, key) for key in keys])
            await work.execute(insert(Shipment), [_shipment(package, key) for key in keys])


def _delivery(package: Any, key: Any) -> dict[str, Any]:
    return {
        "id": key,
        "package_id": package,
        "document_id": str(package),
        "office_id": "o1",
        "organ_id": str(key),
        "name": f"Nơi nhận {key}",
        "channel": "national",
        "kind": "document",
        "state": FAILED,
        "needs_person": True,
    }


def _shipment(package: Any, key: Any) -> dict[str, Any]:
    return {
        "subject_id": key,
        "code": "edoc",
        "axis": "national",
        "office_id": "o1",
        "from_code": "H60.10",
        "to_code": str(key),
        "title": "Về việc thử",
        "notation": "12/QĐ-SKHCN",
        "package_id": package,
        "state": FAILED,
        "reason_code": "18",
        "last_error": "Trục không biết mã định danh của nơi nhận.",
        "queued_at": now(),
    }


_high = 0.0


async def _highest() -> None:
    global _high
    _high = 0.0
    while True:
        _high = max(_high, _memory())
        await asyncio.sleep(0.1)


def _memory() -> float:
    return float(psutil.Process().memory_info().rss) / MEGABYTE


async def _check(runtime: Runtime) -> None:
    async with runtime.work(reading=True) as work:
        counted = select(func.count()).select_from(Shipment).where(Shipment.state == WAITING)
        found = await work.scalar(counted)
    if found != COUNT + WARM:
        raise RuntimeError(f"{found} of {COUNT + WARM} are in the queue again")
