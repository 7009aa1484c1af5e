"""The strict writer: one form, streamed, that the axis vendor's reader and .NET readers understand (QCVN 102:2016)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from uuid import uuid4

from services.gateway.edxml.errors import EdxmlInvalid, problem
from services.gateway.edxml.model import Package, Problem, Status
from services.gateway.edxml.reading.files import bare_id
from services.gateway.edxml.values import write_date
from services.gateway.edxml.writing import layout
from services.gateway.edxml.writing.layout import Listed
from services.gateway.edxml.writing.packing import Outgoing, Sink, content_type, digest_of, pack
from services.gateway.edxml.writing.rules import document_problems, status_problems, texts

if TYPE_CHECKING:
    from services.gateway.edxml.signature.sign import Signer


@dataclass(frozen=True)
class Written:
    """What was written: bytes of the package and their SHA-256 (the axis wants both)."""

    size: int
    sha256: str


def make_document_id(organ_id: str, day: date, number: str, notation: str) -> str:
    """`OrganId,yyyy/MM/dd,number/notation`."""
    return f"{organ_id},{write_date(day)},{number}/{notation}"


class _Counted:
    """The output with its size and digest; short pieces are joined before they go out."""

    def __init__(self, out: Sink) -> None:
        self._out, self._hash, self.size = out, hashlib.sha256(), 0

    def write(self, data: bytes) -> None:
        self._out.write(data)
        self._hash.update(data)
        self.size += len(data)

    def written(self) -> Written:
        return Written(self.size, self._hash.hexdigest())


def listed(item: Outgoing) -> Listed:
    """The file as the manifest names it."""
    content_id = "cid:" + (bare_id(item.content_id) or str(uuid4()))
    return Listed(content_id, content_type(item.name), item.name, item.description)


def _file_problems(items: Sequence[Outgoing]) -> Iterator[Problem]:
    seen: set[str] = set()
    for item in items:
        attachment = "AttachmentEncoded.Attachment"
        pairs = [(f"{attachment}.AttachmentName", item.name), (f"{attachment}.Description", item.description)]
        if item.content_id:
            pairs.append((f"{attachment}.ContentId", item.content_id))
        yield from texts(iter(pairs))
        content_id = bare_id(item.content_id)
        if content_id and content_id in seen:
            yield problem("DUPLICATE_CONTENT_ID", "error", f"{attachment}.ContentId", detail=content_id)
        seen.add(content_id)


def write(
    package: Package,
    attachments: Sequence[Outgoing | tuple[str, Path | Callable[[], BinaryIO], str]],
    out: Sink,
    *,
    strict_id: bool = True,
    signer: Signer | None = None,
) -> Written:
    """Write a document package; EdxmlInvalid, before the first byte, names all that is wrong with it.

    `strict_id=False` lets a package pass on that was numbered elsewhere by another rule. `signer` is for partners whose
    agreement demands an XML signature: over the envelope, which then names each file's SHA-256.
    """
    items = [Outgoing(*item) for item in attachments]
    problems = document_problems(package, strict_id=strict_id) + list(_file_problems(items))
    if problems:
        raise EdxmlInvalid(problems)
    if signer:
        items = [item._replace(sha256=digest_of(item)) for item in items]
    entries = [listed(item) for item in items]
    counted = _Counted(out)
    counted.write(_head(package, items, entries, signer))
    for item, entry in zip(items, entries, strict=True):
        counted.write(layout.attachment_head(entry))
        pack(item, counted)
        counted.write(layout.ATTACHMENT_TAIL)
    counted.write(layout.document_tail(bool(items)))
    return counted.written()


def _head(package: Package, items: Sequence[Outgoing], entries: Sequence[Listed], signer: Signer | None) -> bytes:
    if signer is None:
        return layout.document_head(package, entries)
    told = [replace(entry, sha256=item.sha256) for item, entry in zip(items, entries, strict=True)]
    envelope_id = f"edxml-{uuid4()}"
    head = layout.document_head(package, told, envelope_id)
    return signer.sign(head, layout.document_tail(bool(items)), envelope_id)


def write_status(status: Status, out: Sink) -> Written:
    """Write a status package; EdxmlInvalid names all that is wrong with it."""
    if problems := status_problems(status):
        raise EdxmlInvalid(problems)
    counted = _Counted(out)
    counted.write(layout.status_bytes(status))
    return counted.written()
