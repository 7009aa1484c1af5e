"""Where attachments go while they are read: small ones stay in memory for a moment, the others are written at once.

Base64 is decoded strictly (RFC 4648), in bounded memory, whatever the size of the file.
"""

import hashlib
import io
import os
from binascii import Error
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pybase64

from services.gateway.edxml.errors import EdxmlRefused
from services.gateway.edxml.limits import Limits

_BLOCK = 65536
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


class Stored:
    """Decoded bytes: in memory (`data`), or in the file `name` of the shelf with their digest."""

    __slots__ = ("data", "path", "sha256", "size")

    def __init__(self, size: int, data: bytes | None = None, path: str = "", sha256: str = "") -> None:
        self.size, self.data, self.path, self.sha256 = size, data, path, sha256

    def open(self) -> BinaryIO:
        """The bytes as a file that can be sought."""
        return io.BytesIO(self.data) if self.data is not None else open(self.path, "rb")

    def head(self, size: int = 4096) -> bytes:
        """The first bytes."""
        if self.data is not None:
            return self.data[:size]
        with self.open() as file:
            return file.read(size)


class Shelf:
    """The folder of one reading: names of its own, nothing written over, all removed when the package is refused."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder, self._limits = os.fspath(folder), limits
        self._files: list[str] = []
        self._count = self._total = 0
        self.held = limits.held_bytes  # bytes that may still stay in memory

    def sink(self, line: int) -> "B64Sink":
        """A sink for the next attachment."""
        return B64Sink(self, self.room(line))

    def room(self, line: int) -> int:
        """Bytes that the next attachment may have."""
        self._count += 1
        if self._count > self._limits.attachments:
            raise EdxmlRefused("TOO_MANY_ATTACHMENTS", line, str(self._limits.attachments))
        return min(self._limits.attachment_bytes, self._limits.total_bytes - self._total)

    def count(self, size: int) -> None:
        """An attachment of this size is complete."""
        self._total += size

    def create(self) -> tuple[int, str]:
        """A new file: descriptor and path."""
        path = f"{self._folder}/{len(self._files) + 1:04}.bin"
        descriptor = os.open(path, _FLAGS, 0o600)
        self._files.append(path)
        return descriptor, path

    def keep(self, stored: Stored) -> Stored:
        """The bytes in a file, with their digest."""
        if stored.data is None:
            return stored
        descriptor, path = self.create()
        try:
            view = memoryview(stored.data)
            while view:
                view = view[os.write(descriptor, view) :]
        finally:
            os.close(descriptor)
        return Stored(stored.size, path=path, sha256=hashlib.sha256(stored.data).hexdigest())

    def drop(self, stored: Stored) -> None:
        """These bytes are not needed."""
        if stored.path:
            os.unlink(stored.path)

    def clear(self) -> None:
        """Remove all that was written."""
        for path in self._files:
            Path(path).unlink(missing_ok=True)


class Store:
    """Bytes on their way: held until they are too many, then in a file."""

    def __init__(self, shelf: Shelf, limit: int) -> None:
        self._shelf, self._limit = shelf, limit
        self._held: list[bytes] = []
        self._descriptor, self._path = -1, ""
        self._hash: Any = None
        self.size = 0

    def write(self, data: bytes, code: str, line: int, detail: str) -> None:
        """Take bytes; over the limit the package is refused for `code`."""
        self.size += len(data)
        if self.size > self._limit:
            raise EdxmlRefused(code, line, detail)
        if self._descriptor < 0:
            self._held.append(data)
            if self.size > self._shelf.held:
                self._spill()
        else:
            self._put(data)

    def _spill(self) -> None:
        self._descriptor, self._path = self._shelf.create()
        self._hash = hashlib.sha256()
        for data in self._held:
            self._put(data)
        self._held = []

    def _put(self, data: bytes) -> None:
        self._hash.update(data)
        written = os.write(self._descriptor, data)
        while written < len(data):
            written += os.write(self._descriptor, data[written:])

    def finish(self) -> Stored:
        """All of it."""
        if self._descriptor < 0:
            self._shelf.held -= self.size
            return Stored(self.size, data=b"".join(self._held))
        self.abort()
        return Stored(self.size, path=self._path, sha256=self._hash.hexdigest())

    def abort(self) -> None:
        """Close the file; the shelf removes it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class B64Sink:
    """Takes base64 text piece by piece and decodes it."""

    def __init__(self, shelf: Shelf, limit: int) -> None:
        self._shelf, self._limit = shelf, limit
        self._store = Store(shelf, limit)
        self._rest = b""
        self._parts: list[bytes] = []
        self._waiting = 0
        self._ended = False

    def text(self, piece: str, line: int) -> None:
        """Take a piece of the element's text."""
        try:
            self.take(piece.encode("ascii"), line)
        except UnicodeEncodeError as error:
            raise EdxmlRefused("BASE64", line, "ký tự lạ") from error

    def take(self, data: bytes, line: int) -> None:
        """Take a piece of the text as bytes."""
        self._parts.append(data)
        self._waiting += len(data)
        if self._waiting >= _BLOCK:
            self._flush(line, last=False)

    def _flush(self, line: int, *, last: bool) -> None:
        block = (self._rest + b"".join(self._parts)).replace(b"\n", b"").replace(b"\r", b"")
        if b" " in block or b"\t" in block:
            block = block.translate(None, b" \t")
        self._parts, self._waiting = [], 0
        whole = len(block) // 4 * 4
        if last and whole != len(block):
            raise EdxmlRefused("BASE64", line, "bị cắt cụt")
        self._rest, block = block[whole:], block[:whole]
        if self._ended and (block or self._rest):
            raise EdxmlRefused("BASE64_AFTER_PADDING", line)
        if block:
            self._decode(block, line)

    def _decode(self, block: bytes, line: int) -> None:
        padding = block.find(b"=")
        if padding >= 0:
            self._ended = True
            if block[padding:] not in (b"=", b"=="):
                raise EdxmlRefused("BASE64_AFTER_PADDING", line)
        try:
            data = pybase64.b64decode(block, validate=True)
        except (Error, ValueError) as error:
            raise EdxmlRefused("BASE64", line, "ký tự lạ") from error
        if self._ended and pybase64.b64encode(data[-((len(data) - 1) % 3 + 1) :]) != block[-4:]:
            raise EdxmlRefused("BASE64", line, "bit thừa ở cuối")
        self._store.write(data, "OVERSIZE", line, str(self._limit))

    def finish(self, line: int) -> Stored:
        """The decoded bytes."""
        try:
            self._flush(line, last=True)
        except BaseException:
            self.abort()
            raise
        self._shelf.count(self._store.size)
        return self._store.finish()

    def abort(self) -> None:
        """Let go of an unfinished file."""
        self._store.abort()


class RawSink:
    """Takes the bytes of a part that is not encoded."""

    def __init__(self, shelf: Shelf, limit: int) -> None:
        self._shelf, self._limit = shelf, limit
        self._store = Store(shelf, limit)

    def take(self, data: bytes, line: int) -> None:
        """Take a piece."""
        self._store.write(data, "OVERSIZE", line, str(self._limit))

    def finish(self, _line: int) -> Stored:
        """The bytes."""
        self._shelf.count(self._store.size)
        return self._store.finish()

    def abort(self) -> None:
        """Let go of an unfinished file."""
        self._store.abort()


def blocks(file: BinaryIO) -> Iterator[bytes]:
    """A file in pieces."""
    while block := file.read(_BLOCK):
        yield block
