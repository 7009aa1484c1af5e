"""Trục liên thông: one lamp for each partner, trouble first, and 'try again now'."""

from __future__ import annotations

from typing import Any

import httpx
from fastapi import APIRouter, Response

from contracts.client import Problem
from services.portal.calls import part
from services.portal.pages.axes.lamps import shown, summary
from services.portal.render import errors_of, page
from services.portal.visits import Acting, Visitor

router = APIRouter(include_in_schema=False)
MAY_ACT = ("clerk", "unit_admin", "system_admin")
PLACE = "/truc"


@router.get("/truc")
async def axes_page(visit: Visitor) -> Response:
    found = await part(visit.services.gateway.call("GET", "/v1/axes"), "trạng thái trục")
    cards = shown(found.rows)
    data: dict[str, Any] = {"cards": cards, "summary": summary(cards), "may_act": visit.session.has(*MAY_ACT)}
    return await page(visit, "axes/axes.html", "axes", errors=errors_of(found), **data)


@router.post("/truc/{name}/thu-lai")
async def try_now(act: Acting, name: str) -> Response:
    """Ends the pause of sending, asks for what waits there, and says what came of it."""
    call = act.services.gateway.call
    try:
        await call("POST", f"/v1/axes/{name}/try", idempotency_key=act.key)
        result = await call("POST", f"/v1/axes/{name}/poll")
    except Problem as problem:
        return await act.failed(problem.message, PLACE)
    except httpx.HTTPError:
        return await act.failed("Dịch vụ không trả lời. Hãy thử lại sau ít phút.", PLACE)
    if result.get("error"):
        return await act.failed(f"Vẫn chưa thông: {result['error']}", PLACE)
    received, held = int(result.get("received") or 0), int(result.get("quarantined") or 0)
    words = f"Đã thông: nhận {received} gói tin" if received else "Đã thông: không có gói tin mới"
    return await act.said(words + (f", giữ cách ly {held}." if held else "."), PLACE)
