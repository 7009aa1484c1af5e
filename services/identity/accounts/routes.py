"""Log-in, sessions and keys over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request

from contracts.identity import api
from services.identity.accounts import actions, login, tokens
from shared.problems import NotFound
from shared.web import AnyCaller, Here, OwnTransaction

router = APIRouter(tags=["accounts"])


@router.post("/v1/sessions", status_code=201)
async def log_in(runtime: Here, request: Request, body: api.Credentials) -> api.Tokens:
    address = request.headers.get("X-Forwarded-For", "").split(",")[0].strip()
    address = address or (request.client.host if request.client else "")
    return await login.log_in(runtime, body, address, request.headers.get("User-Agent", ""))


@router.post("/v1/sessions/refresh")
async def refresh(runtime: Here, body: api.RefreshRequest) -> api.Tokens:
    return await login.refresh(runtime, body.refresh_token)


@router.delete("/v1/sessions/current", status_code=204)
async def log_out(runtime: Here, request: Request, work: OwnTransaction) -> None:
    session = _session_of(runtime, request)
    if session:
        await actions.end_sessions(work, UUID(work.principal.id), UUID(session))
        work.audit("session.closed", session)


@router.get("/v1/me/sessions")
async def my_sessions(runtime: Here, request: Request, work: OwnTransaction) -> list[api.SessionView]:
    current = _session_of(runtime, request)
    return [
        api.SessionView(
            id=str(row.id),
            opened_at=row.opened_at,
            seen_at=row.seen_at,
            address=row.address,
            device=row.device,
            current=str(row.id) == current,
        )
        for row in await actions.sessions(work, _person_id(work.principal.id))
    ]


@router.delete("/v1/me/sessions/{session_id}", status_code=204)
async def close_session(work: OwnTransaction, session_id: UUID) -> None:
    if not await actions.end_sessions(work, _person_id(work.principal.id), session_id):
        raise NotFound
    work.audit("session.closed", str(session_id))


@router.post("/v1/me/password", status_code=204)
async def change_password(runtime: Here, request: Request, caller: AnyCaller, body: api.PasswordChange) -> None:
    await login.change_password(runtime, caller, body, _session_of(runtime, request))


@router.post("/v1/service-tokens")
async def service_token(runtime: Here, body: api.ServiceCredentials) -> api.ServiceToken:
    return login.service_token(runtime, body)


@router.get("/v1/keys")
async def keys(runtime: Here) -> dict[str, Any]:
    return tokens.published(runtime)


def _session_of(runtime: Here, request: Request) -> str:
    return tokens.session_of(runtime, request.headers.get("Authorization", "").partition(" ")[2])


def _person_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error
