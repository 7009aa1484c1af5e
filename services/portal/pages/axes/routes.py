"""Trục liên thông: one lamp for each, and 'try again now'."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.portal.calls import part
from services.portal.render import errors_of, page
from services.portal.visits import Acting, Visitor

router = APIRouter(include_in_schema=False)


@router.get("/truc")
async def axes_page(visit: Visitor) -> Response:
    found = await part(visit.services.gateway.call("GET", "/v1/axes"), "trạng thái trục")
    return await page(visit, "axes/axes.html", "axes", axes=found.rows, errors=errors_of(found))


@router.post("/truc/{name}/thu-lai")
async def poll(act: Acting, name: str) -> Response:
    call = act.services.gateway.call("POST", f"/v1/axes/{name}/poll", idempotency_key=act.key)
    return await act.then(call, done="Đã nhận thử một lượt từ trục.", to="/truc")
