"""Kiểm tra gói tin: a package judged as the gateway would on its arrival; nothing is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
from fastapi import APIRouter, Response
from starlette.datastructures import UploadFile

from contracts.client import Problem
from services.portal.menu import SEES_AXES
from services.portal.render import page
from services.portal.visits import Act, Acting, Visit, Visitor
from services.portal.wording import Tag
from shared.problems import NotFound

router = APIRouter(include_in_schema=False)
PATH, TEMPLATE = "/truc/kiem-tra-goi-tin", "package_check/check.html"
MOST = 20
NO_FILE = "Chưa chọn tệp nào. Hãy chọn một hoặc nhiều gói tin (.edxml, .xml) rồi bấm Kiểm tra."
TOO_MANY = f"Mỗi lần kiểm tra tối đa {MOST} gói tin. Hãy chọn ít tệp hơn."
SILENT = "Dịch vụ không trả lời. Hãy thử lại sau ít phút."
SEVERITY = {"error": Tag("Lỗi", "red"), "warning": Tag("Cảnh báo", "amber"), "info": Tag("Lưu ý", "blue")}
REFUSED, BENT, GOOD = Tag("Không đạt", "red"), Tag("Đạt, chưa đúng mẫu chuẩn", "amber"), Tag("Đạt", "green")


@router.get(PATH)
async def form(visit: Visitor) -> Response:
    if not visit.session.has(*SEES_AXES):
        raise NotFound
    return await _page(visit, [])


@router.post(PATH)
async def check(act: Acting) -> Response:
    if not act.session.has(*SEES_AXES):
        raise NotFound
    files = act.uploads("package")
    if not files or len(files) > MOST:
        return await _page(act, [], TOO_MANY if files else NO_FILE)
    return await _page(act, [await _report(act, file) for file in files])


async def _page(visit: Visit, reports: list[dict[str, Any]], error: str = "") -> Response:
    status = 422 if error else 200
    return await page(visit, TEMPLATE, "axes", status=status, reports=reports, error=error, severity=SEVERITY)


async def _report(act: Act, file: UploadFile) -> dict[str, Any]:
    """The gateway's judgement, or the sentence that stands in its place."""
    headers = {"Content-Type": "application/xml", "Content-Length": str(file.size or 0)}
    report: dict[str, Any] = {"name": file.filename, "size": file.size, "error": ""}
    try:
        answer: dict[str, Any] = await act.services.gateway.call(
            "POST", "/v1/edxml/check", content=_pieces(file), headers=headers
        )
        good = answer["verdict"] == "accepted"
        return report | answer | {"tag": (GOOD if answer["strict"] else BENT) if good else REFUSED}
    except Problem as problem:
        return report | {"error": problem.message}
    except httpx.HTTPError:
        return report | {"error": SILENT}


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(2**18):
        yield piece
