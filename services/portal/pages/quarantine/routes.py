"""Cách ly: packages that could not be trusted, kept whole until a person decides."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Response

from services.portal.calls import part
from services.portal.render import errors_of, page
from services.portal.visits import Acting, Visitor
from shared.problems import NotFound

router = APIRouter(include_in_schema=False)
ROLES = ("clerk", "unit_admin", "system_admin")
ACTS = {
    "giai-phong": ("release", "Đã giải phóng gói tin."),
    "tra-lai": ("return", "Đã trả lại nơi gửi kèm lý do."),
    "tu-choi": ("refuse", "Đã từ chối gói tin. Có thể hoàn tác ở dưới."),
    "hoan-tac": ("reopen", "Gói tin trở lại danh sách chờ quyết định."),
}


@router.get("/cach-ly")
async def quarantine_page(visit: Visitor, ly_do: str = "") -> Response:
    if not visit.session.has(*ROLES):
        raise NotFound
    call = visit.services.gateway.call
    found, counts, scanner = await asyncio.gather(
        part(call("GET", "/v1/quarantine", params={"reason_code": ly_do or None}), "khu cách ly"),
        part(call("GET", "/v1/quarantine/counts"), "số gói tin bị giữ"),
        part(call("GET", "/v1/quarantine/scanner"), "máy quét mã độc"),
    )
    data: dict[str, Any] = {"rows": found.rows, "tallies": counts.rows, "scanner": scanner.data or {}, "reason": ly_do}
    return await page(visit, "quarantine/quarantine.html", "quarantine", errors=errors_of(found), **data)


@router.post("/cach-ly/{entry_id}/{decision}")
async def decide(act: Acting, entry_id: str, decision: str) -> Response:
    if decision not in ACTS or not act.session.has(*ROLES):
        raise NotFound
    note = act.text("note")
    if not note:
        return await act.failed("Chưa ghi lý do. Hãy viết vì sao bạn quyết định như vậy.", "/cach-ly")
    verb, done = ACTS[decision]
    path = f"/v1/quarantine/{entry_id}/{verb}"
    call = act.services.gateway.call("POST", path, json={"note": note}, idempotency_key=act.key)
    return await act.then(call, done=done, to="/cach-ly")
