"""What routes ask for: a visit (session + services), and a form that proved it came from our own page."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Annotated, Any

import httpx
from fastapi import Depends, Request
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from contracts.client import Problem
from services.portal.calls import Services
from services.portal.sessions import Session, find_session, leave_word
from services.portal.wording import size
from shared.problems import Refusal
from shared.service import Runtime
from shared.web import Here

TYPED, WITH_FILES = 4 * 2**20, 2**30  # bytes


class BadForm(Refusal):
    kind, status = "bad-form", 400
    message = "Biểu mẫu có quá nhiều ô, một ô quá dài, hoặc bị lỗi trên đường gửi. Hãy bớt nội dung rồi gửi lại."


class FormTooLarge(Refusal):
    kind, status = "form-too-large", 413
    message = (
        "Nội dung gửi lên vượt {limit} nên hệ thống không nhận. Hãy bớt nội dung hoặc chọn tệp nhỏ hơn rồi gửi lại."
    )
    closes_connection = True


class StaleForm(Refusal):
    kind, status = "stale-form", 403
    message = "Biểu mẫu này đã cũ hoặc không đến từ hệ thống. Hãy tải lại trang và làm lại."


@dataclass
class Visit:
    """One request of a person who is logged in."""

    request: Request
    runtime: Runtime
    session: Session
    services: Services


async def _visit(request: Request, runtime: Here) -> Visit:
    session = await find_session(runtime, request)
    return Visit(request, runtime, session, Services(runtime, session.access_token))


Visitor = Annotated[Visit, Depends(_visit)]


@dataclass
class Act(Visit):
    """A form sent by a person who is logged in. `key` makes the act happen once."""

    form: FormData

    def text(self, name: str, default: str = "") -> str:
        value = self.form.get(name)
        return value.strip() if isinstance(value, str) else default

    def texts(self, name: str) -> list[str]:
        return [v.strip() for v in self.form.getlist(name) if isinstance(v, str) and v.strip()]

    def uploads(self, name: str) -> list[UploadFile]:
        return [v for v in self.form.getlist(name) if isinstance(v, UploadFile) and v.filename]

    @property
    def key(self) -> str:
        return self.text("idempotency")

    @property
    def typed(self) -> dict[str, str]:
        """The words the person typed, to show them again. Never a PIN, a password or a token."""
        secret = {"csrf", "idempotency", "pin", "old", "new", "again"}
        kept = {k: v for k, v in self.form.items() if k not in secret and not k.startswith("secret-")}
        return {k: v for k, v in kept.items() if isinstance(v, str)}

    async def then(self, call: Awaitable[Any], *, done: str, to: str, back: str | None = None) -> RedirectResponse:
        """Do it, then lead to `to` with the word that it is done; or to `back` with what went wrong."""
        try:
            await call
        except Problem as problem:
            if problem.kind != "already-done":
                return await self.failed(problem.message, back or to)
        except httpx.HTTPError:
            return await self.failed("Dịch vụ không trả lời. Nội dung bạn nhập vẫn còn ở đây; hãy thử lại.", back or to)
        return await self.said(done, to)

    async def said(self, done: str, to: str) -> RedirectResponse:
        await leave_word(self.runtime, self.session, done=done)
        return RedirectResponse(to, 303)

    async def failed(self, message: str, back: str) -> RedirectResponse:
        await leave_word(self.runtime, self.session, error=message, typed=self.typed)
        return RedirectResponse(back, 303)


def most_of(request: Request) -> int:
    """How long a form of somebody who is logged in may be: one with files has room for packages of the largest kind."""
    with_files = request.headers.get("content-type", "").lower().startswith("multipart/form-data")
    return WITH_FILES if with_files else TYPED


async def read_form(request: Request, most: int) -> FormData:
    """The form; refused when another site sent it, and as soon as it is longer than `most` bytes."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise StaleForm
    origin = request.headers.get("origin", "")
    if origin not in ("", "null") and origin.partition("://")[2] != request.headers.get("host", ""):
        raise StaleForm
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        raise FormTooLarge(limit=size(most))
    measured = Request(request.scope, _measured(request.receive, most))
    try:
        return await measured.form(max_files=60, max_fields=2000, max_part_size=2 * 2**20)
    except HTTPException as error:  # what Starlette says of a form that it cannot read
        raise BadForm from error


def _measured(receive: Receive, most: int) -> Receive:
    """The same messages; no more than `most` bytes of body."""
    left = most

    async def measured() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise FormTooLarge(limit=size(most))
        return message

    return measured


async def _act(request: Request, visit: Visitor) -> Act:
    form = await read_form(request, most_of(request))
    if not hmac.compare_digest(str(form.get("csrf", "")), visit.session.csrf):
        raise StaleForm
    return Act(visit.request, visit.runtime, visit.session, visit.services, form)


Acting = Annotated[Act, Depends(_act)]
