"""Named refusals and their one translation into RFC 9457 problem documents.

A subject declares its errors beside its rules; nothing else in the system builds an HTTP error.
What has no name is a 500 without detail, and a log line with the trace id.
"""

from __future__ import annotations

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

log = structlog.get_logger()


class Refusal(Exception):
    """A named 'no' with its data. `message` is Vietnamese: what is wrong and what to do."""

    kind = "refused"
    status = 409
    message = "Chưa làm được việc này. Hãy tải lại trang và thử lại."
    closes_connection = False  # the rest of the request is not wanted, however long it is

    def __init__(self, **data: Any) -> None:
        self.data = data
        super().__init__(self.text)

    @property
    def text(self) -> str:
        """The sentence for the user, with the data filled in."""
        return self.message.format(**self.data) if self.data else self.message


class NotFound(Refusal):
    """Missing, or not yours: the same answer, so nobody learns what exists elsewhere."""

    kind, status = "not-found", 404
    message = "Không tìm thấy nội dung này, hoặc bạn không có quyền xem. Kiểm tra lại đường dẫn hoặc hỏi văn thư."


class Forbidden(Refusal):
    kind, status = "forbidden", 403
    message = "Bạn không có quyền làm việc này. Hãy hỏi quản trị đơn vị."


class Unauthorised(Refusal):
    kind, status = "unauthorised", 401
    message = "Phiên làm việc đã hết hạn hoặc chưa đăng nhập. Hãy đăng nhập lại."


class Invalid(Refusal):
    kind, status = "invalid", 422
    message = "Nội dung gửi lên chưa đúng. Hãy kiểm tra các ô được đánh dấu."


class Conflict(Refusal):
    kind, status = "conflict", 409


def problem(request: Request, status: int, kind: str, detail: str, **data: Any) -> JSONResponse:
    """One RFC 9457 answer. `trace_id` leads support from the user to the log line."""
    trace = structlog.contextvars.get_contextvars().get("correlation_id", "")
    body = {"type": f"urn:qlvb:problem:{kind}", "kind": kind, "title": detail, "status": status, "detail": detail}
    body |= {"instance": request.url.path, "trace_id": trace, **{k: v for k, v in data.items() if k not in body}}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


async def _refusal(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal)
    return answer_of(request, error)


def answer_of(request: Request, error: Refusal) -> JSONResponse:
    data = {k: v if isinstance(v, str | int | float | bool | list | None) else str(v) for k, v in error.data.items()}
    answer = problem(request, error.status, error.kind, error.text, **data)
    if "retry_after" in error.data:
        answer.headers["Retry-After"] = str(error.data["retry_after"])
    if error.closes_connection:
        answer.headers["Connection"] = "close"
    return answer


async def _validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    places = [".".join(str(part) for part in e["loc"]) for e in error.errors()]
    return problem(request, 422, "invalid", f"Nội dung gửi lên chưa đúng ở: {', '.join(places)}.", fields=places)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    kind = {404: "not-found", 405: "method-not-allowed"}.get(error.status_code, "http-error")
    text = NotFound.message if error.status_code == 404 else str(error.detail)
    answer = problem(request, error.status_code, kind, text)
    answer.headers.update(error.headers or {})
    return answer


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("request.failed", path=request.url.path, exc_info=error)
    return problem(request, 500, "internal", "Hệ thống gặp lỗi. Hãy thử lại; nếu vẫn lỗi, báo sự cố kèm mã vết.")


def install(app: FastAPI) -> None:
    """Make the application answer with problems only."""
    app.add_exception_handler(Refusal, _refusal)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)
