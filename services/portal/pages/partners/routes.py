"""Đối tác: whom this deployment exchanges packages with; listed, added, changed, tested, switched off and on."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from contracts.client import Problem
from services.portal.calls import nothing, part
from services.portal.pages.partners import fields, wording
from services.portal.render import errors_of, page
from services.portal.visits import Act, Acting, Visit, Visitor
from shared.clock import today
from shared.problems import Invalid, NotFound

router = APIRouter(include_in_schema=False)
PLACE = "/truc/doi-tac"
SILENT = "Dịch vụ không trả lời. Nội dung bạn nhập vẫn còn ở đây; hãy thử lại."


def check(visit: Visit) -> None:
    if not visit.session.has("system_admin"):
        raise NotFound


@router.get("/truc/doi-tac")
async def list_page(visit: Visitor) -> Response:
    check(visit)
    call = visit.services.gateway.call
    found, kinds = await asyncio.gather(
        part(call("GET", "/v1/partners"), "danh sách đối tác"),
        part(call("GET", "/v1/partner-kinds"), "các loại đối tác"),
    )
    titles = {kind["name"]: kind["title"] for kind in kinds.rows}
    data: dict[str, Any] = {"rows": [(row, fields.tag_of(row, today())) for row in found.rows]}
    data |= {"kinds": kinds.rows, "titles": titles}
    return await page(visit, "partners/list.html", "partners", errors=errors_of(found, kinds), **data)


@router.get("/truc/doi-tac/moi")
async def new_page(visit: Visitor, loai: str = "") -> Response:
    check(visit)
    kind = await kind_named(visit, loai)
    typed = visit.session.flash.get("typed") or {}
    data: dict[str, Any] = {"kind": kind, "shown": fields.shown_of({}, typed), "signatures": fields.SIGNATURES}
    data |= {"open": fields.open_fields(kind, {}, typed), "secret": fields.secret_fields(kind, [])}
    return await page(visit, "partners/new.html", "partners", **data)


@router.post("/truc/doi-tac/moi")
async def create(act: Acting) -> Response:
    check(act)
    kind = await kind_named(act, act.text("kind"))
    back = f"{PLACE}/moi?loai={kind['name']}"
    try:
        body = {"name": act.text("name"), "kind": kind["name"], **fields.common_of(act, today())}
    except Invalid as error:
        return await act.failed(error.text, back)
    body["settings"] = fields.settings_of(kind, act) | fields.secrets_of(kind, act)
    try:
        made = await act.services.gateway.call("POST", "/v1/partners", json=body, idempotency_key=act.key)
    except Problem as problem:
        return await act.failed(fields.readable(problem.kind, problem.message), back)
    except httpx.HTTPError:
        return await act.failed(SILENT, back)
    return await act.said("Đã thêm đối tác. Hãy kiểm tra kết nối trước khi dùng.", f"{PLACE}/{made['id']}")


@router.get("/truc/doi-tac/{partner_id}")
async def partner_page(visit: Visitor, partner_id: str) -> Response:
    check(visit)
    call = visit.services.gateway.call
    partner = await call("GET", f"/v1/partners/{partner_id}")
    kind = await kind_named(visit, partner["kind"])
    mailbox = partner["kind"] == wording.CLIENT_KIND
    credentials, hooks = await asyncio.gather(
        part(call("GET", f"/v1/partners/{partner_id}/credentials") if mailbox else nothing([]), "các khóa"),
        part(call("GET", f"/v1/partners/{partner_id}/hooks") if mailbox else nothing([]), "các lần báo tin"),
    )
    typed = visit.session.flash.get("typed") or {}
    data: dict[str, Any] = {
        "partner": partner,
        "kind": kind,
        "tag": fields.tag_of(partner, today()),
        "shown": fields.shown_of(partner, typed),
        "open": fields.open_fields(kind, partner["settings"], typed),
        "secret": fields.secret_fields(kind, partner["secrets"]),
        "signatures": fields.SIGNATURES,
        "base": f"{PLACE}/{partner_id}",
        "mailbox": mailbox,
        "credentials": credentials.rows,
        "hooks": hooks.rows[:20],
        "words": wording,
    }
    return await page(visit, "partners/partner.html", "partners", errors=errors_of(credentials, hooks), **data)


@router.post("/truc/doi-tac/{partner_id}")
async def change(act: Acting, partner_id: str) -> Response:
    check(act)
    back = f"{PLACE}/{partner_id}"
    kind = await kind_named(act, act.text("kind"))
    try:
        body = {"version": fields.whole_number(act.text("version")), **fields.common_of(act, today())}
    except Invalid as error:
        return await act.failed(error.text, back)
    body["settings"] = fields.settings_of(kind, act)
    return await then(act, "PUT", f"/v1/partners/{partner_id}", body, "Đã lưu. Cấu hình mới có hiệu lực ngay.", back)


@router.post("/truc/doi-tac/{partner_id}/khoa-bi-mat")
async def replace_secrets(act: Acting, partner_id: str) -> Response:
    check(act)
    back = f"{PLACE}/{partner_id}"
    secrets = fields.secrets_of(await kind_named(act, act.text("kind")), act)
    if not secrets:
        return await act.failed("Chưa nhập giá trị mới nào. Ô để trống giữ nguyên khóa đang dùng.", back)
    path = f"/v1/partners/{partner_id}/secrets"
    return await then(act, "POST", path, {"secrets": secrets}, "Đã thay khóa bí mật.", back)


@router.post("/truc/doi-tac/{partner_id}/tat")
async def pause(act: Acting, partner_id: str) -> Response:
    check(act)
    body, done = {"reason": act.text("reason")}, "Đã tắt. Gói tin gửi đi nằm chờ đến khi bật lại."
    if not body["reason"]:
        return await act.failed("Chưa ghi lý do tắt. Văn thư các cơ quan đọc được lý do này.", f"{PLACE}/{partner_id}")
    return await then(act, "POST", f"/v1/partners/{partner_id}/pause", body, done, f"{PLACE}/{partner_id}")


@router.post("/truc/doi-tac/{partner_id}/bat")
async def resume(act: Acting, partner_id: str) -> Response:
    check(act)
    done = "Đã bật lại. Gói tin đang chờ được gửi ngay."
    return await then(act, "POST", f"/v1/partners/{partner_id}/resume", None, done, f"{PLACE}/{partner_id}")


@router.post("/truc/doi-tac/{partner_id}/kiem-tra")
async def test(act: Acting, partner_id: str) -> Response:
    """Asks the partner now, with the configuration that is kept."""
    check(act)
    back = f"{PLACE}/{partner_id}"
    try:
        result = await act.services.gateway.call("POST", f"/v1/partners/{partner_id}/test")
    except Problem as problem:
        return await act.failed(problem.message, back)
    except httpx.HTTPError:
        return await act.failed("Đối tác chưa trả lời. Hãy thử lại sau ít phút.", back)
    if not result["ok"]:
        return await act.failed(f"Không kết nối được: {result['explanation']}", back)
    seconds = f"{result['seconds']:.1f}".replace(".", ",")
    return await act.said(f"{result['explanation']} (sau {seconds} giây)", back)


async def kind_named(visit: Visit, name: str) -> dict[str, Any]:
    """Raises NotFound."""
    for kind in await visit.services.gateway.call("GET", "/v1/partner-kinds"):
        if kind["name"] == name:
            found: dict[str, Any] = kind
            return found
    raise NotFound


async def then(act: Act, method: str, path: str, body: Any, done: str, back: str) -> RedirectResponse:
    """Do it and come back to the page, with refusals in the words of the form."""
    try:
        await act.services.gateway.call(method, path, json=body, idempotency_key=act.key)
    except Problem as problem:
        if problem.kind != "already-done":
            return await act.failed(fields.readable(problem.kind, problem.message), back)
    except httpx.HTTPError:
        return await act.failed(SILENT, back)
    return await act.said(done, back)
