"""The partner API as an application of its own, mounted under /partner/v1: its own description, its own errors."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from starlette.responses import JSONResponse, Response

from services.gateway.connections import settings_of
from services.gateway.credentials import actions as keys
from services.gateway.credentials.rules import digest
from services.gateway.credentials.tables import OAUTH2
from services.gateway.partner_api import tokens
from services.gateway.partner_api.answers import refusal
from services.gateway.partner_api.authentication import caller_of
from services.gateway.partner_api.boxes import PartnerBoxes
from services.gateway.partner_api.describing import OPERATIONS, SECURITY, Described, described
from services.gateway.partner_api.limits import spend
from services.gateway.wire.failures import BAD_CREDENTIALS, WireFailure
from services.gateway.wire.operations import Operation, Operations
from services.gateway.wire.signature import is_signed
from shared import problems
from shared.service import Runtime

PATH = "/partner/v1"
TITLE = "QLVB – API đối tác"
ABOUT = """Trao đổi gói tin edXML (QCVN 102:2016/BTTTT) với hệ thống quản lý văn bản của tỉnh, bằng đúng các thao tác
của trục liên thông văn bản quốc gia. Đăng nhập bằng OAuth 2.0 client credentials, bằng chứng thư (mutual TLS), hoặc
bằng tiêu đề có chữ ký HMAC của trục: client có sẵn của trục dùng được mà không phải sửa."""


def mount(app: FastAPI, runtime: Runtime) -> None:
    """Put the partner API into the gateway's application."""
    app.mount(PATH, partner_app(runtime))


def partner_app(runtime: Runtime) -> FastAPI:
    api = FastAPI(title=TITLE, version="1.0", description=ABOUT, docs_url=None, redoc_url=None)
    problems.install(api)
    folder = runtime.settings.data_dir / "uploads"
    operations = Operations(
        PartnerBoxes(runtime), folder, limit=settings_of(runtime).package_limit_mb * 2**20, needs_hash=False
    )
    handlers = {**operations.posts(), "downloadEdoc": operations.download_edoc}
    for name, operation in OPERATIONS.items():
        _add(api, runtime, name, operation, handlers[name])
    api.add_api_route("/oauth2/token", _token_route(runtime), methods=["POST"], **_TOKEN)
    api.add_api_route("/downloadEdoc2", _never, methods=["GET"], include_in_schema=False)
    api.openapi = lambda: description(api)  # type: ignore[method-assign]
    return api


def _add(api: FastAPI, runtime: Runtime, name: str, operation: Described, handler: Operation) -> None:
    async def endpoint(request: Request) -> Response:
        return await _serve(runtime, name, handler, request)

    api.add_api_route(
        f"/{name}",
        endpoint,
        methods=[operation.method],
        operation_id=name,
        summary=operation.summary,
        openapi_extra=described(operation),
        response_class=Response,
    )


async def _serve(runtime: Runtime, name: str, handler: Operation, request: Request) -> Response:
    try:
        caller = await caller_of(runtime, request)
        caller.require(name)
        await spend(runtime, caller.partner, caller.per_minute)
        if name == "sendEdoc" and is_signed(request.headers):
            caller.call.required("hash-file")
        parameters = dict(caller.call.parameters)
        if key := request.headers.get("idempotency-key"):
            parameters["Idempotency-Key"] = key
        return await handler(request, replace(caller.call, caller=caller.partner, parameters=parameters))
    except WireFailure as failure:
        return refusal(request, name, failure)


async def _never(request: Request) -> Response:
    """A second download without any authentication, which the stock client has (axis.md §1.2): refused."""
    return refusal(request, "downloadEdoc2", WireFailure(BAD_CREDENTIALS, "Chưa đăng nhập", http=401))


def _token_route(runtime: Runtime) -> Callable[[Request], Awaitable[Response]]:
    async def token(request: Request) -> Response:
        """Cấp token ngắn hạn (RFC 6749 §4.4)."""
        async with request.form(max_files=0, max_fields=20) as form:
            fields = {name: str(value) for name, value in form.items()}
        return await _token(runtime, request, fields)

    return token


async def _token(runtime: Runtime, request: Request, fields: dict[str, str]) -> Response:
    if fields.get("grant_type") != "client_credentials":
        return _oauth_error("unsupported_grant_type", 400)
    client, secret = _basic(request) or (fields.get("client_id", ""), fields.get("client_secret", ""))
    async with runtime.work(reading=True) as work:
        rows = await keys.usable(work, OAUTH2, client) if client and secret else []
    row = next((row for row in rows if _same(row.digest, secret)), None)
    if row is None:
        return _oauth_error("invalid_client", 401)
    asked = frozenset(fields.get("scope", "").split()) or frozenset(map(str, row.scopes))
    if not asked <= set(row.scopes):
        return _oauth_error("invalid_scope", 400)
    made = tokens.issue(runtime, tokens.Grant(str(row.id), asked))
    content = {"access_token": made, "token_type": "Bearer", "expires_in": tokens.SECONDS}
    return JSONResponse({**content, "scope": " ".join(sorted(asked))}, headers=NOT_KEPT)


def _same(known: str, secret: str) -> bool:
    return hmac.compare_digest(known, digest(secret))


def _basic(request: Request) -> tuple[str, str] | None:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return client, secret


NOT_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def _oauth_error(code: str, status: int) -> Response:
    headers = {**NOT_KEPT, "WWW-Authenticate": 'Basic realm="qlvb-partner-api"'} if status == 401 else NOT_KEPT
    return JSONResponse({"error": code}, status, headers)


_TOKEN: dict[str, Any] = {
    "operation_id": "token",
    "summary": "Lấy token (OAuth 2.0 client credentials); client_id và client_secret trong Basic hoặc trong form.",
    "response_class": Response,
    "openapi_extra": {
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {
                    "schema": {
                        "type": "object",
                        "required": ["grant_type"],
                        "properties": {
                            "grant_type": {"type": "string", "enum": ["client_credentials"]},
                            "scope": {"type": "string"},
                            "client_id": {"type": "string"},
                            "client_secret": {"type": "string"},
                        },
                    }
                }
            },
        },
        "responses": {
            "200": {"description": "Token, hết hạn sau `expires_in` giây"},
            "4XX": {"description": "RFC 6749 §5.2"},
        },
        "security": [],
    },
}


def description(api: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with the three ways to log in."""
    found = get_openapi(title=TITLE, version=api.version, description=ABOUT, routes=api.routes)
    found.setdefault("components", {})["securitySchemes"] = SECURITY
    return found
