"""What happens to every call: faults before and after, the answer, a line in the traffic."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from infra.axis_simulator.faults import Fault, Faults
from infra.axis_simulator.store import Store
from services.gateway.wire.failures import WireFailure

KEPT = ("messagetype", "from", "to", "docid", "status", "agencycode")
Answer = Callable[[], Awaitable[Response]]
Failed = Callable[[str, WireFailure], Response]


class Journal:
    """Runs calls and remembers them. `passed` is told the name of each operation that was done."""

    def __init__(self, store: Store, faults: Faults, passed: Callable[[str, str], None]) -> None:
        self._store, self._faults, self._passed = store, faults, passed

    async def run(self, name: str, caller: str, request: Request, answer: Answer, failed: Failed) -> Response:
        """`failed` writes a failure in the spelling of the protocol."""
        response = await self._before(name, caller, failed)
        if response is not None:
            return response
        done = False
        try:
            response = await answer()
            self._store.note(name, caller, "0", _detail(request, response))
            done = True
        except WireFailure as failure:
            self._store.note(name, caller, failure.code, failure.text)
            response = failed(name, failure)
        if self._faults.take("lost_answer", name):
            self._store.note(name, caller, "-", "Lỗi đặt trước: mất câu trả lời")
            response = _lost()
        if done:
            self._passed(name, caller)  # what a scenario does then concerns the next call
        return response

    async def _before(self, name: str, caller: str, failed: Failed) -> Response | None:
        slow = self._faults.take("slow", name)
        if slow is not None:
            await asyncio.sleep(slow.seconds)
        fault: Fault | None = self._faults.take("down", name)
        if fault is not None:
            answer: Response = PlainTextResponse("Service Unavailable", status_code=503)
        elif (fault := self._faults.take("html", name)) is not None:
            answer = HTMLResponse("<!DOCTYPE html><html><body><h1>Proxy</h1></body></html>")
        elif (fault := self._faults.take("error", name)) is not None:
            answer = _error(name, fault, failed)
        else:
            return None
        self._store.note(name, caller, "-", f"Lỗi đặt trước: {fault.kind}")
        return answer


def _detail(request: Request, response: Response) -> str:
    parts = [f"{key}={value}" for key in KEPT if (value := request.headers.get(f"xroadvnpt-{key}"))]
    parts += [f"{key}={value}" for key, value in request.query_params.items()]
    body = getattr(response, "body", b"")
    if b"ocId" in body[:4096] and request.url.path.endswith("/sendEdoc"):
        answer = json.loads(bytes(body))
        parts.append(f"DocId={answer.get('DocId') or answer.get('docId')}")
    return " ".join(parts)


def _error(name: str, fault: Fault, failed: Failed) -> Response:
    """The `error` fault: a code of the axis, or an HTTP status (413, 5xx) when the code is one."""
    if fault.code.isdigit() and 400 <= int(fault.code) < 600:
        return PlainTextResponse("Error", status_code=int(fault.code))
    return failed(name, WireFailure(fault.code, f"Lỗi đặt trước {fault.code}"))


def _lost() -> Response:
    """The operation was done but its answer breaks off: fewer bytes than announced closes the connection."""
    return Response(b"", headers={"Content-Length": "64"}, media_type="application/json")
