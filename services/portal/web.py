"""The portal's own rules of HTTP: security headers, Vietnamese error pages, static files."""

from __future__ import annotations

import mimetypes
from collections.abc import Awaitable, Callable
from pathlib import PurePosixPath
from urllib.parse import quote

import httpx
import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.exceptions import HTTPException

from contracts.client import Problem
from services.portal import assets
from services.portal.pdf_pages import PageImages
from services.portal.render import open_page
from services.portal.sessions import NotSignedIn
from shared.problems import NotFound, Refusal
from shared.service import Runtime
from shared.telemetry import correlation_id

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Strict-Transport-Security": "max-age=31536000",
}
LOST = "Không tìm thấy văn bản này, hoặc bạn không có quyền xem. Kiểm tra lại đường dẫn hoặc hỏi văn thư."
BROKEN = "Hệ thống gặp lỗi khi dựng trang này. Hãy thử lại; nếu vẫn lỗi, báo sự cố kèm mã vết bên dưới."


@router.get("/s/{name}")
async def static_file(name: str) -> Response:
    content = assets.content_of(name)
    if content is None:
        raise NotFound
    kind = assets.TYPES.get(PurePosixPath(name).suffix) or mimetypes.guess_type(name)[0]
    return Response(content, media_type=kind, headers={"Cache-Control": "public, max-age=31536000, immutable"})


def install(app: FastAPI, runtime: Runtime) -> None:
    """Headers on every answer and pages instead of problem documents."""
    runtime.state["pages"] = PageImages(runtime.settings.data_dir / "pages")
    app.add_exception_handler(NotSignedIn, _to_login)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(Problem, _service_refused)
    app.add_exception_handler(RequestValidationError, _not_found)
    app.add_exception_handler(HTTPException, _not_found)
    app.add_exception_handler(httpx.HTTPError, _unreachable)
    app.add_exception_handler(Exception, _failed)
    app.middleware("http")(_with_headers)


async def _with_headers(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


async def _to_login(request: Request, _: Exception) -> Response:
    target = request.url.path if request.method == "GET" else request.headers.get("referer", "/")
    path = "/" + target.split("://", 1)[-1].partition("/")[2] if "://" in target else target
    return RedirectResponse(f"/dang-nhap?tiep={quote(path)}", 303)


def _problem_page(status: int, message: str) -> HTMLResponse:
    title = "Không tìm thấy" if status == 404 else "Chưa làm được"
    return open_page("problem.html", status=status, title=title, message=message, trace=correlation_id())


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    page = _problem_page(error.status, LOST if error.status == 404 else error.text)
    if error.closes_connection:
        page.headers["Connection"] = "close"
    return page


async def _service_refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    if error.status == 401:
        return await _to_login(request, error)
    if error.kind == "password-change-due":
        return RedirectResponse("/toi?doi=1", 303)
    if error.status in (403, 404):  # one answer for both: nobody learns what exists
        return _problem_page(404, LOST)
    return _problem_page(error.status, error.message)


async def _not_found(_: Request, error: Exception) -> Response:
    return _problem_page(getattr(error, "status_code", 404), LOST)


async def _unreachable(_: Request, error: Exception) -> Response:
    log.warning("portal.service_unreachable", error=repr(error))
    return _problem_page(503, "Dịch vụ đang không trả lời. Hãy thử lại sau ít phút.")


async def _failed(_: Request, error: Exception) -> Response:
    log.error("portal.failed", exc_info=error)
    return _problem_page(500, BROKEN)
