"""Pages of PDF files as images: made by worker processes (pdfium is not thread-safe), kept by the file's hash."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import shutil
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from shared.children.child import die_with_parent
from shared.problems import NotFound, Refusal

WIDTHS = (900, 1440)
ENCODER = "v1"
SECONDS = 10
LARGEST_PNG = 150_000
A4 = (595.0, 842.0)
Result = TypeVar("Result")


class NotDrawn(Refusal):
    kind, status = "page-not-drawn", 422
    message = "Không dựng được trang này. Hãy tải tệp gốc."


def draw(content: bytes, number: int, width: int) -> bytes:
    """One page (from 1) as PNG of 64 colours, or as WebP when it is a scan. Runs in a worker."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    document.init_forms()
    page = document[number - 1]
    image = page.render(scale=width / page.get_width(), may_draw_forms=True).to_pil().convert("RGB")
    out = io.BytesIO()
    image.quantize(64).save(out, "PNG", optimize=False)
    if out.tell() > LARGEST_PNG:
        out = io.BytesIO()
        image.save(out, "WEBP", quality=70)
    return out.getvalue()


def measure(content: bytes) -> list[tuple[float, float]]:
    """Width and height of every page in points. Runs in a worker."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    return [page.get_size() for page in (document[i] for i in range(min(len(document), 500)))]


class PageImages:
    """Draws and keeps page images under `folder`; everything in it can be made again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pool: ProcessPoolExecutor | None = None

    async def sizes(self, sha256: str, content: bytes) -> list[tuple[float, float]]:
        place = self._place(sha256) / "sizes.json"
        if not place.exists():
            _write(place, json.dumps(await self._run(measure, content)).encode())
        return [(float(w), float(h)) for w, h in json.loads(place.read_bytes())]

    def kept(self, sha256: str, number: int, width: int) -> bytes | None:
        place = self._image(sha256, number, width)
        return place.read_bytes() if place.exists() else None

    async def image(self, sha256: str, content: bytes, number: int, width: int) -> bytes:
        drawn = self.kept(sha256, number, width)
        if drawn is None:
            drawn = await self._run(draw, content, number, width)
            _write(self._image(sha256, number, width), drawn)
        return drawn

    def forget(self, sha256: str) -> None:
        """What was made of a file whose content was destroyed goes with it."""
        shutil.rmtree(self._place(sha256), ignore_errors=True)

    def close(self) -> None:
        if self._pool:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def _place(self, sha256: str) -> Path:
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise NotFound
        return self.folder / sha256[:2] / sha256

    def _image(self, sha256: str, number: int, width: int) -> Path:
        return self._place(sha256) / f"{number}-{width}-{ENCODER}"

    async def _run(self, task: Callable[..., Result], *arguments: Any) -> Result:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                2, mp_context=get_context("spawn"), max_tasks_per_child=200, initializer=die_with_parent
            )
        future = asyncio.get_running_loop().run_in_executor(self._pool, task, *arguments)
        try:
            async with asyncio.timeout(SECONDS):
                return await future
        except (TimeoutError, BrokenExecutor) as error:
            self.close()
            raise NotDrawn from error
        except Exception as error:  # whatever a hostile file makes of the reader
            raise NotDrawn from error


def _write(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(f".{place.name}.{os.getpid()}.{id(content)}")
    part.write_bytes(content)
    part.replace(place)
