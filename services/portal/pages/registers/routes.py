"""Sổ đăng ký: the two books of a year, and the postal one by month too, on screen and as PDF."""

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
# The six columns of the postal register: annex IV, part III.
POSTAL = (
    "Ngày chuyển",
    "Số, ký hiệu văn bản",
    "Nơi nhận văn bản",
    "Số lượng bì",
    "Ký nhận và dấu bưu điện",
    "Ghi chú",
)
COLUMNS = {"den": INCOMING, "di": OUTGOING, "buu-dien": POSTAL}
NAMES = {"den": "Sổ đăng ký văn bản đến", "di": "Sổ đăng ký văn bản đi", "buu-dien": "Sổ gửi văn bản đi bưu điện"}

DIVISIONS = {
    "combined": "Một sổ chung cho mọi văn bản đi",
    "by-type": "Mỗi tên loại văn bản một sổ riêng",
    "by-body": "Mỗi cơ quan, tổ chức ban hành một sổ riêng",
}


@router.get("/so")
async def register_page(visit: Visitor, loai: str = "den", nam: int | None = None, thang: str = "") -> Response:
    path, params = _asked(loai, nam, thang)
    registry, year = visit.services.registry, params["year"]
    found = await part(registry.call("GET", path, params=params), "sổ đăng ký")
    schemes = []
    if loai == "di":
        schemes = (await part(registry.call("GET", "/v1/numbering/schemes"), "cách đánh số")).rows
    data: dict[str, Any] = {
        "rows": found.rows,
        "columns": COLUMNS[loai],
        "kind": loai,
        "name": NAMES[loai],
        "year": year,
        "month": params.get("month"),
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
async def register_pdf(visit: Visitor, loai: str, nam: int | None = None, thang: str = "") -> Response:
    path, params = _asked(loai, nam, thang)
    content = (await visit.services.registry.raw("GET", f"{path}.pdf", params=params)).content
    part_of_year = f"-{params['month']:02d}" if params.get("month") else ""
    headers = {"Content-Disposition": f'attachment; filename="so-{loai}-{params["year"]}{part_of_year}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


def _asked(kind: str, year: int | None, month: str) -> tuple[str, dict[str, Any]]:
    """Where registry has the book, and of which time. Raises NotFound."""
    params: dict[str, Any] = {"year": year or today().year}
    if kind == "buu-dien":
        if month and not (month.isdecimal() and 1 <= int(month) <= 12):
            raise NotFound
        return "/v1/postal-register", params | ({"month": int(month)} if month else {})
    if kind not in ("den", "di"):
        raise NotFound
    return f"/v1/registers/{'incoming' if kind == 'den' else 'outgoing'}", params
