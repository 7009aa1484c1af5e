"""Compose: a draft from a template or from a PDF, its recipients, its annexes."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, RedirectResponse

from contracts.client import Problem
from services.portal.calls import nothing, part
from services.portal.pages.compose import forms
from services.portal.pages.files.attached import attached
from services.portal.render import errors_of, page
from services.portal.sessions import leave_word
from services.portal.visits import Act, Acting, Visit, Visitor
from shared.clock import today
from shared.problems import Invalid

router = APIRouter(include_in_schema=False)
SIGNERS = {"leader", "deputy"}


@router.get("/noi-nhan")
async def find_organs(visit: Visitor, q: str = "") -> Response:
    """The recipients box asks here while somebody types."""
    asked = {"q": q[:100], "limit": 12}
    found = await part(visit.services.gateway.call("GET", "/v1/organs", params=asked), "nơi nhận")
    if found.error:  # without the directory of the axes, at least the offices here and what people entered
        found = await part(visit.services.identity.call("GET", "/v1/organs", params=asked), "nơi nhận")
    return JSONResponse(found.rows)


@router.get("/soan")
async def compose_page(visit: Visitor, tra_loi: str = "", sua: str = "", cach: str = "") -> Response:
    if sua:
        return await _form(visit, forms.changing(await _issued(visit, sua), cach), {})
    asked = visit.services.registry.call("GET", f"/v1/incoming/{tra_loi}") if tra_loi else nothing({})
    origin: dict[str, Any] = await asked or {}
    draft: dict[str, Any] = {"urgency": 0, "type_name": "Quyết định"}
    if origin:
        draft |= {
            "subject": f"V/v trả lời {origin['code']}",
            "in_reply_to_incoming_id": tra_loi,
            "urgency": origin["urgency"],
        }
        draft["recipients"] = [{"organ_id": origin["sender_organ_id"], "name": origin["sender_name"]}]
    return await _form(visit, draft, origin)


async def _issued(visit: Visit, document_id: str) -> dict[str, Any]:
    found: dict[str, Any] = await visit.services.registry.call("GET", f"/v1/documents/{document_id}")
    return found


@router.get("/van-ban/{document_id}/sua-sai")
async def wizard(visit: Visitor, document_id: str) -> Response:
    """What is wrong with an issued document? Each answer leads the right way (NĐ 30 Đ18 k3)."""
    document = await _issued(visit, document_id)
    return await page(visit, "compose/wizard.html", "outgoing", d=document)


@router.get("/du-thao/{document_id}")
async def edit_page(visit: Visitor, document_id: str) -> Response:
    draft = await visit.services.registry.call("GET", f"/v1/documents/{document_id}")
    return await _form(visit, draft, {})


async def _form(
    visit: Visit, draft: dict[str, Any], origin: dict[str, Any], *, status: int = 200, error: str = ""
) -> Response:
    services, office = visit.services, visit.session.person["office_id"]
    people, templates, own = await asyncio.gather(
        part(services.identity.call("GET", f"/v1/offices/{office}/people"), "danh sách người ký"),
        part(services.registry.call("GET", "/v1/templates"), "mẫu văn bản"),
        part(services.identity.call("GET", f"/v1/offices/{office}"), "thông tin cơ quan"),
    )
    data: dict[str, Any] = {
        "draft": draft,
        "origin": origin,
        "types": [t["type_name"] for t in templates.rows] or list(forms.TYPES),
        "signers": [p for p in people.rows if SIGNERS & set(p.get("roles") or [])],
        "templates": templates.rows,
        "office": own.data or {},
        "errors": errors_of(people, templates, own),
        "error": error,
    }
    return await page(visit, "compose/compose.html", "compose", status=status, **data)


@router.post("/soan")
async def create(act: Acting) -> Response:
    return await _save(act, None)


@router.post("/du-thao/{document_id}")
async def change(act: Acting, document_id: str) -> Response:
    return await _save(act, document_id)


async def _save(act: Act, document_id: str | None) -> Response:
    """Store the draft. On a refusal the same form comes back with all that was typed, and status 422 or 412."""
    draft: dict[str, Any] = {"subject": act.text("subject"), "id": document_id, "etag": act.text("etag")}
    try:
        draft |= await _read(act)
        saved = await _store(act, draft, document_id)
    except Invalid as refusal:
        return await _form(act, draft, {}, status=422, error=refusal.text)
    except Problem as problem:
        if problem.kind == "already-done":
            return RedirectResponse("/du-thao", 303)
        return await _form(act, draft, {}, status=problem.status, error=problem.message)
    except httpx.HTTPError:
        silent = "Dịch vụ không trả lời. Nội dung bạn nhập vẫn còn ở đây; hãy lưu lại."
        return await _form(act, draft, {}, status=503, error=silent)
    await leave_word(act.runtime, act.session, done="Đã lưu dự thảo.")
    return RedirectResponse(f"/van-ban/{saved['id']}", 303)


async def _read(act: Act) -> dict[str, Any]:
    office = act.session.person["office_id"]
    identity = act.services.identity
    people, own, templates = await asyncio.gather(
        part(identity.call("GET", f"/v1/offices/{office}/people"), "người ký"),
        part(identity.call("GET", f"/v1/offices/{office}"), "cơ quan"),
        part(act.services.registry.call("GET", "/v1/templates"), "mẫu văn bản"),
    )
    type_name, around = act.text("type_name"), own.data or {}
    template = forms.template_of(templates.rows, type_name)
    notation = forms.notation_of(template.get("abbreviation", ""), around.get("abbreviation", ""))
    chosen = template.get("key", "") if act.text("template") else ""
    files = forms.main_and_annexes(act.texts("main"), act.texts("annex"))
    files += await attached(act, "main_file", "main") + await attached(act, "annex_file", "annex")
    return {
        "type_name": type_name,
        "urgency": forms.urgency_of(act.text("urgency")),
        "recipients": forms.unpack(act.texts("recipient")),
        "notation": act.text("notation") or notation,
        "place": around.get("place", ""),
        "due_date": forms.due_of(act.text("due_date")),
        "annex_count": forms.count_of(act.text("annex_count")),
        "in_reply_to_incoming_id": act.text("in_reply_to_incoming_id") or None,
        "changes_document_id": act.text("changes_document_id") or None,
        "change": act.text("change"),
        "content": {"template": chosen, "legal_basis": act.text("legal_basis"), "body": act.text("body")},
        "files": files,
        **forms.signer_of(people.rows, act.text("signer_id")),
    }


async def _store(act: Act, draft: dict[str, Any], document_id: str | None) -> Any:
    """Render the text into the main PDF when a template is chosen; then create, or change under its ETag."""
    content = draft["content"]
    if content.get("template") and content.get("body"):
        draft["files"] = [await _rendered(act, draft)] + [f for f in draft["files"] if f["role"] != "main"]
    body = {k: v for k, v in draft.items() if k not in ("id", "etag")}
    registry = act.services.registry
    if document_id is None:
        return await registry.call("POST", "/v1/drafts", json=body, idempotency_key=act.key)
    etag = {"If-Match": f'"{draft["etag"].strip(chr(34))}"'}
    return await registry.call("PUT", f"/v1/drafts/{document_id}", json=body, headers=etag)


async def _rendered(act: Act, draft: dict[str, Any]) -> dict[str, Any]:
    content = draft["content"]
    data = {
        "office_name": act.session.person.get("office_name", ""),
        "place": draft["place"],
        "notation": draft["notation"],
        "year": today().year,
        "subject": draft["subject"],
        "urgency": draft["urgency"],
        "grounds": [line.strip() for line in content["legal_basis"].splitlines() if line.strip()],
        "body": content["body"],
        "addressees": [r["name"] for r in draft["recipients"]],
        "recipients": [r["name"] for r in draft["recipients"]],
        "signer_name": draft.get("signer_name", ""),
        "signer_position": draft.get("signer_position", ""),
        "signer_capacity": draft.get("signer_capacity", ""),
    }
    made = await act.services.registry.call(
        "POST", "/v1/drafts:render", json={"template": content["template"], "data": data}
    )
    return {**made, "role": "main"}
