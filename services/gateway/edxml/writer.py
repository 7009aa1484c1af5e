"""The strict writer: one form, streamed, that the axis vendor's reader and .NET readers understand (QCVN 102:2016)."""

import hashlib
import io
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple
from uuid import UUID, uuid4

import pybase64

from services.gateway.edxml import layout
from services.gateway.edxml.errors import EdxmlInvalid, problem
from services.gateway.edxml.files import bare_id
from services.gateway.edxml.layout import Listed
from services.gateway.edxml.model import Package, Problem, Status
from services.gateway.edxml.rules import document_problems, status_problems, texts
from services.gateway.edxml.values import write_date

_BLOCK = 65536 // 3 * 3
_RAW = {".pdf": "application/pdf", ".zip": "application/zip"}
_ANY_ID = str(UUID(int=0))


class Outgoing(NamedTuple):
    """A file to send. With a SHA-256 given, a file that no longer has it stops the writing."""

    name: str
    source: Path | Callable[[], BinaryIO]
    content_id: str = ""
    sha256: str = ""
    description: str = ""


@dataclass(frozen=True)
class Written:
    """What was written: bytes of the package and their SHA-256 (the axis wants both)."""

    size: int
    sha256: str


def make_document_id(organ_id: str, day: date, number: str, notation: str) -> str:
    """`OrganId,yyyy/MM/dd,number/notation`."""
    return f"{organ_id},{write_date(day)},{number}/{notation}"


class _Counted:
    """The output with its size and digest."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._hash, self.size = out, hashlib.sha256(), 0

    def write(self, data: bytes) -> None:
        self._out.write(data)
        self._hash.update(data)
        self.size += len(data)

    def written(self) -> Written:
        return Written(self.size, self._hash.hexdigest())


class _Base64(io.RawIOBase):
    """A file that cannot be sought: what is written to it leaves as base64 on one line."""

    def __init__(self, out: _Counted) -> None:
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


def _suffix(name: str) -> str:
    return PurePosixPath(name.lower().replace("\\", "/")).suffix


def _listed(item: Outgoing) -> Listed:
    content_id = "cid:" + (bare_id(item.content_id) or str(uuid4()))
    content_type = _RAW.get(_suffix(item.name), "application/zip")
    return Listed(content_id, content_type, item.name, item.description)


def _file_problems(items: Sequence[Outgoing]) -> Iterator[Problem]:
    seen: set[str] = set()
    for item in items:
        yield from texts(iter((("AttachmentName", item.name, 200, True),)))
        yield from texts(
            iter((("Description", item.description, 500, False), ("ContentId", item.content_id, 100, False)))
        )
        if item.content_id and bare_id(item.content_id) in seen:
            yield problem("DUPLICATE_CONTENT_ID", "error", "ContentId", detail=item.content_id)
        seen.add(bare_id(item.content_id))


def write(
    package: Package,
    attachments: Sequence[Outgoing | tuple[str, Path | Callable[[], BinaryIO], str]],
    out: BinaryIO,
    *,
    strict_id: bool = True,
) -> Written:
    """Write a document package; EdxmlInvalid, before the first byte, names all that is wrong with it.

    `strict_id=False` lets a package pass on that was numbered elsewhere by another rule.
    """
    items = [Outgoing(*item) for item in attachments]
    problems = document_problems(package, strict_id=strict_id) + list(_file_problems(items))
    if problems:
        raise EdxmlInvalid(problems)
    listed = [_listed(item) for item in items]
    counted = _Counted(out)
    counted.write(layout.document_head(package, listed))
    for item, entry in zip(items, listed, strict=True):
        counted.write(layout.attachment_head(entry))
        _content(item, counted)
        counted.write(layout.ATTACHMENT_TAIL)
    counted.write(layout.document_tail(bool(items)))
    return counted.written()


def write_status(status: Status, out: BinaryIO) -> Written:
    """Write a status package; EdxmlInvalid names all that is wrong with it."""
    if problems := status_problems(status):
        raise EdxmlInvalid(problems)
    counted = _Counted(out)
    counted.write(layout.status_bytes(status))
    return counted.written()


def _blocks(item: Outgoing) -> Iterator[bytes]:
    """The file's bytes; at the end its digest is compared with the one that was promised."""
    digest = hashlib.sha256()
    with item.source.open("rb") if isinstance(item.source, Path) else item.source() as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            yield block
    if item.sha256 and digest.hexdigest() != item.sha256.lower():
        raise EdxmlInvalid([problem("HASH_MISMATCH", "error", "Attachment", detail=item.name)])


def _content(item: Outgoing, counted: _Counted) -> None:
    encoder = _Base64(counted)
    suffix = _suffix(item.name)
    if suffix in _RAW:
        for block in _blocks(item):
            encoder.write(block)
    else:
        with zipfile.ZipFile(encoder, "w", zipfile.ZIP_DEFLATED) as archive:
            entry = zipfile.ZipInfo(f"{uuid4()}{_entry_suffix(suffix)}", time.localtime()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=False) as member:
                for block in _blocks(item):
                    member.write(block)
    encoder.finish()


def _entry_suffix(suffix: str) -> str:
    """The extension where it is plain letters and digits; a name in a zip is no place for more."""
    return suffix if suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) <= 10 else ""


def package_size(package: Package, attachments: Sequence[tuple[str, int]]) -> int:
    """Bytes that `write` will make of (name, size) pairs with its own content ids and no descriptions.

    Exact where every file goes raw (pdf, zip); otherwise never less than what is written.
    """
    listed = [_listed(Outgoing(name, Path(), _ANY_ID)) for name, _ in attachments]
    total = len(layout.document_head(package, listed)) + len(layout.document_tail(bool(listed)))
    for entry, (name, size) in zip(listed, attachments, strict=True):
        body = size if _suffix(name) in _RAW else _zipped_bound(size)
        total += len(layout.attachment_head(entry)) + len(layout.ATTACHMENT_TAIL) + (body + 2) // 3 * 4
    return total


def _zipped_bound(size: int) -> int:
    """A zip of one entry whose content does not shrink: stored blocks of deflate, both headers, the directory."""
    return size + 5 * (size // 8192 + 2) + 512
