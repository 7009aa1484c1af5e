"""Files in and out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import quote, unquote

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from starlette.datastructures import UploadFile
from starlette.types import Message

from contracts.message import FileRef
from services.registry.files import actions
from services.registry.files.rules import LIMIT
from shared.blobs import StreamTooLarge, TooLarge
from shared.problems import Invalid
from shared.web import Caller, Here, Transaction

router = APIRouter(tags=["files"])
FORM_OVERHEAD = 64 * 1024


class NoFile(Invalid):
    kind = "no-file"
    message = "Chưa có tệp nào được gửi. Hãy chọn một tệp."


@router.post("/v1/files", status_code=201)
async def upload_file(request: Request, runtime: Here, caller: Caller) -> FileRef:
    """A raw body with `X-File-Name` (percent-encoded), or a multipart form with the part `file`."""
    is_form = request.headers.get("content-type", "").startswith("multipart/form-data")
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > LIMIT + (FORM_OVERHEAD if is_form else 0):
        raise TooLarge(limit_mb=LIMIT // 2**20)
    if not is_form:
        return await actions.take_in(runtime, caller, unquote(request.headers.get("x-file-name", "")), request.stream())
    async with Request(request.scope, _limited(request)).form(max_files=1) as form:
        part = form.get("file")
        if not isinstance(part, UploadFile):
            raise NoFile
        return await actions.take_in(runtime, caller, part.filename or "", _chunks(part))


def _limited(request: Request):  # type: ignore[no-untyped-def]
    """The request's receive which stops a form as soon as it is too large."""
    size = 0

    async def receive() -> Message:
        nonlocal size
        message = await request.receive()
        size += len(message.get("body", b""))
        if size > LIMIT + FORM_OVERHEAD:
            raise StreamTooLarge(limit_mb=LIMIT // 2**20)
        return message

    return receive


async def _chunks(part: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await part.read(2**18):
        yield chunk


@router.get("/v1/files/{sha256}")
async def get_file(work: Transaction, runtime: Here, sha256: str) -> StreamingResponse:
    holding = await actions.readable(work, sha256)
    headers = {
        "Content-Disposition": f"inline; filename*=UTF-8''{quote(holding.name)}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
        "Cache-Control": "private, max-age=3600",
        "ETag": f'"{sha256}"',
    }
    return StreamingResponse(runtime.blobs.stream(sha256), media_type=holding.content_type, headers=headers)
