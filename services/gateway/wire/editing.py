"""A package passed on with a small change in its header; everything else stays as it is, byte for byte, as a stream."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import escape

from services.gateway.wire.summary import HEADER_LIMIT, Summary, peek
from shared.clock import VN

PIECE = 262144
TAG_LIMIT = 4096


class NotEditable(Exception):
    """The header was not understood, or is written in a way in which nothing can be put into it."""


@dataclass(frozen=True, slots=True)
class Edited:
    """What was written: SHA-256 in hex and size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class _Change:
    """Bytes from `start` up to `end` give way to `text`."""

    start: int
    end: int
    text: bytes = b""


def with_trace(source: Path, target: Path, organ_id: str, moment: datetime) -> Edited:
    """One more hop in TraceHeaderList (edxml.md §3). A status has none and is passed on as it is."""
    summary = peek(source)
    if summary.status_code:
        return _write(source, target, [])
    if summary.trace_at is None:
        raise NotEditable
    mark, when = summary.mark, moment.astimezone(VN).strftime("%Y/%m/%d %H:%M:%S")
    hop = (
        f"<{mark}TraceHeader><{mark}OrganId>{escape(organ_id)}</{mark}OrganId>"
        f"<{mark}Timestamp>{when}</{mark}Timestamp></{mark}TraceHeader>"
    )
    if not summary.has_traces:
        hop = f"<{mark}TraceHeaderList>{hop}</{mark}TraceHeaderList>"
    return _write(source, target, [_Change(summary.trace_at, summary.trace_at, _bytes(hop, summary))])


def with_receivers(source: Path, target: Path, codes: Collection[str]) -> Edited:
    """Only these receivers: for an axis which delivers to whomever the package names (axis.md §2).

    Of a document the other To leave. A status is delivered to ResponseFor/OrganId, so that becomes the receiver.
    """
    summary = peek(source)
    _bytes("", summary)
    wanted = {code.strip().upper() for code in codes}
    if summary.status_code:
        if summary.about_at is None:
            raise NotEditable
        return _write(source, target, list(_about(source, summary, codes)))
    if not any(code.upper() in wanted for code, _, _ in summary.to_at):
        raise NotEditable
    others = [(start, end) for code, start, end in summary.to_at if code.upper() not in wanted]
    return _write(source, target, [_Change(start, _tag_end(source, end)) for start, end in others])


def _about(source: Path, summary: Summary, codes: Collection[str]) -> Iterable[_Change]:
    if summary.about_at and summary.response_for[0].organ_id not in codes:
        start, end = summary.about_at
        yield _Change(_tag_end(source, start), end, _bytes(escape(next(iter(codes))), summary))


def _bytes(text: str, summary: Summary) -> bytes:
    if summary.encoding.startswith(("utf-16", "utf-32", "ucs", "iso-10646")):
        raise NotEditable
    try:
        return text.encode(summary.encoding)
    except (LookupError, UnicodeEncodeError) as error:
        raise NotEditable from error


def _tag_end(source: Path, start: int) -> int:
    """The byte behind the tag that begins at `start`."""
    with source.open("rb") as file:
        file.seek(start)
        found = file.read(TAG_LIMIT).find(b">")
    if found < 0 or start > HEADER_LIMIT:
        raise NotEditable
    return start + found + 1


def _write(source: Path, target: Path, changes: list[_Change]) -> Edited:
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as file, target.open("wb") as out:

        def put(data: bytes) -> None:
            nonlocal size
            digest.update(data)
            size += out.write(data)

        for change in sorted(changes, key=lambda change: change.start):
            for piece in _pieces(file, change.start - file.tell()):
                put(piece)
            put(change.text)
            file.seek(change.end)
        while piece := file.read(PIECE):
            put(piece)
    return Edited(digest.hexdigest(), size)


def _pieces(file: BinaryIO, left: int) -> Iterable[bytes]:
    while left > 0 and (piece := file.read(min(PIECE, left))):
        left -= len(piece)
        yield piece
