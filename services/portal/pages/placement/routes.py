"""Vị trí ký: where number, date, signature and seal of a draft go, dragged on its pages or typed in millimetres."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from fastapi import APIRouter, Response

from services.portal.pages.placement import forms
from services.portal.render import page
from services.portal.visits import Act, Acting, Visit, Visitor
from shared.problems import NotFound, Refusal

router = APIRouter(include_in_schema=False)
BEFORE_SIGNING = (
    "DRAFT", "RETURNED", "NEEDS_REAPPROVAL", "CONSULTING", "SUBMITTED", "UNIT_APPROVED", "FORM_CHECKED", "INITIALLED",
)  # fmt: skip
CHANGED = "Chưa lưu được: tệp văn bản đã đổi sau khi bạn mở trang. Hãy đặt lại vị trí trên bản mới."
NOT_NUMBERS = "Mỗi ô cần đủ trang, trái, trên, rộng, cao bằng số mi-li-mét, ví dụ 36 hoặc 36,5."


class NotPdf(Refusal):
    kind, status = "not-pdf", 422
    message = "Tệp văn bản chính chưa phải PDF nên chưa đặt được vị trí ký. Hãy chuyển sang PDF rồi mở lại."


async def _draft(visit: Visit, document_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A draft that is not signed yet, and its main file. NotFound, NotPdf."""
    document: dict[str, Any] = await visit.services.registry.call("GET", f"/v1/documents/{document_id}")
    main = next((f for f in document.get("files") or [] if f.get("role") == "main"), None)
    if document["state"] not in BEFORE_SIGNING or main is None:
        raise NotFound
    if main.get("content_type") != "application/pdf":
        raise NotPdf
    return document, main


@router.get("/van-ban/{document_id}/vi-tri")
async def placement_page(visit: Visitor, document_id: str) -> Response:
    document, main = await _draft(visit, document_id)
    content = await visit.services.registry.get_file(main["sha256"])
    params = {"signer_name": document.get("signer_name") or "", "type_name": document.get("type_name") or ""}
    found: dict[str, Any] = await visit.services.signing.call(
        "POST", "/v1/placements/find", content=content, params=params, headers={"Content-Type": "application/pdf"}
    )
    typed = visit.session.flash.get("typed") or {}
    tone, words = forms.SOURCES.get(found["source"], ("blue", ""))
    data: dict[str, Any] = {"d": document, "main": main, "found": found, "boxes": forms.shown(found["boxes"], typed)}
    return await page(visit, "placement/placement.html", "drafts", tone=tone, words=words, **data)


@router.post("/van-ban/{document_id}/vi-tri")
async def keep(act: Acting, document_id: str) -> Response:
    here = f"/van-ban/{document_id}/vi-tri"
    document, main = await _draft(act, document_id)
    if main["sha256"] != act.text("sha256"):
        return await act.failed(CHANGED, here)
    try:
        boxes = forms.read(act.text)
    except ValueError:
        return await act.failed(NOT_NUMBERS, here)
    body = {"boxes": boxes, "type_name": document.get("type_name") or "" if act.text("for_type") else ""}
    call = act.services.signing.call("PUT", f"/v1/placements/{main['sha256']}", json=body)
    return await act.then(call, done="Đã lưu vị trí ký.", to=f"/van-ban/{document_id}", back=here)


@router.post("/van-ban/{document_id}/vi-tri/tu-dong")
async def automatic(act: Acting, document_id: str) -> Response:
    """Back to what the words on the pages tell."""
    _, main = await _draft(act, document_id)
    here = f"/van-ban/{document_id}/vi-tri"
    return await act.then(_forget(act, main["sha256"]), done="Đã đặt lại tự động.", to=here)


def _forget(act: Act, sha256: str) -> Awaitable[Any]:
    return act.services.signing.call("DELETE", f"/v1/placements/{sha256}")
