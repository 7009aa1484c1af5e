"""A file as a package carries it: raw or zipped by its extension, in base64 on one line, streamed."""

import hashlib
import io
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple, Protocol
from uuid import uuid4

import pybase64

from services.gateway.edxml.errors import EdxmlInvalid, problem

_BLOCK = 65536 // 3 * 3
# What the axis vendor's reader takes raw; everything else it expects zipped, whatever the file is.
_RAW = {".pdf": "application/pdf", ".zip": "application/zip"}


class Outgoing(NamedTuple):
    """A file to send. With a SHA-256 given, a file that no longer has it stops the writing."""

    name: str
    source: Path | Callable[[], BinaryIO]
    content_id: str = ""
    sha256: str = ""
    description: str = ""


class Sink(Protocol):
    """Where the package goes."""

    def write(self, data: bytes) -> object:
        """Take bytes."""


def content_type(name: str) -> str:
    """What the package calls a file of that name."""
    return _RAW.get(suffix(name), "application/zip")


def is_raw(name: str) -> bool:
    """The file goes as it is."""
    return suffix(name) in _RAW


def suffix(name: str) -> str:
    """The extension in lower case, whatever folders the name pretends to have."""
    return PurePosixPath(name.lower().replace("\\", "/")).suffix


def digest_of(item: Outgoing) -> str:
    """The SHA-256 of the file, read where it was not promised."""
    if item.sha256:
        return item.sha256.lower()
    digest = hashlib.sha256()
    with _open(item) as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def pack(item: Outgoing, out: Sink) -> None:
    """The encoded content. EdxmlInvalid where the file is not the promised one."""
    if is_raw(item.name):
        rest = b""
        for block in _blocks(item):
            data = rest + block if rest else block
            whole = len(data) // 3 * 3
            rest = data[whole:]
            out.write(pybase64.b64encode(data[:whole] if rest else data))
        out.write(pybase64.b64encode(rest))
    else:
        _pack_zipped(item, out)


def _pack_zipped(item: Outgoing, out: Sink) -> None:
    encoder = _Base64(out)
    with zipfile.ZipFile(encoder, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(f"{uuid4()}{_entry_suffix(suffix(item.name))}", time.localtime()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(entry, "w", force_zip64=False) as member:
            for block in _blocks(item):
                member.write(block)
    encoder.finish()


def _open(item: Outgoing) -> BinaryIO:
    return item.source.open("rb") if isinstance(item.source, Path) else item.source()


def _blocks(item: Outgoing) -> Iterator[bytes]:
    """The file's bytes; at the end its digest is compared with the one that was promised."""
    digest = hashlib.sha256() if item.sha256 else None
    with _open(item) as file:
        while block := file.read(_BLOCK):
            if digest:
                digest.update(block)
            yield block
    if digest and digest.hexdigest() != item.sha256.lower():
        raise EdxmlInvalid([problem("HASH_MISMATCH", "error", "Attachment", detail=item.name)])


def _entry_suffix(extension: str) -> str:
    """The extension where it is plain letters and digits; a name in a zip is no place for more."""
    plain = extension[1:].isascii() and extension[1:].isalnum() and len(extension) <= 10
    return extension if plain else ""


class _Base64(io.RawIOBase):
    """A file that cannot be sought: what is written to it leaves as base64 on one line."""

    def __init__(self, out: Sink) -> None:
        super().__init__()
        self._out, self._rest = out, b""

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        block = self._rest + bytes(data)
        whole = len(block) // 3 * 3
        self._rest = block[whole:]
        self._out.write(pybase64.b64encode(block[:whole]))
        return len(data)

    def finish(self) -> None:
        """The padding."""
        self._out.write(pybase64.b64encode(self._rest))
        self._rest = b""
