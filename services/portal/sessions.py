"""Sessions of browsers: opaque cookie, tokens kept here, renewed before they end."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
from fastapi import Request, Response
from sqlalchemy import delete

from contracts.client import Problem
from services.portal.base import WebSession
from services.portal.calls import Identity, Services
from shared.clock import now
from shared.service import Runtime

IDLE = timedelta(minutes=60)
LONGEST = timedelta(hours=12)
EARLY = timedelta(seconds=60)


class NotSignedIn(Exception):
    """No session, or it ended. The answer is the log-in page, which leads back."""


@dataclass
class Session:
    """What a page may know about its visitor."""

    key: str
    csrf: str
    access_token: str
    person: dict[str, Any]
    flash: dict[str, Any] = field(default_factory=dict)

    @property
    def roles(self) -> set[str]:
        return set(self.person.get("roles") or [])

    def has(self, *roles: str) -> bool:
        return bool(self.roles.intersection(roles))


def is_secure(request: Request) -> bool:
    return request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"


def cookie_name(request: Request) -> str:
    return "__Host-qlvb" if is_secure(request) else "qlvb"


def key_of(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()


async def open_session(runtime: Runtime, request: Request, response: Response, tokens: dict[str, Any]) -> None:
    """Begin a session under a new id; the one before it ends."""
    cookie = secrets.token_urlsafe(32)
    row = WebSession(key=key_of(cookie), csrf=secrets.token_urlsafe(24), person=tokens["person"])
    _keep(row, tokens)
    old = request.cookies.get(cookie_name(request), "")
    async with runtime.work() as work:
        await work.execute(delete(WebSession).where(WebSession.key == key_of(old)))
        await work.execute(delete(WebSession).where(WebSession.created_at < now() - LONGEST))
        work.save(row)
    response.set_cookie(
        cookie_name(request), cookie, httponly=True, samesite="lax", secure=is_secure(request), path="/"
    )


async def close_session(runtime: Runtime, request: Request, response: Response, session: Session) -> None:
    """Log out here and at identity."""
    async with runtime.work() as work:
        await work.execute(delete(WebSession).where(WebSession.key == session.key))
    with suppress(Problem, httpx.HTTPError):
        await Services(runtime, session.access_token).identity.call("DELETE", "/v1/sessions/current")
    response.delete_cookie(cookie_name(request), path="/", secure=is_secure(request), httponly=True)


async def find_session(runtime: Runtime, request: Request) -> Session:
    """The visitor's session, its token renewed when about to end. Raises NotSignedIn."""
    cookie = request.cookies.get(cookie_name(request), "")
    if not cookie:
        raise NotSignedIn
    async with runtime.work(reading=True) as work:
        row = await work.get(WebSession, key_of(cookie))
    if row is None or _ended(row, now()):
        raise NotSignedIn
    taken = None
    if row.access_until - EARLY < now() or row.seen_at < now() - timedelta(minutes=1) or _takes_flash(request, row):
        row, taken = await _touch(runtime, request, row.key)
    return Session(row.key, row.csrf, row.access_token, dict(row.person), dict(taken or {}))


async def token_of(runtime: Runtime, key: str) -> str:
    """The access token that this session holds now, for work that outlasts a request. Empty where it ended."""
    async with runtime.work(reading=True) as work:
        row = await work.get(WebSession, key)
    return row.access_token if row is not None and not _ended(row, now()) else ""


def _ended(row: WebSession, moment: datetime) -> bool:
    return row.seen_at + IDLE < moment or row.created_at + LONGEST < moment


def _takes_flash(request: Request, row: WebSession) -> bool:
    return bool(row.flash) and request.method == "GET" and "text/html" in request.headers.get("accept", "text/html")


async def _touch(runtime: Runtime, request: Request, key: str) -> tuple[WebSession, dict[str, Any] | None]:
    async with runtime.work() as work:
        row = await work.locked(WebSession, key)
        row.seen_at = now()
        if row.access_until - EARLY < now():
            _keep(row, await _renewed(runtime, row.refresh_token))
        taken = row.flash if _takes_flash(request, row) else None
        if taken:
            row.flash = None
    return row, taken


async def _renewed(runtime: Runtime, refresh_token: str) -> dict[str, Any]:
    try:
        client = runtime.client(Identity, token="renewing")  # noqa: S106 - the refresh token goes in the body
        tokens: dict[str, Any] = await client.call(
            "POST", "/v1/sessions/refresh", json={"refresh_token": refresh_token}
        )
        return tokens
    except Problem as problem:
        raise NotSignedIn from problem


def _keep(row: WebSession, tokens: dict[str, Any]) -> None:
    row.access_token = tokens["access_token"]
    row.refresh_token = tokens.get("refresh_token") or row.refresh_token
    row.access_until = now() + timedelta(seconds=float(tokens["expires_in"]))
    if tokens.get("person"):
        row.person = tokens["person"]


async def renew_soon(runtime: Runtime, session: Session) -> None:
    """The next visit gets new tokens: what they say of the person has changed."""
    async with runtime.work() as work:
        row = await work.get(WebSession, session.key)
        if row is not None:
            row.access_until = now()


async def leave_word(runtime: Runtime, session: Session, **flash: Any) -> None:
    """What the next page tells the visitor once: `done`, `error`, and the `typed` values that must not be lost."""
    async with runtime.work() as work:
        row = await work.get(WebSession, session.key)
        if row is not None:
            row.flash = flash
