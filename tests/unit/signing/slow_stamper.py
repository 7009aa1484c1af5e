"""A time stamping server on a port of this machine, as slow as the national one at its worst, or dead."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.signing.pki.stamping import OwnStamper
from tests.unit.signing.serving import serving


class SlowStamper:
    """`seconds` pass before each answer; `asked` counts."""

    def __init__(self, stamper: OwnStamper, seconds: float) -> None:
        self._stamper, self.seconds, self.asked = stamper, seconds, 0

    async def answer(self, request: Request) -> Response:
        self.asked += 1
        content = await request.body()
        await asyncio.sleep(self.seconds)
        return Response(self._stamper.answered(content), media_type="application/timestamp-reply")

    def listening(self) -> AbstractAsyncContextManager[str]:
        return serving(Starlette(routes=[Route("/", self.answer, methods=["POST"])]))
