"""Log in and out."""

from __future__ import annotations

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from contracts.client import Problem
from services.portal.calls import Identity
from services.portal.render import open_page
from services.portal.sessions import close_session, open_session
from services.portal.visits import Acting, read_form
from shared.web import Here

router = APIRouter(include_in_schema=False)
LARGEST = 16 * 1024  # bytes of the form: two words and a path
SILENT = "Dịch vụ đăng nhập không trả lời. Hãy thử lại sau ít phút."


@router.get("/dang-nhap")
async def login_page(runtime: Here, tiep: str = "/") -> Response:
    return open_page("login/login.html", system=runtime.settings.system_name, after=_inside(tiep), demo=_demo(runtime))


@router.post("/dang-nhap")
async def log_in(request: Request, runtime: Here) -> Response:
    """The only form without a session: another site's form is refused by its origin."""
    form = await read_form(request, LARGEST)
    user_name, after = str(form.get("user_name", "")).strip(), _inside(str(form.get("after", "/")))
    body = {"user_name": user_name, "password": str(form.get("password", ""))}
    try:
        tokens = await runtime.client(Identity, token="logging-in").call("POST", "/v1/sessions", json=body)  # noqa: S106
    except (Problem, httpx.HTTPError) as problem:
        status, message = (problem.status, problem.message) if isinstance(problem, Problem) else (503, SILENT)
        data = {"system": runtime.settings.system_name, "after": after, "demo": _demo(runtime)}
        return open_page("login/login.html", status=status, error=message, user_name=user_name, **data)
    response = RedirectResponse("/toi?doi=1" if tokens.get("must_change_password") else after, 303)
    await open_session(runtime, request, response, tokens)
    return response


@router.post("/dang-xuat")
async def log_out(act: Acting) -> Response:
    response = RedirectResponse("/dang-nhap", 303)
    await close_session(act.runtime, act.request, response, act.session)
    return response


def _inside(path: str) -> str:
    """Only a place of our own: no other site can use the log-in page as a springboard."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\", "/dang-")) else "/"


def _demo(runtime: Here) -> bool:
    return runtime.settings.demo
