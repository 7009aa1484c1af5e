"""A service that is told to end ends within ten seconds, whatever has become of its database and its broker."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from infra.local_servers import free_port
from infra.processes import Process
from infra.stack import qlvb, tail
from tests.conftest import Servers
from tests.integration.lines import Line

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("servers")]
LONGEST = 10  # seconds


@asynccontextmanager
async def running(servers: Servers, folder: Path) -> AsyncIterator[tuple[Process, Line, Line]]:
    """registry in a process of its own, with a line to its database and one to its broker."""
    servers.postgres.create("registry")
    database, broker = Line(servers.postgres.url()), Line(servers.rabbit.url())
    await asyncio.gather(database.lay(), broker.lay())
    port = free_port()
    environment = {
        "QLVB_DATA_DIR": str(folder / "data"),
        "QLVB_DATABASE_URL": database.address,
        "QLVB_BUS_URL": broker.address,
        "QLVB_SERVICE_URLS": json.dumps({"identity": "http://127.0.0.1:9"}),
        "QLVB_SERVICE_SECRET": "x" * 32,
        "QLVB_LOG_LEVEL": "warning",
    }
    process = Process("registry", [*qlvb("serve", "registry"), "--port", str(port)], environment, folder / "log")
    process.start()
    try:
        await ready(port, process)
        yield process, database, broker
    finally:
        process.kill()
        for line in (database, broker):
            line.open.set()
            await line.cut()


async def ready(port: int, process: Process) -> None:
    async with httpx.AsyncClient(timeout=2) as http, asyncio.timeout(60):
        while True:
            with contextlib.suppress(httpx.HTTPError):
                if (await http.get(f"http://127.0.0.1:{port}/health/ready")).status_code == 200:
                    return
            assert process.alive(), tail(process.log)
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("fate", ["there", "gone", "silent"])
async def test_a_service_ends_in_time(servers: Servers, tmp_path: Path, fate: str) -> None:
    async with running(servers, tmp_path) as (process, database, broker):
        for line in (database, broker):
            if fate == "gone":
                await line.cut()
            elif fate == "silent":
                line.go_silent()
        process.ask_to_end()
        assert process.running is not None
        ended = await asyncio.wait_for(asyncio.to_thread(process.running.wait), LONGEST)
        assert ended in (0, -15), tail(process.log)
