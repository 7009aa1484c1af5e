"""Bản sao: sao y, sao lục, trích sao asked for, decided, numbered; and the stamp ĐẾN of what arrived."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Response

from contracts.client import Problem
from services.portal.calls import part
from services.portal.pages.compose.forms import NotAFile, unpack
from services.portal.pages.copies import forms
from services.portal.pages.files.attached import attached
from services.portal.pages.files.routes import look_at
from services.portal.render import errors_of, page
from services.portal.times import read_day
from services.portal.visits import Acting, Visit, Visitor
from shared.clock import today
from shared.problems import NotFound

router = APIRouter(include_in_schema=False)
FILTERS = (
    ("", "Tất cả"),
    ("ASKED", "Chờ duyệt"),
    ("APPROVED", "Chờ cấp số"),
    ("NUMBERED", "Đang ký"),
    ("DONE", "Đã ban hành"),
    ("REFUSED", "Không duyệt"),
)


@router.get("/ban-sao")
async def copies_page(visit: Visitor, trang_thai: str = "", tu: str = "") -> Response:
    params = {"state": trang_thai or None, "cursor": tu or None}
    office = visit.session.person["office_id"]
    found, people = await asyncio.gather(
        part(visit.services.registry.call("GET", "/v1/copies", params=params), "danh sách bản sao"),
        part(visit.services.identity.call("GET", f"/v1/offices/{office}/people"), "danh sách người"),
    )
    data: dict[str, Any] = {"rows": found.rows, "next": (found.data or {}).get("next"), "state": trang_thai}
    data |= {"filters": FILTERS, "people": people.rows, "errors": errors_of(found)}
    return await page(visit, "copies/list.html", "copies", **data)


@router.get("/ban-sao/moi")
async def new_page(visit: Visitor, den: str = "", di: str = "", sao: str = "") -> Response:
    """Of a document or copy on record, whose facts nobody types again; or of a paper."""
    source, kinds = await asyncio.gather(
        _source(visit, den, di, sao), visit.services.registry.call("GET", "/v1/copy-kinds")
    )
    data: dict[str, Any] = {"source": source, "ways": forms.ways(kinds, source), "key": {"den": den, "di": di}}
    data |= {"copy_id": sao, "basis": kinds[0].get("legal_basis", "") if kinds else ""}
    return await page(visit, "copies/new.html", "copies", **data)


async def _source(visit: Visit, incoming_id: str, document_id: str, copy_id: str) -> dict[str, Any]:
    call = visit.services.registry.call
    if incoming_id:
        return forms.of_incoming(await call("GET", f"/v1/incoming/{incoming_id}"))
    if document_id:
        own = visit.session.person["office_name"]
        return forms.of_document(await call("GET", f"/v1/documents/{document_id}"), own)
    return forms.of_copy(await call("GET", f"/v1/copies/{copy_id}")) if copy_id else {}


@router.post("/ban-sao")
async def ask(act: Acting) -> Response:
    keys = {name: act.text(name) for name in ("den", "di", "sao")}
    back = "/ban-sao/moi?" + "&".join(f"{name}={key}" for name, key in keys.items() if key)
    try:
        issued = read_day(act.text("issued_date"), today())
        files = unpack(act.texts("main")) + await attached(act, "main_file", "main")
        body = forms.request(act.text, files[-1] if files else None, issued)
    except NotAFile as refusal:
        return await act.failed(refusal.text, back)
    except Problem as problem:
        return await act.failed(problem.message, back)
    except ValueError:
        return await act.failed("Ngày của văn bản chưa đúng. Nhập như 25/11/2026.", back)
    try:
        made = await act.services.registry.call("POST", "/v1/copies", json=body, idempotency_key=act.key)
    except Problem as problem:
        return await act.failed(problem.message, back)
    return await act.said("Đã đề nghị sao. Lãnh đạo duyệt rồi văn thư cấp số.", f"/ban-sao/{made['id']}")


@router.get("/ban-sao/{copy_id}")
async def copy_page(visit: Visitor, copy_id: str) -> Response:
    copy: dict[str, Any] = await visit.services.registry.call("GET", f"/v1/copies/{copy_id}")
    shown = copy.get("result") or copy.get("file")
    files = [{**shown, "role": "main"}] if shown else []
    seen = await look_at(visit, files, 0)
    return await page(visit, "copies/copy.html", "copies", c=copy, files=files, **seen)


@router.post("/ban-sao/giao-ky")
async def give_authority(act: Acting) -> Response:
    try:
        until = read_day(act.text("valid_to"), today())
    except ValueError:
        return await act.failed("Ngày kết thúc chưa đúng. Nhập như 31/12/2026, hoặc để trống.", "/ban-sao")
    body = {"person_id": act.text("person_id"), "basis": act.text("basis"), "valid_to": until}
    call = act.services.registry.call("POST", "/v1/copy-authorities", json=body, idempotency_key=act.key)
    return await act.then(call, done="Đã giao ký bản sao.", to="/ban-sao")


@router.post("/ban-sao/{copy_id}/{decision}")
async def decide(act: Acting, copy_id: str, decision: str) -> Response:
    here, path = f"/ban-sao/{copy_id}", f"/v1/copies/{copy_id}"
    if decision == "cap-so":
        call = act.services.registry.call("POST", f"{path}/number", idempotency_key=act.key)
        return await act.then(call, done="Đã cấp số cho bản sao.", to=here)
    if decision not in ("duyet", "khong-duyet"):
        raise NotFound
    agree, reason = decision == "duyet", act.text("reason")
    if not agree and not reason:
        return await act.failed("Chưa ghi lý do không duyệt. Hãy viết lý do để người đề nghị biết.", here)
    body = {"agree": agree, "reason": reason}
    call = act.services.registry.call("POST", f"{path}/decide", json=body, idempotency_key=act.key)
    return await act.then(call, done="Đã duyệt cho sao." if agree else "Đã ghi: không duyệt.", to=here)
