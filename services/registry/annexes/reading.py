"""What the text of a draft's main file says of annexes: read in a child process with limits, once when it is saved."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import pypdfium2 as pdfium
from fastapi import Depends

from contracts.message import FileRef
from contracts.registry import api
from services.registry.annexes.mentions import Named, named
from shared.children.pool import Stopped, Workers, preload
from shared.problems import NotFound
from shared.service import Runtime
from shared.web import Caller, Here

preload("services.registry.annexes.reading")
CHILDREN, SECONDS, MEMORY_MB = 1, 20.0, 1024
MOST_PAGES = 600


@functools.cache
def _readers() -> Workers:
    return Workers("registry-text", CHILDREN, seconds=SECONDS, memory_mb=MEMORY_MB)


async def of(runtime: Runtime, files: Sequence[FileRef]) -> Named | None:
    """What the main file names; nothing legible where it is a scan, or no PDF that opens. None without a main file."""
    main = next((file for file in files if file.role == "main"), None)
    if main is None:
        return None
    try:
        source = runtime.blobs.path(main.sha256) or await runtime.blobs.get(main.sha256)
        return await _readers().run(look, source)
    except (Stopped, NotFound):
        return Named()


def look(source: Path | bytes) -> Named:
    """In the child."""
    try:
        document = pdfium.PdfDocument(source)
        pages = min(len(document), MOST_PAGES)
        return named([document[number].get_textpage().get_text_range() for number in range(pages)])
    except (pdfium.PdfiumError, OSError):
        return Named()


async def _in_body(runtime: Here, _: Caller, body: api.NewDraft) -> Named | None:
    """Before the transaction of the act: no reading inside one."""
    return await of(runtime, body.files)


InBody = Annotated[Named | None, Depends(_in_body)]
