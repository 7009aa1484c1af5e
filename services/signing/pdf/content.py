"""The bytes of a file, in memory or on disk, hashed and copied without taking memory for them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from mmap import ACCESS_READ, MAP_POPULATE, MAP_SHARED, PROT_READ, mmap
from pathlib import Path

from services.signing.pdf.reader import Bytes

Content = Bytes | Path
WINDOW = 4 * 2**20  # of a file is mapped at a time: hashed where the page cache has it, and let go


@contextmanager
def opened(content: Content) -> Iterator[Bytes]:
    """The bytes for reading here and there."""
    if not isinstance(content, Path):
        yield content
        return
    if not content.stat().st_size:  # nothing cannot be mapped
        yield b""
        return
    with content.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as mapped:
        yield mapped


def size_of(content: Content) -> int:
    """In bytes."""
    return content.stat().st_size if isinstance(content, Path) else len(content)


def hashed(content: Content) -> hashlib._Hash:
    """The running SHA-256 of all bytes. Other threads go on meanwhile."""
    if not isinstance(content, Path):
        return hashlib.sha256(content)
    running = hashlib.sha256()
    descriptor = os.open(content, os.O_RDONLY)
    try:
        size = os.fstat(descriptor).st_size
        for at in range(0, size, WINDOW):
            length = min(WINDOW, size - at)
            with mmap(descriptor, length, MAP_SHARED | MAP_POPULATE, PROT_READ, offset=at) as window:
                running.update(window)
    finally:
        os.close(descriptor)
    return running


def value_in(content: Content, hole: tuple[int, int]) -> bytes:
    """The DER value in a signature's hole, without the zeros behind it. ValueError if it is none."""
    with opened(content) as pdf:
        value = bytes.fromhex(bytes(pdf[hole[0] + 1 : hole[1] - 1]).decode())
    size = value[1] & 127 if value[1] & 128 else 0
    length = int.from_bytes(value[2 : 2 + size], "big") if size else value[1]
    return value[: 2 + size + length]
