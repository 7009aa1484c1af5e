"""Phát hành bản giấy: print for the hand seal, record copies and receivers, envelopes, labels."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import quote

import httpx
from fastapi import APIRouter, Response

from services.portal.pages.paper_issues import forms
from services.portal.render import page
from services.portal.visits import Acting, Visit, Visitor
from shared.problems import Invalid

router = APIRouter(include_in_schema=False)
PRINT_SECONDS = 60.0


@router.get("/van-ban/{document_id}/phat-hanh-giay")
async def paper_page(visit: Visitor, document_id: str) -> Response:
    call = visit.services.registry.call
    document, paper = await asyncio.gather(
        call("GET", f"/v1/documents/{document_id}"), call("GET", f"/v1/documents/{document_id}/paper-issues")
    )
    typed = visit.session.flash.get("typed") or {}
    data: dict[str, Any] = {"d": document, "paper": paper, "ways": forms.WAYS}
    data["rows"] = forms.rows(document, paper.get("addresses") or {}, typed)
    data["more"] = max(len(document.get("recipients") or []) - forms.MOST_ROWS, 0)
    return await page(visit, "paper_issues/paper.html", "outgoing", **data)


@router.post("/van-ban/{document_id}/phat-hanh-giay")
async def record(act: Acting, document_id: str) -> Response:
    here = f"/van-ban/{document_id}/phat-hanh-giay"
    try:
        body = forms.issue(act.text)
    except Invalid as refusal:
        return await act.failed(refusal.text, here)
    path = f"/v1/documents/{document_id}/paper-issues"
    call = act.services.registry.call("POST", path, json=body, idempotency_key=act.key)
    return await act.then(call, done="Đã ghi phát hành bản giấy. In bì, nhãn ở dưới.", to=here)


@router.post("/van-ban/{document_id}/phat-hanh-giay/{issue_id}/huy")
async def cancel(act: Acting, document_id: str, issue_id: str) -> Response:
    body = {"reason": act.text("reason")}
    call = act.services.registry.call("POST", f"/v1/paper-issues/{issue_id}/cancel", json=body)
    return await act.then(call, done="Đã hủy ghi.", to=f"/van-ban/{document_id}/phat-hanh-giay")


@router.get("/van-ban/{document_id}/in-de-dong-dau")
async def print_for_seal(visit: Visitor, document_id: str) -> Response:
    return await _pdf(visit, f"/v1/documents/{document_id}/for-seal.pdf", {}, "in-de-dong-dau.pdf")


@router.get("/phat-hanh-giay/{issue_id}/bi")
async def envelopes(visit: Visitor, issue_id: str, co: str = "307x220") -> Response:
    return await _pdf(visit, f"/v1/paper-issues/{issue_id}/envelopes.pdf", {"size": co}, f"bi-{co}.pdf")


@router.get("/phat-hanh-giay/{issue_id}/nhan")
async def labels(visit: Visitor, issue_id: str, tu: int = 1) -> Response:
    return await _pdf(visit, f"/v1/paper-issues/{issue_id}/labels.pdf", {"first": tu}, "nhan-dia-chi.pdf")


async def _pdf(visit: Visit, path: str, params: dict[str, Any], name: str) -> Response:
    """Shown in the browser, from where it is printed."""
    registry = visit.services.registry
    registry.http.timeout = httpx.Timeout(PRINT_SECONDS)
    found = await registry.raw("GET", path, params=params)
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{quote(name)}"}
    return Response(found.content, media_type="application/pdf", headers=headers)
