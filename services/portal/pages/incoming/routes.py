"""Văn bản đến: the list, the document, and what the clerk, the leader and the handlers do with it."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Response

from contracts.client import Problem
from services.portal.calls import NO_ANSWER, nothing, part
from services.portal.pages.files.routes import look_at
from services.portal.render import errors_of, page
from services.portal.times import read_day
from services.portal.visits import Act, Acting, Visitor
from services.portal.wording import signature_line
from shared.clock import today

router = APIRouter(include_in_schema=False)
FILTERS = (
    ("", "Tất cả"),
    ("CHECKED", "Chờ tiếp nhận"),
    ("REGISTERED", "Đã vào sổ"),
    ("ASSIGNED", "Đã phân công"),
    ("PROCESSING", "Đang xử lý"),
    ("COMPLETED", "Hoàn thành"),
    ("REJECTED", "Đã từ chối"),
    ("LINKED", "Bản trùng"),
)
WAITING = ("ARRIVED", "CHECKED")
NO_DAY = "Hạn xử lý chưa đúng. Nhập như 25/11/2026, 25/11 hoặc +3 (ngày làm việc)."


@router.get("/den")
async def incoming_list(visit: Visitor, trang_thai: str = "", q: str = "", tu: str = "") -> Response:
    params = {"state": trang_thai or None, "q": q or None, "cursor": tu or None}
    found = await part(visit.services.registry.call("GET", "/v1/incoming", params=params), "văn bản đến")
    data: dict[str, Any] = {
        "rows": found.rows,
        "next": (found.data or {}).get("next"),
        "filters": FILTERS,
        "state": trang_thai,
    }
    return await page(visit, "incoming/list.html", "incoming", q=q, errors=errors_of(found), **data)


@router.post("/den/tiep-nhan")
async def accept_several(act: Acting) -> Response:
    """Those ticked in the list, in its order from the oldest; what could not be accepted is named."""
    here, ids = "/den?trang_thai=CHECKED", act.texts("ids")
    if not ids:
        return await act.failed("Chưa chọn văn bản nào. Hãy đánh dấu các văn bản cần tiếp nhận.", here)
    body = {"ids": ids[::-1]}
    try:
        results = await act.services.registry.call("POST", "/v1/incoming:accept", json=body, idempotency_key=act.key)
    except Problem as problem:
        return await act.failed(problem.message, here)
    failed = [row["message"] for row in results if row.get("message")]
    done = f"Đã tiếp nhận và vào sổ {len(results) - len(failed)} văn bản."
    if failed:
        return await act.failed(" ".join([done, f"Còn {len(failed)} văn bản chưa được:", *failed[:3]]), here)
    return await act.said(done, here)


@router.get("/den/{incoming_id}/so-sanh/{other_id}")
async def compare_page(visit: Visitor, incoming_id: str, other_id: str) -> Response:
    """Two copies of one document side by side."""
    path = f"/v1/incoming/{incoming_id}/duplicates/{other_id}"
    found: dict[str, Any] = await visit.services.registry.call("GET", path)
    can_link = visit.session.has("clerk") and found["this"]["state"] == "CHECKED"
    return await page(visit, "incoming/compare.html", "incoming", c=found, can_link=can_link)


@router.post("/den/{incoming_id}/gan")
async def link(act: Acting, incoming_id: str) -> Response:
    body = {"to": act.text("to"), "note": act.text("note")}
    words = "Đã gắn với văn bản đã vào sổ. Nơi gửi được báo số đến của văn bản đó."
    return await _do(act, f"/v1/incoming/{incoming_id}/link", body, words, f"/den/{incoming_id}")


@router.get("/den/{incoming_id}")
async def incoming_page(visit: Visitor, incoming_id: str, tep: int = 0) -> Response:
    services = visit.services
    document: dict[str, Any] = await services.registry.call("GET", f"/v1/incoming/{incoming_id}")
    asks = visit.session.has("clerk", "leader", "deputy")
    office = visit.session.person["office_id"]
    receives = document["state"] in WAITING and visit.session.has("clerk")
    process, people, refusal, seen = await asyncio.gather(
        part(services.workflow.call("GET", f"/v1/objects/incoming/{incoming_id}"), "quá trình xử lý"),
        part(services.identity.call("GET", f"/v1/offices/{office}/people") if asks else nothing([]), "danh sách người"),
        part(services.registry.call("GET", "/v1/refusal-reasons") if receives else nothing({}), "lý do mẫu"),
        look_at(visit, [] if document["state"] == "DESTROYED" else document.get("files") or [], tep),
    )
    verdict = document.get("verdict") or {}
    known = process.data or {}
    data: dict[str, Any] = {
        "d": document,
        "process": known,
        "task": known.get("my_task") or {},
        "people": [p for p in people.rows if p.get("active", True)],
        "can_receive": receives,
        "refusal": refusal.data or {},
        "signatures": [signature_line(s) for s in verdict.get("signatures") or []],
        "errors": errors_of(process, people),
    }
    return await page(visit, "incoming/document.html", "incoming", **data, **seen)


@router.post("/den/{incoming_id}/tiep-nhan")
async def accept(act: Acting, incoming_id: str) -> Response:
    here = f"/den/{incoming_id}"
    try:
        due = read_day(act.text("due_date"), today())
    except ValueError:
        return await act.failed(NO_DAY, here)
    body = {"book": act.text("book"), "presented_to": act.text("presented_to") or None, "due_date": due}
    body |= {"note": act.text("note")}
    return await _do(act, f"/v1/incoming/{incoming_id}/accept", body, "Đã tiếp nhận và vào sổ.", here)


@router.post("/den/{incoming_id}/tu-choi")
async def refuse(act: Acting, incoming_id: str) -> Response:
    words = "Đã từ chối tiếp nhận. Nơi gửi sẽ được báo kèm lý do."
    body = {name: act.text(name) for name in ("reason", "reason_key", "proper_organ_id", "proper_name")}
    return await _do(act, f"/v1/incoming/{incoming_id}/refuse", body, words, f"/den/{incoming_id}")


@router.post("/den/{incoming_id}/lay-lai")
async def take_back(act: Acting, incoming_id: str) -> Response:
    body = {"agree": act.text("agree") == "yes", "reason": act.text("reason")}
    words = "Đã trả lời đề nghị lấy lại."
    return await _do(act, f"/v1/incoming/{incoming_id}/take-back", body, words, f"/den/{incoming_id}")


@router.post("/den/{incoming_id}/luu-giu")
async def hold_by_law(act: Acting, incoming_id: str) -> Response:
    here = f"/den/{incoming_id}"
    call = act.services.registry.call(
        "PUT", f"/v1/incoming/{incoming_id}/legal-hold", json={"reason": act.text("reason")}, headers=NO_ANSWER
    )
    return await act.then(call, done="Đã ghi: văn bản được lưu giữ theo quy định.", to=here)


@router.post("/den/{incoming_id}/thoi-luu-giu")
async def release_hold(act: Acting, incoming_id: str) -> Response:
    call = act.services.registry.call("DELETE", f"/v1/incoming/{incoming_id}/legal-hold", headers=NO_ANSWER)
    return await act.then(call, done="Đã thôi lưu giữ.", to=f"/den/{incoming_id}")


async def _do(act: Act, path: str, body: dict[str, Any], done: str, to: str) -> Response:
    call = act.services.registry.call("POST", path, json=body, idempotency_key=act.key, headers=NO_ANSWER)
    return await act.then(call, done=done, to=to)


@router.post("/den/{incoming_id}/phan-cong")
async def assign(act: Acting, incoming_id: str) -> Response:
    """One lead exactly; a person who leads is not also a coordinator."""
    here, lead = f"/den/{incoming_id}", act.text("lead_person_id")
    if not lead:
        return await act.failed("Chưa chọn người xử lý chính. Hãy chọn đúng một người.", here)
    try:
        due = read_day(act.text("due_date"), today())
    except ValueError:
        return await act.failed(NO_DAY, here)
    helping = [p for p in act.texts("coordinator_ids") if p != lead]
    body = {
        "lead_person_id": lead,
        "coordinator_ids": helping,
        "information_ids": [p for p in act.texts("information_ids") if p != lead and p not in helping],
        "due_date": due,
        "direction": act.text("direction"),
    }
    call = act.services.workflow.call("POST", f"/v1/incoming/{incoming_id}/assign", json=body, idempotency_key=act.key)
    return await act.then(call, done="Đã phân công. Người được giao thấy việc ngay.", to=here)
