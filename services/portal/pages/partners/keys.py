"""Keys of a partner that calls us, and its web-hooks: what is secret is shown once, in the answer to its making."""

from __future__ import annotations

import base64
import secrets
from typing import Any

import httpx
from fastapi import APIRouter, Response

from contracts.client import Problem
from services.portal.pages.partners import fields
from services.portal.pages.partners.routes import PLACE, SILENT, check, then
from services.portal.pages.partners.wording import KINDS, OVERLAPS
from services.portal.render import page
from services.portal.visits import Act, Acting
from shared.clock import today
from shared.problems import Invalid

router = APIRouter(include_in_schema=False)
HOOK_KEY_BYTES = 32
SHOWN = 300  # characters of what a web-hook answered
KEPT = "Khóa này đã được tạo ở lần bấm trước và không hiện lại. Nếu chưa sao chép, hãy đổi khóa mới."


@router.post("/truc/doi-tac/{partner_id}/khoa")
async def create_key(act: Acting, partner_id: str) -> Response:
    check(act)
    try:
        expires = day_end(fields.day_of(act.text("expires"), today()))
    except Invalid as error:
        return await act.failed(error.text, f"{PLACE}/{partner_id}#khoa")
    if not act.texts("scopes"):
        return await act.failed(
            "Chưa chọn quyền nào cho khóa. Hãy chọn ít nhất một quyền.", f"{PLACE}/{partner_id}#khoa"
        )
    body = {
        "kind": act.text("key_kind"),
        "client_id": act.text("client_id"),
        "secret": act.text("secret-own"),
        "certificate": act.text("certificate"),
        "scopes": act.texts("scopes"),
        "label": act.text("label"),
        "expires_at": expires,
    }
    return await _once(act, partner_id, f"/v1/partners/{partner_id}/credentials", body)


@router.post("/truc/doi-tac/{partner_id}/khoa/{key_id}/doi")
async def rotate_key(act: Acting, partner_id: str, key_id: str) -> Response:
    check(act)
    hours = act.text("overlap")
    if hours not in dict(OVERLAPS):
        return await act.failed("Chưa chọn khóa cũ còn dùng bao lâu.", f"{PLACE}/{partner_id}#khoa")
    try:
        expires = day_end(fields.day_of(act.text("expires"), today()))
    except Invalid as error:
        return await act.failed(error.text, f"{PLACE}/{partner_id}#khoa")
    body = {"overlap_hours": int(hours), "expires_at": expires}
    return await _once(act, partner_id, f"/v1/partners/{partner_id}/credentials/{key_id}/rotate", body)


@router.post("/truc/doi-tac/{partner_id}/khoa/{key_id}/thu-hoi")
async def revoke_key(act: Acting, partner_id: str, key_id: str) -> Response:
    check(act)
    path = f"/v1/partners/{partner_id}/credentials/{key_id}"
    return await then(act, "DELETE", path, None, "Đã thu hồi. Khóa ngừng dùng ngay.", f"{PLACE}/{partner_id}#khoa")


@router.post("/truc/doi-tac/{partner_id}/khoa-bao-tin")
async def new_hook_key(act: Acting, partner_id: str) -> Response:
    """A fresh key for what the partner is told; the old one signs no more."""
    check(act)
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(HOOK_KEY_BYTES)).decode()
    body = {"secrets": {"webhook_secret": secret}}
    return await _once(act, partner_id, f"/v1/partners/{partner_id}/secrets", body, made=secret)


@router.post("/truc/doi-tac/{partner_id}/bao-tin-thu")
async def try_hook(act: Acting, partner_id: str) -> Response:
    """One signed test message now; its answer is shown."""
    check(act)
    back = f"{PLACE}/{partner_id}#bao-tin"
    try:
        result = await act.services.gateway.call("POST", f"/v1/partners/{partner_id}/hooks/test")
    except Problem as problem:
        return await act.failed(problem.message, back)
    except httpx.HTTPError:
        return await act.failed(SILENT, back)
    seconds = f"{result['seconds']:.1f}".replace(".", ",")
    words = f"{result['explanation']} (sau {seconds} giây)"
    if result["answer"]:
        words += f" Nội dung trả lời: “{result['answer'][:SHOWN]}”"
    return await (act.said if result["ok"] else act.failed)(words, back)


def day_end(day: str | None) -> str | None:
    """The last moment of that day here."""
    return f"{day}T23:59:59+07:00" if day else None


async def _once(act: Act, partner_id: str, path: str, body: dict[str, Any], made: str = "") -> Response:
    """Make it, and answer with the page that shows the secret; no redirect, for nothing may keep it."""
    back = f"{PLACE}/{partner_id}#khoa"
    try:
        key = await act.services.gateway.call("POST", path, json=body, idempotency_key=act.key)
    except Problem as problem:
        return await act.failed(KEPT if problem.kind == "already-done" else problem.message, back)
    except httpx.HTTPError:
        return await act.failed(SILENT, back)
    data: dict[str, Any] = {"back": back, "secret": made or key["secret"], "key": {} if made else key}
    return await page(act, "partners/once.html", "partners", kinds=KINDS, **data)
