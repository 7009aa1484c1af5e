"""Sổ đăng ký: the two books of a year on screen and as PDF."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from services.portal.calls import part
from services.portal.render import errors_of, page
from services.portal.visits import Acting, Visitor
from shared.clock import today
from shared.problems import NotFound

router = APIRouter(include_in_schema=False)
# The ten columns of the two registers: NĐ 30/2020, annex IV, parts I and VI.
OUTGOING = (
    "Số, ký hiệu văn bản",
    "Ngày tháng văn bản",
    "Tên loại và trích yếu nội dung văn bản",
    "Người ký",
    "Nơi nhận văn bản",
    "Đơn vị, người nhận bản lưu",
    "Số lượng bản",
    "Ngày chuyển",
    "Ký nhận",
    "Ghi chú",
)
INCOMING = (
    "Ngày đến",
    "Số đến",
    "Tác giả",
    "Số, ký hiệu văn bản",
    "Ngày tháng văn bản",
    "Tên loại và trích yếu nội dung văn bản",
    "Đơn vị hoặc người nhận",
    "Ngày chuyển",
    "Ký nhận",
    "Ghi chú",
)


DIVISIONS = {
    "combined": "Một sổ chung cho mọi văn bản đi",
    "by-type": "Mỗi tên loại văn bản một sổ riêng",
    "by-body": "Mỗi cơ quan, tổ chức ban hành một sổ riêng",
}


@router.get("/so")
async def register_page(visit: Visitor, loai: str = "den", nam: int | None = None) -> Response:
    direction, year = _direction(loai), nam or today().year
    registry = visit.services.registry
    found = await part(registry.call("GET", f"/v1/registers/{direction}", params={"year": year}), "sổ đăng ký")
    columns = INCOMING if direction == "incoming" else OUTGOING
    schemes = []
    if direction == "outgoing":
        schemes = (await part(registry.call("GET", "/v1/numbering/schemes"), "cách đánh số")).rows
    data: dict[str, Any] = {
        "rows": found.rows,
        "columns": columns,
        "kind": loai,
        "year": year,
        "schemes": schemes,
        "divisions": DIVISIONS,
        "next_year": today().year + 1,
        "errors": errors_of(found),
    }
    return await page(visit, "registers/register.html", "registers", **data)


@router.post("/so/cach-danh-so")
async def decide_scheme(act: Acting) -> Response:
    body = {
        "division": act.text("division"),
        "valid_from": f"{act.text('year')}-01-01",
        "decision": act.text("decision"),
    }
    call = act.services.registry.call("PUT", "/v1/numbering/schemes", json=body)
    return await act.then(call, done="Đã ghi cách đánh số mới.", to="/so?loai=di")


@router.get("/so/{loai}.pdf")
async def register_pdf(visit: Visitor, loai: str, nam: int | None = None) -> Response:
    year = nam or today().year
    content = await visit.services.registry.get_register_pdf(_direction(loai), year)
    headers = {"Content-Disposition": f'attachment; filename="so-{loai}-{year}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


def _direction(kind: str) -> str:
    if kind not in ("den", "di"):
        raise NotFound
    return "incoming" if kind == "den" else "outgoing"
