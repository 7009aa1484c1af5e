"""The honest files that are forged, made once; what a forgery is."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pikepdf
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from services.signing.pdf.archive import archive
from services.signing.pdf.leader import sign_leader
from services.signing.pdf.prepare import prepare
from tests.unit.signing import documents, flow, foreign, pki


@dataclass(frozen=True)
class Forgery:
    """A dishonest file, and the codes of which the verdict must hold at least one."""

    name: str
    pdf: bytes
    codes: frozenset[str]


class Honest:
    """Made by `make`; every file is good in the judge's eyes."""

    def __init__(self, world: pki.World) -> None:
        self.world = world
        self.ready = prepare(documents.draft(), signer_name=documents.SIGNER).pdf
        self.signed = self.sealed = self.archived = self.other = self.foreign = b""
        self.unlocked_signed = self.unlocked_sealed = b""

    async def make(self) -> Honest:
        world = self.world
        self.signed = await flow.led(world)
        self.sealed = await flow.sealed(world, self.signed, number="123")
        self.other = await flow.sealed(world, self.signed, number="124")
        self.archived = await archive(self.sealed, world.stamper(), evidence=world.evidence(world.tsa))
        self.unlocked_signed = await self.lead(without_locks(self.ready))
        self.unlocked_sealed = await flow.sealed(world, self.unlocked_signed, number="123")
        self.foreign = foreign.many(documents.draft(paragraphs=6), world, 2, stamped=True)
        return self

    async def lead(self, ready: bytes, key: Any = None) -> bytes:
        who = key or self.world.leader
        return await sign_leader(
            ready, who, image=flow.signature_image(), tsa=self.world.stamper(), evidence=self.world.evidence()
        )


def updated(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """An incremental update on top of the file."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def without_locks(ready: bytes) -> bytes:
    with pikepdf.Pdf.open(io.BytesIO(ready)) as document:
        for one in document.Root.AcroForm.Fields:
            if "/Lock" in one:
                one.Lock.Action = pikepdf.Name.Include
                one.Lock.Fields = pikepdf.Array([])
        return saved(document)


def saved(document: pikepdf.Pdf, **options: Any) -> bytes:
    target = io.BytesIO()
    document.save(target, object_stream_mode=pikepdf.ObjectStreamMode.disable, **options)
    return target.getvalue()
