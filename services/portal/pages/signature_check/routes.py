"""Kiểm tra chữ ký số: anybody drops a file and reads the verdict; no log-in, nothing is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile

from contracts.client import Problem
from services.portal.calls import Signing
from services.portal.render import open_page
from services.portal.visits import read_form
from services.portal.wording import Tag
from shared.service import Runtime
from shared.web import Here

router = APIRouter(include_in_schema=False)
PATH, TEMPLATE = "/kiem-tra", "signature_check/check.html"
LARGEST_MB, AROUND = 50, 64 * 1024  # what stands around the file in the form
SECONDS = 90.0
NO_FILE = "Chưa chọn tệp nào. Hãy chọn một tệp PDF rồi bấm Kiểm tra."
TOO_LARGE = f"Tệp vượt giới hạn {LARGEST_MB} MB. Hãy hỏi cơ quan phát hành văn bản để được kiểm tra."
SILENT = "Dịch vụ kiểm tra không trả lời. Hãy thử lại sau ít phút."
COVERS = {
    "file": "Chữ ký bao trùm toàn bộ tệp.",
    "revision": "Chữ ký bao trùm toàn bộ tệp vào lúc ký; phần thêm sau đó do chữ ký sau bao trùm.",
    "part": "Chữ ký chỉ bao trùm một phần của tệp.",
}
GOOD, BAD = Tag("Có giá trị như bản gốc", "green"), Tag("Không được công nhận", "red")
REFERENCE, NONE = Tag("Để biết, tham khảo", "amber"), Tag("Không kết luận được", "amber")
NO_VERDICT = {"unreadable", "encrypted", "hybrid", "not-judged"}


@router.get(PATH)
async def form() -> Response:
    return _page()


@router.post(PATH)
async def check(request: Request, runtime: Here) -> Response:
    """The form has no session: another site's form is refused by its origin."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > LARGEST_MB * 2**20 + AROUND:
        return _page(TOO_LARGE, 413)
    file = (await read_form(request, LARGEST_MB * 2**20 + AROUND)).get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return _page(NO_FILE, 422)
    try:
        verdict = await _verdict(runtime, request, file)
    except Problem as problem:
        return _page(problem.message, problem.status)
    except httpx.HTTPError:
        return _page(SILENT, 503)
    return _page(name=file.filename, size=file.size, verdict=verdict, tag=_tag(verdict), own=_of_the_whole(verdict))


async def _verdict(runtime: Runtime, request: Request, file: UploadFile) -> dict[str, Any]:
    address = request.client.host if request.client else ""
    signing = runtime.client(Signing)
    signing.http.timeout = httpx.Timeout(SECONDS)
    headers = {"Content-Type": "application/pdf", "Content-Length": str(file.size or 0), "X-Visitor": address}
    answer: dict[str, Any] = await signing.call("POST", "/v1/public/validate", content=_pieces(file), headers=headers)
    return answer


def _tag(verdict: dict[str, Any]) -> Tag:
    """The verdict in three words."""
    if verdict["valid"]:
        return GOOD if verdict["legal_state"] == "ORIGINAL" else REFERENCE
    if {one["code"] for one in verdict["reasons"]} & NO_VERDICT:
        return NONE
    return REFERENCE if all(one["valid"] for one in verdict["signatures"]) else BAD


def _of_the_whole(verdict: dict[str, Any]) -> list[str]:
    """The reasons that no sentence has said yet."""
    said = " ".join([verdict["sentence"], *(one["sentence"] for one in verdict["signatures"])])
    return [one["message"] for one in verdict["reasons"] if one["message"] not in said]


def _page(error: str = "", status: int = 200, **found: Any) -> Response:
    return open_page(TEMPLATE, status=status, error=error, largest=LARGEST_MB, covers=COVERS, **found)


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(2**18):
        yield piece
