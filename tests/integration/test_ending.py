"""A service that is told to end ends within ten seconds, whatever has become of its database and its broker."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from infra.local_servers import free_port
from infra.processes import Process
from infra.stack import qlvb, tail
from tests.conftest import Servers

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("servers")]
LONGEST = 10  # seconds


class Line:
    """A line to a server on this machine, which can be cut or go silent."""

    def __init__(self, address: str) -> None:
        self.target = urlsplit(address).port
        self.port = free_port()
        self.address = address.replace(f":{self.target}", f":{self.port}")
        self.open = asyncio.Event()
        self.open.set()
        self._writers: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None

    async def lay(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def cut(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.close()

    def go_silent(self) -> None:
        self.open.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        self._writers += [writer, back]
        await asyncio.gather(self._carry(reader, back), self._carry(there, writer))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                await self.open.wait()
                writer.write(data)
                await writer.drain()
            writer.close()


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
