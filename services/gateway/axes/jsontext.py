"""Takes one long text out of a JSON answer as a stream: the package in an answer of a provincial axis (axis.md §2)."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from typing import BinaryIO

from services.gateway.axes.protocol import AxisUnavailable

HEAD_LIMIT = 262144
REST_LIMIT = 128 * 2**20
STUCK = 64  # characters that begin no whole escape
# plain text and whole escapes; the two halves of a letter beyond the basic plane stay together
WHOLE = re.compile(
    r'(?:[^\\"]++|\\[^u]|\\u(?![dD][89abAB])[0-9a-fA-F]{4}|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[0-9a-fA-F]{4})*+'
)


async def extract(pieces: AsyncIterator[str], key: str, out: BinaryIO) -> tuple[str, bool]:
    """Write the value of `key` into `out` in UTF-8; gives the JSON without that value, and whether it was there.

    A quoted key inside another text is escaped there, so the first plain `"key":"` is the one.
    """
    begins = re.compile(rf'"{key}"\s*:\s*"')
    text = ""
    async for piece in pieces:
        text += piece
        found = begins.search(text)
        if found:
            head, rest = text[: found.end()], text[found.end() :]
            tail = await _value(pieces, rest, out)
            return head + tail, True
        if len(text) > HEAD_LIMIT:
            raise AxisUnavailable("câu trả lời lạ: không có gói tin trong phần đầu")
    return text, False


async def _value(pieces: AsyncIterator[str], rest: str, out: BinaryIO) -> str:
    """Up to the closing quote; gives what follows, the quote included."""
    while True:
        whole = WHOLE.match(rest)
        end = whole.end() if whole else 0
        _put(rest[:end], out)
        rest = rest[end:]
        if rest.startswith('"'):
            return await _tail(pieces, rest)
        more = await anext(pieces, None)
        if more is None or len(rest) > STUCK:
            raise AxisUnavailable("gói tin tải về bị cắt giữa chừng")
        rest += more


def _put(text: str, out: BinaryIO) -> None:
    try:
        out.write(json.loads(f'"{text}"', strict=False).encode("utf-8", "surrogatepass"))
    except ValueError as error:
        raise AxisUnavailable("câu trả lời lạ: gói tin không phải văn bản JSON") from error


async def _tail(pieces: AsyncIterator[str], rest: str) -> str:
    parts, size = [rest], len(rest)
    async for piece in pieces:
        parts.append(piece)
        size += len(piece)
        if size > REST_LIMIT:
            raise AxisUnavailable("câu trả lời lạ: quá dài")
    return "".join(parts)
