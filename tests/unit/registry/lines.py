"""Registry on a real TCP line, which a test breaks in the middle of a request."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from shared.auth import Principal
from shared.testing import System, token_of


@asynccontextmanager
async def listening(system: System) -> AsyncIterator[int]:
    """The port of registry, on this machine only."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        config = uvicorn.Config(system.runtime("registry").apps["registry"], log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve([door]))
        try:
            yield door.getsockname()[1]
        finally:
            server.should_exit = True
            await serving


async def broken_piece(port: int, who: Principal, path: str, offset: int, promised: int, sent: bytes) -> None:
    """A piece of which only the first bytes arrive before the line is gone."""
    _, out = await asyncio.open_connection("127.0.0.1", port)
    head = (
        f"PATCH {path} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {token_of(who)}\r\nTus-Resumable: 1.0.0\r\n"
        f"Content-Type: application/offset+octet-stream\r\nUpload-Offset: {offset}\r\n"
        f"Content-Length: {promised}\r\n\r\n"
    )
    out.write(head.encode() + sent)
    await out.drain()
    out.close()
    await out.wait_closed()
