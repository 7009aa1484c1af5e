"""The simulator in the form of a provincial axis (axis.md §2), over the same packages, units and faults.

Every centre has an account: user name and system id are its code, password and secret key its secret.
"""

from __future__ import annotations

import codecs
import hmac
import json
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from starlette.background import BackgroundTask
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from infra.axis_simulator.journal import Journal
from infra.axis_simulator.mailbox import StoredMailbox
from infra.axis_simulator.store import Store
from services.gateway.wire.bodies import CHUNK, receive
from services.gateway.wire.failures import BAD_CREDENTIALS, BAD_FILE, WireFailure
from services.gateway.wire.mailbox import Parcel
from services.gateway.wire.operations import MESSAGE_TYPES, TRANSPORT_STATES, described, receivers
from services.gateway.wire.signature import Call
from services.gateway.wire.summary import peek

TOKEN_SECONDS = 1800.0
Handler = Callable[[Request, Call], Awaitable[Response]]


class Lgsp:
    """The operations of the provincial form. Faults are armed by the names of the national operations."""

    def __init__(
        self,
        store: Store,
        mailbox: StoredMailbox,
        journal: Journal,
        accounts: Mapping[str, str],
        answer_waiting: Callable[[], object],
    ) -> None:
        self._store, self._mailbox, self._journal, self._accounts = store, mailbox, journal, accounts
        self._answer_waiting = answer_waiting
        self._tokens: dict[str, float] = {}

    def routes(self) -> list[Route]:
        """All paths, under `/v1`."""
        return [
            self._route("/v1/auth/login", "login", self._log_in, "POST", account=False),
            self._route("/v1/sendEdoc", "sendEdoc", self._send, "POST"),
            self._route("/v1/syncReceivedEdocList", "getReceivedEdocList", self._list, "GET"),
            self._route("/v1/getEdoc", "downloadEdoc", self._get, "GET"),
            self._route("/v1/updateStatus", "updateStatus", self._acknowledge, "POST"),
            self._route("/v1/getAgenciesList", "getAgenciesList", self._agencies, "GET", account=False),
        ]

    def end_tokens(self) -> None:
        """As if half an hour had passed."""
        self._tokens.clear()

    def _route(self, path: str, name: str, handler: Handler, method: str, *, account: bool = True) -> Route:
        async def endpoint(request: Request) -> Response:
            caller = request.headers.get("x-systemid", "")

            async def answer() -> Response:
                if name != "login":
                    self._check_token(request)
                if account:
                    self._check_account(request)
                return await handler(request, Call(caller, request.query_params))

            response = await self._journal.run(name, caller, request, answer, failed)
            if name == "sendEdoc":
                response.background = BackgroundTask(self._answer_waiting)
            return response

        return Route(path, endpoint, methods=[method])

    def _check_token(self, request: Request) -> None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self._tokens.get(token, 0.0) < time.monotonic():
            raise WireFailure("401", "Unauthorized", http=401)

    def _check_account(self, request: Request) -> None:
        secret = self._accounts.get(request.headers.get("x-systemid", ""), "")
        given = request.headers.get("x-secretkey", "")
        if not secret or not hmac.compare_digest(secret.encode(), given.encode()):
            raise WireFailure(BAD_CREDENTIALS, "Sai SystemId hoặc SecretKey")

    async def _log_in(self, request: Request, _call: Call) -> Response:
        body = await _json(request)
        name, password = str(body.get("username") or ""), str(body.get("password") or "")
        known = self._accounts.get(name)
        if known is None or not hmac.compare_digest(known.encode(), password.encode()):
            return JSONResponse({"code": 401, "message": "Sai tên đăng nhập hoặc mật khẩu", "data": None}, 401)
        token = secrets.token_urlsafe(24)
        self._tokens[token] = time.monotonic() + TOKEN_SECONDS
        data = {"token": token, "id": name, "username": name, "name": name}
        return JSONResponse({"code": 200, "message": "OK", "data": data})

    async def _send(self, request: Request, call: Call) -> Response:
        if "content-length" not in request.headers:
            return PlainTextResponse("Unexpected end of Stream", status_code=400)
        async with request.form(max_files=1) as form:
            file, kind = form.get("edocFile"), str(form.get("messageType") or "")
            if not isinstance(file, UploadFile) or kind not in MESSAGE_TYPES:
                raise WireFailure(BAD_FILE, "Thiếu edocFile hoặc messageType")
            body = await receive(_upload(file), self._store.incoming, None, None)
        try:
            summary = peek(body.path)
            to = receivers(summary, kind, None)
            title, notation = described(summary, kind)
            doc_id = await self._mailbox.deposit(
                call, Parcel(body, summary.from_code, kind, to, title, notation, summary)
            )
        finally:
            body.path.unlink(missing_ok=True)
        return JSONResponse({"success": True, "message": "OK", "docId": doc_id})

    async def _list(self, _request: Request, call: Call) -> Response:
        first, last = (call.required(name).replace("/", "-") for name in ("fromDate", "toDate"))
        found = await self._mailbox.waiting(call, call.required("messageType"))
        data = [
            {
                "serviceType": "eDoc",
                "messageType": item.message_type,
                "docId": item.doc_id,
                "from": item.sender,
                "to": item.receiver,
                "status": item.status,
                "statusDesc": item.status_desc,
                "createdTime": item.created,
                "updatedTime": item.updated,
            }
            for item in found
            if first <= item.created[:10] <= last
        ]
        return JSONResponse({"success": True, "message": "OK", "count": len(data), "data": data})

    async def _get(self, _request: Request, call: Call) -> Response:
        doc_id = call.required("docId")
        row = self._store.item(call.caller, doc_id)
        body = await self._mailbox.body(call, doc_id, "downloadEdoc")
        head = {"docId": doc_id, "from": row["from_code"] if row else "", "edxml": ""}
        begun = json.dumps({"success": True, "message": "OK", "data": head}, ensure_ascii=False)[: -len('"}}')]

        async def pieces() -> AsyncIterator[str]:
            yield begun
            decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
            async for piece in body.pieces:
                yield json.dumps(decode(piece), ensure_ascii=False)[1:-1]
            yield "" if body.broken_base64 else '"}}'

        return StreamingResponse(pieces(), media_type="application/json")

    async def _acknowledge(self, request: Request, call: Call) -> Response:
        body = await _json(request)
        status = str(body.get("status") or "")
        if status not in TRANSPORT_STATES:
            raise WireFailure("22", f"Trạng thái không được chấp nhận: {status[:20]}")
        await self._mailbox.acknowledge(call, str(body.get("docId") or ""), status, "")
        return JSONResponse({"success": True, "message": "OK"})

    async def _agencies(self, _request: Request, call: Call) -> Response:
        data = [
            {"orgCode": a.code, "orgName": a.name, "parentCode": a.parent, "address": "", "email": a.mail, "phone": ""}
            async for a in self._mailbox.agencies(call, with_deleted=False)
        ]
        return JSONResponse({"code": 200, "message": "OK", "data": data})


def failed(_name: str, failure: WireFailure) -> Response:
    """Errors in the provincial spelling."""
    data = {"docId": None, "status": "error", "errorCode": failure.code, "errorDesc": failure.text}
    if failure.http == 401:
        return JSONResponse({"code": 401, "message": failure.text}, status_code=401)
    return JSONResponse({"success": False, "message": failure.text, "data": data}, status_code=failure.http)


async def _json(request: Request) -> dict[str, Any]:
    try:
        found = json.loads(await request.body())
    except ValueError as error:
        raise WireFailure(BAD_FILE, "Nội dung không phải JSON") from error
    return found if isinstance(found, dict) else {}


async def _upload(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(CHUNK):
        yield piece
