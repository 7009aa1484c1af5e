"""DOCX, ODT and their kin → PDF with LibreOffice, where the machine has it. Only a PDF can be signed (QĐ 28 Đ7 k3b)."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
from pathlib import Path

from shared.problems import Refusal

CONVERTIBLE = frozenset({".doc", ".docx", ".odt", ".rtf", ".txt", ".xls", ".xlsx", ".ods"})
SECONDS = 90.0
AT_ONCE = asyncio.Semaphore(2)  # LibreOffice takes a core and some 300 MB each


class ConverterMissing(Refusal):
    kind, status = "converter-missing", 503
    message = "Máy chủ chưa cài LibreOffice nên không chuyển được “{name}”. Hãy lưu tệp thành PDF rồi tải lên."


class NotConvertible(Refusal):
    kind, status = "not-convertible", 415
    message = "Không chuyển được “{name}” thành PDF vì đây không phải tệp văn bản hoặc bảng tính."


class ConversionFailed(Refusal):
    kind, status = "conversion-failed", 422
    message = "LibreOffice không chuyển được “{name}”: {why}. Hãy mở tệp, lưu thành PDF rồi tải lên."


def program() -> str | None:
    """Where LibreOffice is; None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


async def to_pdf(content: bytes, name: str, *, seconds: float = SECONDS) -> bytes:
    """The PDF of an office file. Raises NotConvertible, ConverterMissing, ConversionFailed (or too slow)."""
    extension = Path(name).suffix.lower()
    if extension not in CONVERTIBLE:
        raise NotConvertible(name=name)
    found = program()
    if found is None:
        raise ConverterMissing(name=name)
    async with AT_ONCE:
        with tempfile.TemporaryDirectory(prefix="qlvb-convert-") as folder:
            source = Path(folder) / f"document{extension}"
            source.write_bytes(content)
            await _run(found, source, name, seconds)
            made = source.with_suffix(".pdf")
            if not made.exists() or not made.stat().st_size:
                raise ConversionFailed(name=name, why="không có kết quả")
            return made.read_bytes()


async def version(name: str) -> str:
    """ "LibreOffice 7.4.7.2". Raises ConverterMissing."""
    found = program()
    if found is None:
        raise ConverterMissing(name=name)
    process = await asyncio.create_subprocess_exec(
        found, "--version", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    told, _ = await asyncio.wait_for(process.communicate(), SECONDS)
    return " ".join(told.decode(errors="replace").split()[:2])


async def _run(found: str, source: Path, name: str, seconds: float) -> None:
    """A profile of its own a run: two LibreOffices on one profile wait for each other for ever."""
    profile = f"-env:UserInstallation={(source.parent / 'profile').as_uri()}"
    command = [found, profile, "--headless", "--norestore", "--convert-to", "pdf", "--outdir", str(source.parent)]
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(source.parent), "LANG": "C.UTF-8"}
    process = await asyncio.create_subprocess_exec(
        *command,
        str(source),
        env=environment,
        start_new_session=True,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        code = await asyncio.wait_for(process.wait(), seconds)
    except TimeoutError:
        raise ConversionFailed(name=name, why=f"quá {seconds:g} giây") from None
    finally:
        if process.returncode is None:  # too long, or the request was given up
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    if code:
        raise ConversionFailed(name=name, why=f"mã lỗi {code}")
