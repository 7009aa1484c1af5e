"""What a route may ask for: the caller, a transaction, the runtime."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import cache
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from shared.auth import Principal
from shared.problems import Forbidden, Refusal, Unauthorised
from shared.service import Runtime
from shared.statements import Prepared
from shared.work import Work

_bearer = HTTPBearer(auto_error=False, description="A short-lived token of identity")


class AlreadyDone(Refusal):
    kind, status = "already-done", 409
    message = "Việc này đã được thực hiện (yêu cầu gửi lại). Tải lại trang để xem kết quả."


class PasswordChangeDue(Forbidden):
    kind = "password-change-due"
    message = "Mật khẩu của bạn phải được đổi trước khi làm việc. Hãy mở “Tài khoản của tôi” và đổi mật khẩu."


def _runtime(request: Request) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime


Here = Annotated[Runtime, Depends(_runtime)]


async def _bearer_of(
    runtime: Here, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Principal:
    if credentials is None:
        raise Unauthorised
    return await runtime.keys.principal(credentials.credentials)


AnyCaller = Annotated[Principal, Depends(_bearer_of)]
"""Whoever is logged in, also with a password that must be changed first."""


async def _caller(caller: AnyCaller) -> Principal:
    if caller.must_change_password:
        raise PasswordChangeDue
    return caller


Caller = Annotated[Principal, Depends(_caller)]


async def _transaction(request: Request, runtime: Here, caller: Caller) -> AsyncIterator[Work]:
    """A transaction as the caller. It commits before the answer is sent; an `Idempotency-Key` lets it happen once."""
    async with runtime.work(caller, reading=request.method in ("GET", "HEAD")) as work:
        key = request.headers.get("Idempotency-Key", "")[:128]
        if key and request.method != "GET":
            await _once(work, key)
        yield work


async def _once(work: Work, key: str) -> None:
    """A request under way with the same key is waited for."""
    if await work.row(_first(work.runtime.tables.Idempotency), key=key, principal_id=work.principal.id) is None:
        raise AlreadyDone


@cache
def _first(table: Any) -> Prepared:
    return Prepared(lambda insert: insert(table).on_conflict_do_nothing().returning(table.key))


Transaction = Annotated[Work, Depends(_transaction, scope="function")]


async def _own(request: Request, runtime: Here, caller: AnyCaller) -> AsyncIterator[Work]:
    async with runtime.work(caller, reading=request.method in ("GET", "HEAD")) as work:
        yield work


OwnTransaction = Annotated[Work, Depends(_own, scope="function")]
"""About oneself alone: allowed also while the password must be changed first."""


async def _anonymous(request: Request, runtime: Here) -> AsyncIterator[Work]:
    async with runtime.work(reading=request.method in ("GET", "HEAD")) as work:
        yield work


OpenTransaction = Annotated[Work, Depends(_anonymous, scope="function")]
"""A transaction without a caller: log-in and published keys only."""


def _minimal(prefer: Annotated[str, Header(max_length=200)] = "") -> Response | None:
    """RFC 7240: the caller wants no representation of what the act changed."""
    if "return=minimal" not in prefer.replace(" ", "").lower():
        return None
    return Response(status_code=204, headers={"Preference-Applied": "return=minimal"})


Minimal = Annotated[Any, Depends(_minimal)]
"""The empty answer, where the caller asked for it: `return minimal or await view(…)` saves making the other one."""

NO_CONTENT: dict[int | str, dict[str, Any]] = {204: {"description": "Done; asked for by `Prefer: return=minimal`"}}
