"""Bodies in and out without holding them in memory."""

from __future__ import annotations

import asyncio
import hashlib
import os
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pybase64

from services.gateway.wire.failures import BAD_FILE, WireFailure
from services.gateway.wire.signature import hash_matches

CHUNK = 3 * 65536  # a multiple of three, so that base64 pieces join
FINAL = b"\r\n"  # the stock client puts it behind the file; it is not in the hash


@dataclass(frozen=True, slots=True)
class Received:
    """A body on disk: its SHA-256 in hex and its size in bytes, both without the client's final CR LF."""

    path: Path
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Body:
    """A body to give out."""

    size: int
    pieces: AsyncIterator[bytes]
    broken_base64: bool = False  # a fault of the simulator


async def receive(stream: AsyncIterator[bytes], folder: Path, hash_file: str | None, limit: int | None) -> Received:
    """Store the body, less one final CR LF, and compare `hash-file` where there is one (axis.md §1.2 sendEdoc)."""
    path = folder / f"{uuid.uuid4()}.edxml"
    try:
        return await _store(stream, path, hash_file, limit)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


async def _store(stream: AsyncIterator[bytes], path: Path, hash_file: str | None, limit: int | None) -> Received:
    """The last two bytes wait until it is known whether they are the client's CR LF or the file's own."""
    hasher, tail, size = hashlib.sha256(), b"", 0
    with path.open("wb") as file:
        async for piece in stream:
            block = tail + piece
            ready, tail = block[:-2], block[-2:]
            hasher.update(ready)
            size += file.write(ready)
            if limit is not None and size > limit:
                raise WireFailure(BAD_FILE, f"File không hợp lệ: vượt {limit // 2**20} MB", http=413)
        if not (tail == FINAL and hash_file is not None and hash_matches(hash_file, hasher.digest())):
            hasher.update(tail)
            size += file.write(tail)
        file.flush()
        await asyncio.to_thread(os.fsync, file.fileno())
    if not size:
        raise WireFailure(BAD_FILE, "File không hợp lệ: rỗng")
    if hash_file is not None and not hash_matches(hash_file, hasher.digest()):
        raise WireFailure(BAD_FILE, "File không hợp lệ: sai mã băm hash-file")
    return Received(path, hasher.hexdigest(), size)


async def of_file(path: Path, size: int) -> AsyncIterator[bytes]:
    """The first `size` bytes of a file, in pieces."""
    left = size
    with path.open("rb") as file:
        while left > 0 and (piece := file.read(min(CHUNK, left))):
            yield piece
            left -= len(piece)


async def base64_json(body: Body) -> AsyncIterator[bytes]:
    """The getEdoc answer: the envelope with `data` = base64 of the package."""
    yield b'{"status":"OK","ErrorCode":"0","ErrorDesc":"Success","data":"'
    rest = b""
    async for piece in body.pieces:
        block = rest + piece
        whole = len(block) // 3 * 3
        rest = block[whole:]
        yield pybase64.b64encode(block[:whole])
    yield pybase64.b64encode(rest)
    if body.broken_base64:
        yield b"A"  # a length that no base64 text has
    yield b'"}'
