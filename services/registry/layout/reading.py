"""A file → its sheets: DOCX by LibreOffice first, then measured in a process of its own with limits."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from services.registry.documents import convert
from services.registry.layout import measure
from services.registry.layout.sheet import Sheets
from shared.problems import Refusal

SECONDS = 30.0
AT_ONCE = asyncio.Semaphore(2)


class NoPdf(Refusal):
    kind, status = "layout-no-document", 415
    message = "“{name}” không phải tệp PDF hoặc tệp văn bản nên không kiểm tra thể thức được. Hãy chọn tệp khác."


class NotMeasured(Refusal):
    kind, status = "layout-not-measured", 422
    message = "Không đọc được “{name}”: {why}. Hãy xuất lại tệp thành PDF (không đặt mật khẩu) rồi thử lại."


async def sheets_of(content: bytes, name: str) -> Sheets:
    """Raises NoPdf, NotMeasured, and the refusals of the converter (ConverterMissing, ConversionFailed)."""
    if Path(name).suffix.lower() in convert.CONVERTIBLE:
        content = await convert.to_pdf(content, name)
    elif not content[:1024].lstrip().startswith(b"%PDF-"):
        raise NoPdf(name=name)
    async with AT_ONCE:
        return await _measured(content, name)


async def _measured(content: bytes, name: str) -> Sheets:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        measure.__name__,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        told, _ = await asyncio.wait_for(process.communicate(content), SECONDS)
    except TimeoutError:
        raise NotMeasured(name=name, why=f"quá {SECONDS:g} giây mà chưa đọc xong") from None
    finally:
        if process.returncode is None:  # too long, or the request was given up
            process.kill()
            await process.wait()
    if process.returncode:
        raise NotMeasured(name=name, why="tệp hỏng, đặt mật khẩu hoặc quá phức tạp")
    return measure.loaded(json.loads(told))
