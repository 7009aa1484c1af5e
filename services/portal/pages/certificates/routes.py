"""Chứng thư số: certificates and devices with their lamps, a loss reported, the office's key handed over."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Response

from services.portal.calls import part
from services.portal.pages.certificates import lamps
from services.portal.render import errors_of, page
from services.portal.visits import Acting, Visitor

router = APIRouter(include_in_schema=False)
HERE = "/chung-thu"
OVERSEES = ("clerk", "leader", "unit_admin", "system_admin")


@router.get(HERE)
async def certificates_page(visit: Visitor, loc: str = "") -> Response:
    """One's own; for who answers for the office all of it. What ends first stands first."""
    me, call = visit.session.person, visit.services.signing.call
    found, images, people = await asyncio.gather(
        part(call("GET", "/v1/certificates"), "danh sách chứng thư"),
        part(call("GET", "/v1/images"), "ảnh chữ ký và con dấu"),
        part(visit.services.identity.call("GET", f"/v1/offices/{me['office_id']}/people"), "danh sách người"),
    )
    oversees = visit.session.has(*OVERSEES)
    rows = [lamps.row(one) for one in found.rows if oversees or one.get("owner_id") == me["id"]]
    shown = [one for one in images.rows if oversees or one.get("owner_id") == me["id"]]
    data: dict[str, Any] = {"lit": lamps.counts(rows), "chosen": loc, "images": shown, "oversees": oversees}
    data["rows"] = [one for one in rows if not loc or one["lamp"] == loc]
    data |= {"people": people.rows, "devices": lamps.DEVICES, "errors": errors_of(found, images)}
    return await page(visit, "certificates/certificates.html", "certificates", **data)


@router.post(f"{HERE}/dang-ky")
async def register(act: Acting) -> Response:
    fields = {"pkcs11": ("token", "label"), "csc": ("service", "credential")}.get(act.text("device"), ())
    kind, _, owner = act.text("owner").partition(" ")
    body: dict[str, Any] = {"owner_kind": kind or "person", "owner_id": owner, "device": act.text("device")}
    body |= {"place": {name: act.text(name) for name in fields if act.text(name)}, "pem": act.text("pem")}
    call = act.services.signing.call("POST", "/v1/certificates", json=body, idempotency_key=act.key)
    return await act.then(call, done="Đã đăng ký chứng thư.", to=HERE)


@router.post(f"{HERE}/{{fingerprint}}/mat")
async def report_lost(act: Acting, fingerprint: str) -> Response:
    path, body = f"/v1/certificates/{fingerprint}/lost", {"reason": act.text("reason")}
    call = act.services.signing.call("POST", path, json=body, idempotency_key=act.key)
    words = "Đã khóa chứng thư: từ lúc này không ký được bằng thiết bị đó. Hãy gửi giấy đề nghị thu hồi, cấp lại."
    return await act.then(call, done=words, to=HERE)


@router.get(f"{HERE}/{{fingerprint}}/de-nghi")
async def renewal_letter(visit: Visitor, fingerprint: str) -> Response:
    letter = await visit.services.signing.call("GET", f"/v1/certificates/{fingerprint}/renewal-letter")
    return await page(visit, "certificates/letter.html", "certificates", letter=letter)


@router.post(f"{HERE}/ban-giao")
async def hand_over(act: Acting) -> Response:
    """The office's key to the clerk who holds it from now on, by a record."""
    body = {"person_id": act.text("person_id"), "basis": act.text("basis")}
    call = act.services.signing.call("POST", "/v1/key-holdings", json=body, idempotency_key=act.key)
    return await act.then(call, done="Đã ghi biên bản bàn giao khóa của cơ quan.", to=HERE)


@router.post(f"{HERE}/thu-lai/{{person_id}}")
async def take_back(act: Acting, person_id: str) -> Response:
    call = act.services.signing.call("DELETE", f"/v1/key-holdings/{person_id}")
    return await act.then(call, done="Đã thu lại khóa của cơ quan.", to=HERE)
