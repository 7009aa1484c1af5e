"""An application behind which faults happen: what the simulator does by itself, put before any other end."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from infra.axis_simulator.faults import Faults

HTML = b"<!DOCTYPE html><html><body><h1>Proxy</h1></body></html>"


class Faulty:
    """Answers as the application does, but for the faults that are armed."""

    def __init__(self, app: Any, faults: Faults) -> None:
        self._app, self._faults = app, faults

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        name = scope.get("path", "").rsplit("/", 1)[-1]
        if (slow := self._faults.take("slow", name)) is not None:
            await asyncio.sleep(slow.seconds)
        if self._faults.take("down", name):
            await _answer(receive, send, 503, b"Service Unavailable")
        elif self._faults.take("html", name):
            await _answer(receive, send, 200, HTML)
        elif (error := self._faults.take("error", name)) is not None:
            http = int(error.code) if error.code.isdigit() and int(error.code) >= 400 else 0
            body = {"status": "FAIL", "ErrorCode": error.code, "ErrorDesc": "x", "DocId": ""}
            await _answer(receive, send, http or 200, b"Error" if http else json.dumps(body).encode())
        else:
            await self._app(scope, receive, self._spoiling(name, send))

    def _spoiling(self, name: str, send: Any) -> Any:
        lost, cut = self._faults.take("lost_answer", name), self._faults.take("truncated", name)
        if not (lost or cut):
            return send
        held: dict[str, Any] = {"body": b""}

        async def hold(message: Any) -> None:
            if message["type"] == "http.response.start":
                held["start"] = message
                return
            held["body"] += message.get("body", b"")
            if message.get("more_body"):
                return
            body = held["body"][: len(held["body"]) // 2] if cut else b""
            length = str(len(body) if cut else 64).encode()
            headers = [(k, v) for k, v in held["start"]["headers"] if k != b"content-length"]
            await send({**held["start"], "headers": [*headers, (b"content-length", length)]})
            await send({"type": "http.response.body", "body": body})

        return hold


async def _answer(receive: Any, send: Any, status: int, body: bytes) -> None:
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
