"""Marks of secrecy in the text layer of PDF files. Runs in a child with limits: it reads what strangers sent."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import pypdfium2 as pdfium

from services.gateway.settings import GatewaySettings
from services.gateway.trust.rules import mark_in
from shared.children.pool import Workers, preload

preload("services.gateway.trust.marks")
UNREADABLE = "?"


@functools.cache
def readers() -> Workers:
    """The children of this process for reading the text of PDF files."""
    settings = GatewaySettings()
    return Workers("pdf-text", settings.text_workers, seconds=settings.text_seconds, memory_mb=settings.text_memory_mb)


def first_mark(paths: Sequence[str]) -> tuple[int, str]:
    """The first file that wears a mark, by its place, and the mark; (-1, "") where none does.

    A file that is no PDF for the library has no text layer: whether it opens at all is for others to judge.
    """
    for place, path in enumerate(paths):
        if found := _mark_of(path):
            return place, found
    return -1, ""


def _mark_of(path: str) -> str:
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError:
        return ""
    try:
        for page in document:
            text = page.get_textpage().get_text_range()
            if found := mark_in(text.splitlines()):
                return found
    except pdfium.PdfiumError:
        return ""
    finally:
        document.close()
    return ""
