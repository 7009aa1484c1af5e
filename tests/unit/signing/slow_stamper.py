"""A time stamping server on a port of this machine, as slow as the national one at its worst, or dead."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.signing.pki.stamping import OwnStamper


class SlowStamper:
    """`seconds` pass before each answer; `asked` counts."""

    def __init__(self, stamper: OwnStamper, seconds: float) -> None:
        self._stamper, self.seconds, self.asked = stamper, seconds, 0
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/"

    async def answer(self, request: Request) -> Response:
        self.asked += 1
        content = await request.body()
        await asyncio.sleep(self.seconds)
        return Response(self._stamper.answered(content), media_type="application/timestamp-reply")

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        app = Starlette(routes=[Route("/", self.answer, methods=["POST"])])
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        serving = asyncio.create_task(server.serve(sockets=[self.socket]))
        try:
            yield
        finally:
            server.should_exit = True
            await serving
