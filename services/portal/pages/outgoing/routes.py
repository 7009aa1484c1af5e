"""Văn bản đi and dự thảo: the lists and the document."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from fastapi import APIRouter, Response

from contracts.client import Problem
from services.portal.calls import Part, nothing, part
from services.portal.pages.files.routes import look_at
from services.portal.pages.outgoing.journey import shown
from services.portal.render import errors_of, page
from services.portal.visits import Visit, Visitor
from services.portal.wording import signature_line

router = APIRouter(include_in_schema=False)
FILTERS = (
    ("", "Tất cả"),
    ("SIGNED", "Chờ cấp số"),
    ("SEALED", "Chờ phát hành"),
    ("ISSUED", "Đã phát hành"),
    ("RECALLED", "Đã thu hồi"),
    ("VOIDED", "Đã hủy số"),
)
DRAFT_FILTERS = (
    ("DRAFT", "Đang soạn"),
    ("RETURNED", "Bị trả lại"),
    ("NEEDS_REAPPROVAL", "Cần duyệt lại"),
    ("CONSULTING", "Đang xin ý kiến"),
    ("UNIT_APPROVED", "Đã duyệt nội dung"),
    ("INITIALLED", "Đã ký nháy"),
    ("SIGNED_PENDING_TIMESTAMP", "Chờ dấu thời gian"),
)
WITH_DRAFTER = ("DRAFT", "RETURNED", "NEEDS_REAPPROVAL")
PROOF_SECONDS = 90.0
SIGNED = ("SIGNED", "NUMBERED", "SEALED", "ISSUED", "RECALLED", "VOIDED")


@router.get("/di")
async def outgoing_list(visit: Visitor, trang_thai: str = "", q: str = "", tu: str = "") -> Response:
    return await _list(visit, "outgoing", "/di", FILTERS, trang_thai, q, tu)


@router.get("/du-thao")
async def draft_list(visit: Visitor, trang_thai: str = "DRAFT", q: str = "", tu: str = "") -> Response:
    return await _list(visit, "drafts", "/du-thao", DRAFT_FILTERS, trang_thai, q, tu)


async def _list(
    visit: Visit, here: str, base: str, filters: tuple[tuple[str, str], ...], state: str, q: str, cursor: str
) -> Response:
    params = {"direction": "outgoing", "state": state or None, "q": q or None, "cursor": cursor or None}
    found = await part(visit.services.registry.call("GET", "/v1/documents", params=params), "danh sách văn bản")
    data: dict[str, Any] = {
        "rows": found.rows,
        "next": (found.data or {}).get("next"),
        "filters": filters,
        "state": state,
    }
    return await page(visit, "outgoing/list.html", here, base=base, q=q, errors=errors_of(found), **data)


@router.get("/van-ban/{document_id}")
async def document_page(visit: Visitor, document_id: str, tep: int = 0, noi: str = "") -> Response:
    services, session = visit.services, visit.session
    document: dict[str, Any] = await services.registry.call("GET", f"/v1/documents/{document_id}")
    mine = document.get("drafter_id") == session.person["id"]
    office = session.person["office_id"]
    issued = document["state"] in ("ISSUED", "RECALLED")
    editable = mine and document["state"] in WITH_DRAFTER
    sends = editable or (document["state"] == "SEALED" and "clerk" in session.roles)
    process, copies, people, verdict, plan, seen = await asyncio.gather(
        part(services.workflow.call("GET", f"/v1/objects/draft/{document_id}"), "quá trình duyệt"),
        part(_copies(visit, document_id) if issued else nothing([]), "hành trình gửi"),
        part(services.identity.call("GET", f"/v1/offices/{office}/people") if mine else nothing([]), "danh sách người"),
        _verdict(visit, document),
        part(_plan(visit, document_id) if sends else nothing({}), "kích thước gói tin gửi đi"),
        look_at(visit, document.get("files") or [], tep),
    )
    known = _process(process, document)
    task = known.get("my_task") or {}
    right = await part(_may_sign(visit, document_id) if task.get("kind") == "sign" else nothing({}), "điều kiện ký")
    told = [copy for copy in copies.rows if copy.get("kind") != "recall" or copy.get("state") == "failed"]
    deliveries = told or ([] if copies.error else list(document.get("deliveries") or []))
    data: dict[str, Any] = {
        "d": document,
        "process": known,
        "task": task,
        "may_sign": _answer(right),
        "mine": mine,
        "editable": editable,
        "oversize": (plan.data or {}).get("over") or [],
        "people": [p for p in people.rows if p.get("active", True)],
        "journey": shown(deliveries, noi) if deliveries else None,
        "signatures": [signature_line(s) for s in verdict.get("signatures") or []],
        "verdict": verdict,
        "errors": errors_of(*(() if document["state"] in WITH_DRAFTER else (process, plan)), copies, people),
    }
    here = "outgoing" if document["state"] in SIGNED else "drafts"
    return await page(visit, "outgoing/document.html", here, **data, **seen)


@router.get("/van-ban/{document_id}/xac-minh")
async def verification_sheet(visit: Visitor, document_id: str) -> Response:
    """Phiếu xác minh: the stored original against what was sent, its signatures judged anew."""
    registry = visit.services.registry
    registry.http.timeout = httpx.Timeout(PROOF_SECONDS)
    found = await registry.raw("GET", f"/v1/documents/{document_id}/proof.pdf")
    headers = {"Content-Disposition": "inline; filename*=UTF-8''phieu-xac-minh.pdf"}
    return Response(found.content, media_type="application/pdf", headers=headers)


def _process(found: Part, document: dict[str, Any]) -> dict[str, Any]:
    known = dict(found.data or {})
    known.setdefault("steps", [])
    return known


async def _may_sign(visit: Visit, document_id: str) -> Any:
    return await visit.services.signing.call("GET", "/v1/can-sign", params={"draft_id": document_id})


def _answer(right: Part) -> dict[str, Any]:
    """Every reason why the button is not offered. Where signing does not answer it is: signing decides again anyway."""
    known = right.data or {}
    return {"why": [one["message"] for one in known.get("obstacles") or []], "capacity": known.get("capacity") or ""}


async def _plan(visit: Visit, document_id: str) -> Any:
    """Which partners would not take the package, known before it is issued."""
    return await visit.services.registry.call("GET", f"/v1/documents/{document_id}/sending-plan")


async def _copies(visit: Visit, document_id: str) -> Any:
    return await visit.services.gateway.call("GET", "/v1/deliveries", params={"document_id": document_id})


async def _verdict(visit: Visit, document: dict[str, Any]) -> dict[str, Any]:
    """What signing found in the main file; nothing where it was never validated."""
    main = next((f for f in document.get("files") or [] if f.get("role") == "main"), None)
    if main is None or document["state"] not in SIGNED:
        return {}
    try:
        found: dict[str, Any] = await visit.services.signing.call("GET", f"/v1/verdicts/{main['sha256']}")
    except (Problem, OSError):
        return {}
    return found
