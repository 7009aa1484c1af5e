"""A PDF or picture → PDF/A-2b by Ghostscript, in a process that can be killed; what comes out is looked at."""

from __future__ import annotations

import asyncio
import io
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

import pikepdf

from services.registry.conversions import making, rules
from services.registry.documents.typeset import compiled

SECONDS = 180.0
AT_ONCE = asyncio.Semaphore(1)  # a core and up to 2 GB
PART, CONFORMANCE = "2", "B"


async def tool() -> str:
    """Its name and version. Raises ToolMissing."""
    program = shutil.which("gs")
    if program is None:
        raise rules.ToolMissing
    process = await asyncio.create_subprocess_exec(program, "--version", stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    return f"Ghostscript {told.decode().strip()}"


async def converted(
    content: bytes, kind: str, name: str, *, mark: str, title: str, source: str, seconds: float = SECONDS
) -> bytes:
    """The archival copy. `kind`: "pdf" or "image"; `mark`: what it says of itself. Raises NotConverted."""
    stamp = await asyncio.to_thread(compiled, "conversion_mark", {"mark": mark})
    async with AT_ONCE:
        with tempfile.TemporaryDirectory(prefix="qlvb-archival-") as folder:
            (Path(folder) / "source").write_bytes(content)
            (Path(folder) / "mark.pdf").write_bytes(stamp)
            await _run(folder, kind, name, seconds)
            made = Path(folder) / "made.pdf"
            if not made.exists():
                raise rules.NotConverted(name=name, why="công cụ không cho kết quả")
            pages = Path(folder) / "prepared.pdf"
            return await asyncio.to_thread(_finished, made, pages, name, title, mark, source)


async def _run(folder: str, kind: str, name: str, seconds: float) -> None:
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", making.__name__, folder, kind,
        env=environment,
        start_new_session=True,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        code = await asyncio.wait_for(process.wait(), seconds)
    except TimeoutError:
        raise rules.NotConverted(name=name, why=f"quá {seconds:g} giây") from None
    finally:
        if process.returncode is None:  # too long, or the request was given up
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    if code == making.UNREADABLE:
        raise rules.NotConverted(name=name, why="tệp hỏng, đặt mật khẩu hoặc quá phức tạp")
    if code:
        raise rules.NotConverted(name=name, why=f"công cụ báo lỗi {code}")


def _finished(made: Path, prepared: Path, name: str, title: str, mark: str, source: str) -> bytes:
    """With what it says of itself in its metadata, after a look at it."""
    with pikepdf.open(made) as whole, pikepdf.open(prepared) as before:
        if len(whole.pages) != len(before.pages):
            raise rules.NotConverted(name=name, why="số trang sau khi chuyển đổi không khớp")
        with whole.open_metadata(set_pikepdf_as_editor=False) as words:
            words["dc:title"], words["dc:description"], words["dc:source"] = title, mark, f"urn:sha256:{source}"
            claimed = (str(words.get("pdfaid:part", "")), str(words.get("pdfaid:conformance", "")))
        missing = [font for page in whole.pages for font in _not_embedded(page.obj.get("/Resources", {}))]
        if claimed != (PART, CONFORMANCE) or "/OutputIntents" not in whole.Root or missing:
            why = f"phông {missing[0]} không nhúng được" if missing else "kết quả không phải PDF/A"
            raise rules.NotConverted(name=name, why=why)
        out = io.BytesIO()
        whole.save(out, deterministic_id=True)
        return out.getvalue()


def _not_embedded(resources: Any) -> list[str]:
    """The names of fonts whose program is not in the file."""
    found = []
    for font in dict(resources.get("/Font", {})).values():
        for part in font.get("/DescendantFonts", [font]):
            descriptor = part.get("/FontDescriptor", {})
            held = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
            if not held and part.get("/Subtype") != "/Type3":
                found.append(str(part.get("/BaseFont", "?")).strip("/"))
    return found
