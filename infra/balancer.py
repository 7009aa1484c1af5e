"""Shares the connections to one port among several replicas: what a load balancer does in production, in 80 lines.

A replica that refuses the connection is left out and the next one gets it, so a killed one costs nobody a request.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import threading


class Balancer:
    """Listens on 127.0.0.1:`port`; every new connection goes to the next of `targets` (ports on 127.0.0.1)."""

    def __init__(self, port: int, targets: list[int]) -> None:
        self.port = port
        self.targets = targets
        self._next = itertools.count()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name=f"balancer:{port}")

    def start(self) -> None:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(asyncio.start_server(self._serve, "127.0.0.1", self.port), self._loop).result()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected = await self._connect()
        if connected is None:
            writer.close()
            return
        inner_reader, inner_writer = connected
        ways = [
            asyncio.create_task(_pass(reader, inner_writer)),
            asyncio.create_task(_pass(inner_reader, writer)),
        ]
        await asyncio.wait(ways, return_when=asyncio.ALL_COMPLETED)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        first = next(self._next)
        for step in range(len(self.targets)):
            with contextlib.suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", self.targets[(first + step) % len(self.targets)])
        return None


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.close()
