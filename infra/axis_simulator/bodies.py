"""Bodies in and out without holding them in memory."""

from __future__ import annotations

import base64
import hashlib
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from starlette.requests import Request

from infra.axis_simulator.model import BAD_FILE, AxisFailure
from infra.axis_simulator.signature import hash_matches

CHUNK = 3 * 65536  # a multiple of three, so that base64 pieces join


async def receive(request: Request, folder: Path, hash_file: str) -> tuple[Path, str]:
    """Store the body, less one final CR LF, and compare `hash-file` (axis.md §1.2 sendEdoc)."""
    path = folder / str(uuid.uuid4())
    try:
        digest = await _store(request.stream(), path, hash_file)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path, digest.hex()


async def _store(stream: AsyncIterator[bytes], path: Path, hash_file: str) -> bytes:
    """The last two bytes wait until it is known whether they are the client's CR LF or the file's own."""
    hasher, tail, size = hashlib.sha256(), b"", 0
    with path.open("wb") as file:
        async for piece in stream:
            block = tail + piece
            ready, tail = block[:-2], block[-2:]
            hasher.update(ready)
            size += file.write(ready)
        if not (tail == b"\r\n" and hash_matches(hash_file, hasher.digest())):
            hasher.update(tail)
            size += file.write(tail)
        file.flush()
        os.fsync(file.fileno())
    if not size:
        raise AxisFailure(BAD_FILE, "File không hợp lệ: rỗng")
    if not hash_matches(hash_file, hasher.digest()):
        raise AxisFailure(BAD_FILE, "File không hợp lệ: sai mã băm hash-file")
    return hasher.digest()


def raw(path: Path, *, truncated: bool = False, spoiled: bool = False) -> Iterator[bytes]:
    """The file in pieces; a fault may cut it in half or change its middle byte."""
    size = path.stat().st_size
    end = size // 2 if truncated else size
    position = 0
    with path.open("rb") as file:
        while position < end and (piece := file.read(min(CHUNK, end - position))):
            yield _spoil(piece, size // 2 - position) if spoiled else piece
            position += len(piece)


def _spoil(piece: bytes, index: int) -> bytes:
    if not 0 <= index < len(piece):
        return piece
    return piece[:index] + bytes([piece[index] ^ 1]) + piece[index + 1 :]


def base64_json(pieces: Iterator[bytes], *, truncated: bool = False) -> Iterator[bytes]:
    """The getEdoc answer: the envelope with `data` = base64 of the package."""
    yield b'{"status":"OK","ErrorCode":"0","ErrorDesc":"Success","data":"'
    for piece in pieces:
        yield base64.b64encode(piece)
    if truncated:
        yield b"A"  # a length that no base64 text has
    yield b'"}'
