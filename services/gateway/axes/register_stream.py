"""Reads the register answer piece by piece: more than a hundred thousand units in one JSON text (axis.md §1.6)."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from typing import Any

from services.gateway.axes.answers import parse_envelope
from services.gateway.axes.protocol import AxisUnavailable

ARRAY_START = re.compile(r'"data"\s*:\s*\[')
HEAD_LIMIT = 65536
ENTRY_LIMIT = 262144
SEPARATORS = " \t\r\n,"


async def entries(pieces: AsyncIterator[str], http_status: int) -> AsyncIterator[dict[str, Any]]:
    """Each object of `data`; the envelope around it is judged at the end."""
    head, rest = await _head(pieces, http_status)
    decoder = json.JSONDecoder()
    position = 0
    while True:
        while position < len(rest) and rest[position] in SEPARATORS:
            position += 1
        if rest[position : position + 1] == "]":
            break
        try:
            entry, position = decoder.raw_decode(rest, position)
        except ValueError:
            rest, position = rest[position:] + await _more(pieces, len(rest) - position), 0
            continue
        if not isinstance(entry, dict):
            raise AxisUnavailable("danh sách đơn vị không đúng cấu trúc")
        yield entry
    tail = rest[position + 1 :] + "".join([piece async for piece in pieces])
    parse_envelope(head + "]" + tail, http_status)


async def _head(pieces: AsyncIterator[str], http_status: int) -> tuple[str, str]:
    """Everything up to and with the opening bracket of `data`, and what came after it."""
    text = ""
    async for piece in pieces:
        text += piece
        found = ARRAY_START.search(text)
        if found:
            return text[: found.end()], text[found.end() :]
        if len(text) > HEAD_LIMIT:
            break
    parse_envelope(text, http_status)
    raise AxisUnavailable("câu trả lời lạ: thiếu danh sách data")


async def _more(pieces: AsyncIterator[str], held: int) -> str:
    if held > ENTRY_LIMIT:
        raise AxisUnavailable("danh sách đơn vị không đúng cấu trúc")
    async for piece in pieces:
        return piece
    raise AxisUnavailable("danh sách đơn vị bị cắt giữa chừng")
