"""Định dạng lưu trữ: the files of a document, each converted to PDF/A beside it by the archivist."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from fastapi import APIRouter, Response

from services.portal.render import page
from services.portal.visits import Act, Acting, Visit, Visitor

router = APIRouter(include_in_schema=False)
SECONDS = 300.0  # a long scan, or an office file first


@router.get("/den/{object_id}/dinh-dang")
async def incoming_formats(visit: Visitor, object_id: str) -> Response:
    return await _formats(visit, f"/v1/incoming/{object_id}", f"/den/{object_id}", "incoming")


@router.get("/van-ban/{object_id}/dinh-dang")
async def outgoing_formats(visit: Visitor, object_id: str) -> Response:
    return await _formats(visit, f"/v1/documents/{object_id}", f"/van-ban/{object_id}", "outgoing")


async def _formats(visit: Visit, path: str, base: str, kind: str) -> Response:
    call = visit.services.registry.call
    document, made = await asyncio.gather(call("GET", path), call("GET", f"/v1/conversions/{path.rpartition('/')[2]}"))
    gone = document["state"] == "DESTROYED"
    files = [f for f in document.get("files") or [] if f.get("role") != "reference"]
    data: dict[str, Any] = {"d": document, "base": base, "gone": gone, "files": files, "made": made}
    return await page(visit, "conversions/formats.html", kind, **data)


@router.post("/den/{object_id}/dinh-dang")
async def convert_incoming(act: Acting, object_id: str) -> Response:
    return await _convert(act, "incoming", object_id, f"/den/{object_id}/dinh-dang")


@router.post("/van-ban/{object_id}/dinh-dang")
async def convert_outgoing(act: Acting, object_id: str) -> Response:
    return await _convert(act, "outgoing", object_id, f"/van-ban/{object_id}/dinh-dang")


async def _convert(act: Act, kind: str, object_id: str, here: str) -> Response:
    registry = act.services.registry
    registry.http.timeout = httpx.Timeout(SECONDS)
    body = {"kind": kind, "object_id": object_id, "sha256": act.text("sha256")}
    call = registry.call("POST", "/v1/conversions", json=body, idempotency_key=act.key)
    words = "Đã có bản PDF/A. Tệp gốc được giữ nguyên; tình trạng chữ ký số trước khi chuyển đổi đã được ghi."
    return await act.then(call, done=words, to=here)
