"""A form with one file in it, as signing tools send it (multipart/form-data)."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from shared.blobs import TooLarge
from shared.problems import Invalid

LARGEST_MB = 60


class NoFile(Invalid):
    kind = "no-file"
    message = "Yêu cầu không có tệp nào. Công cụ ký phải gửi đúng một tệp PDF (multipart/form-data)."


async def one_file(request: Request) -> bytes:
    """NoFile, TooLarge."""
    try:
        form = await MultiPartParser(request.headers, _limited(request), max_files=1, max_fields=20).parse()
    except (MultiPartException, KeyError, UnicodeDecodeError, LookupError) as error:
        raise NoFile from error
    try:
        file = next((value for value in form.values() if isinstance(value, UploadFile)), None)
        if file is None:
            raise NoFile
        return await file.read()
    finally:
        await form.close()


async def _limited(request: Request) -> AsyncGenerator[bytes]:
    seen = 0
    async for part in request.stream():
        seen += len(part)
        if seen > LARGEST_MB * 2**20:
            raise TooLarge(limit_mb=LARGEST_MB)
        yield part
