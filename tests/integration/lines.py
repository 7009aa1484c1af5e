"""Lines to servers of this machine on which something can happen."""

from __future__ import annotations

import asyncio
import contextlib
from urllib.parse import urlsplit

from infra.local_servers import free_port


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
        """For ever."""
        assert self._server is not None
        self._server.close()
        self.drop()

    def drop(self) -> None:
        """Every connection on it; new ones may be made."""
        for writer in self._writers:
            writer.close()
        self._writers.clear()

    def go_silent(self) -> None:
        self.open.clear()

    def speak_again(self) -> None:
        self.open.set()

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
