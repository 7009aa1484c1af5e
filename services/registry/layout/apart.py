"""Work on a stranger's PDF in a process of its own: limits of time and memory, and its end harms nobody."""

from __future__ import annotations

import asyncio
import resource
import sys
from collections.abc import Callable
from typing import BinaryIO, TextIO

import pypdfium2 as pdfium

from shared.problems import Refusal

SECONDS = 30.0
MEMORY = 1024 * 2**20
AT_ONCE = asyncio.Semaphore(2)
UNREADABLE = 3


class NotMeasured(Refusal):
    kind, status = "layout-not-measured", 422
    message = "Không đọc được “{name}”: {why}. Hãy xuất lại tệp thành PDF (không đặt mật khẩu) rồi thử lại."


async def run(module: str, content: bytes, name: str) -> bytes:
    """What `python -m module` says on this file. Raises NotMeasured."""
    async with AT_ONCE:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
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
    return told


def serve(work: Callable[[bytes], str], source: BinaryIO, target: TextIO) -> int:
    """The child's whole life; its exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        target.write(work(source.read()))
    except (pdfium.PdfiumError, MemoryError):
        return UNREADABLE
    return 0
