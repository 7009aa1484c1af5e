"""A small proxy before the axis which eats answers: delay, cut connection, half a body, answer lost after the effect.

One request a connection, so that every mishap hits exactly one call. What it does is drawn from the seed.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections import Counter

MISHAPS = ("delay", "cut", "half", "lost")
LONGEST_DELAY = 2.0  # seconds


class FaultProxy:
    """Listens on 127.0.0.1:`port` and passes on to 127.0.0.1:`target`; `share` of the calls go wrong."""

    def __init__(self, port: int, target: int, seed: int, share: float = 0.15) -> None:
        self.port, self.target, self.share = port, target, share
        self.done: Counter[str] = Counter()
        self.down = False
        self._random = random.Random(seed)  # noqa: S311
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="fault-proxy")

    def start(self) -> None:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(asyncio.start_server(self._serve, "127.0.0.1", self.port), self._loop).result()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await self._call(reader, writer)
        with contextlib.suppress(OSError):
            writer.close()

    async def _call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mishap = self._random.choice(MISHAPS) if self._random.random() < self.share else "none"
        if self.down:
            self.done["down"] += 1
            return
        request = await _request(reader)
        self.done[mishap] += 1
        if mishap == "cut":
            return
        if mishap == "delay":
            await asyncio.sleep(self._random.uniform(0.1, LONGEST_DELAY))
        answer = await self._forward(request)
        if mishap == "lost":
            return
        writer.write(answer[: len(answer) // 2] if mishap == "half" else answer)
        await writer.drain()

    async def _forward(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.target)
        try:
            writer.write(request)
            await writer.drain()
            return await reader.read()
        finally:
            writer.close()


async def _request(reader: asyncio.StreamReader) -> bytes:
    """One whole request, changed to close its connection."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = [line for line in head[:-4].split(b"\r\n") if not line.lower().startswith(b"connection:")]
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines[1:])}
    body = b""
    if length := int(headers.get(b"content-length", b"0")):
        body = await reader.readexactly(length)
    elif headers.get(b"transfer-encoding", b"").lower() == b"chunked":
        body = await _chunks(reader)
    return b"\r\n".join([*lines, b"Connection: close", b"", b""]) + body


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while True:
        size = await reader.readline()
        data = await reader.readexactly(int(size.split(b";")[0], 16) + 2)
        body += size + data
        if data == b"\r\n":
            return body
