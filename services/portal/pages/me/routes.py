"""Tài khoản của tôi: who I am, my password, my open sessions."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from services.portal.calls import part
from services.portal.render import errors_of, page
from services.portal.sessions import renew_soon
from services.portal.visits import Act, Acting, Visitor

router = APIRouter(include_in_schema=False)


@router.get("/toi")
async def me_page(visit: Visitor, doi: int = 0) -> Response:
    sessions = await part(visit.services.identity.call("GET", "/v1/me/sessions"), "các phiên đang mở")
    data: dict[str, Any] = {"sessions": sessions.rows, "errors": errors_of(sessions), "must_change": bool(doi)}
    return await page(visit, "me/me.html", "me", **data)


@router.post("/toi/mat-khau")
async def change_password(act: Acting) -> Response:
    new = act.text("new")
    if new != act.text("again"):
        return await act.failed("Hai lần nhập mật khẩu mới không giống nhau. Hãy nhập lại.", "/toi")
    return await act.then(_changed(act, act.text("old"), new), done="Đã đổi mật khẩu.", to="/toi")


async def _changed(act: Act, old: str, new: str) -> None:
    await act.services.identity.call("POST", "/v1/me/password", json={"old": old, "new": new})
    await renew_soon(act.runtime, act.session)


@router.post("/toi/phien/{session_id}/dong")
async def close(act: Acting, session_id: str) -> Response:
    call = act.services.identity.call("DELETE", f"/v1/me/sessions/{session_id}")
    return await act.then(call, done="Đã đóng phiên.", to="/toi")
