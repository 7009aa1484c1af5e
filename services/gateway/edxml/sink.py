"""Base64 text to a file, in bounded memory, strictly (RFC 4648)."""

import hashlib
import os
from binascii import Error
from pathlib import Path

import pybase64

from services.gateway.edxml.errors import EdxmlRefused

_BLOCK = 65536


class B64Sink:
    """Takes text piece by piece, decodes it into a new file and counts the digest."""

    def __init__(self, path: Path, limit: int) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        self._file = os.fdopen(os.open(path, flags, 0o600), "wb", buffering=0)
        self._hash = hashlib.sha256()
        self._rest = b""
        self._parts: list[bytes] = []
        self._held = 0
        self._ended = False
        self._limit = limit
        self.size = 0

    def text(self, piece: str, line: int) -> None:
        """Take a piece of the element's text."""
        try:
            data = piece.encode("ascii")
        except UnicodeEncodeError as error:
            raise EdxmlRefused("BASE64", line, "ký tự lạ") from error
        self._parts.append(data)
        self._held += len(data)
        if self._held >= _BLOCK:
            self._flush(line, last=False)

    def _flush(self, line: int, *, last: bool) -> None:
        block = (self._rest + b"".join(self._parts)).replace(b"\n", b"").replace(b"\r", b"")
        if b" " in block or b"\t" in block:
            block = block.translate(None, b" \t")
        self._parts, self._held = [], 0
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
        self._ended = padding >= 0
        if self._ended and block[padding:] not in (b"=", b"=="):
            raise EdxmlRefused("BASE64_AFTER_PADDING", line)
        try:
            data = pybase64.b64decode(block, validate=True)
        except (Error, ValueError) as error:
            raise EdxmlRefused("BASE64", line, "ký tự lạ") from error
        self.size += len(data)
        if self.size > self._limit:
            raise EdxmlRefused("OVERSIZE", line, str(self._limit))
        self._hash.update(data)
        self._file.write(data)

    def finish(self, line: int) -> str:
        """Write what is left, close, and give the SHA-256 of the decoded bytes."""
        try:
            self._flush(line, last=True)
        finally:
            self.abort()
        return self._hash.hexdigest()

    def abort(self) -> None:
        """Close the file; the reader removes it."""
        self._file.close()
