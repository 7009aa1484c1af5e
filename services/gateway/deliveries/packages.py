"""The edXML of a document, written once and kept as a blob (edxml.md §9)."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from contracts.gateway import api
from contracts.message import FileRef
from contracts.registry.events import DocumentIssuedV1
from services.gateway.deliveries.tables import OutPackage
from services.gateway.edxml import Organ, Outgoing, Package, Replacement, ResponseFor, Staff, Trace, read, write
from shared.clock import now
from shared.problems import NotFound
from shared.service import Runtime
from shared.work import Work

RECALL, UPDATE, REPLACE = 1, 2, 3  # edXML types


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10].replace("/", "-")) if text else None


def package_of(message: DocumentIssuedV1) -> Package:
    """The document as edXML says it."""
    reply = message.reply_to
    answers = (
        (ResponseFor(reply.organ_id, reply.code, reply.document_id, _day(reply.promulgation_date)),) if reply else ()
    )
    return Package(
        sender=Organ(message.office.organ_id, message.office.name),
        recipients=tuple(Organ(r.organ_id, r.name) for r in message.recipients),
        document_id=message.identifier,
        code_number=message.code_number,
        code_notation=message.code_notation,
        place=message.place,
        promulgation_date=_day(message.issued_date),
        type_name=message.type_name,
        subject=message.subject,
        content=message.subject,
        signer_competence=message.signer_capacity,
        signer_position=message.signer_position,
        signer_name=message.signer_name,
        due_date=_day(message.due_date),
        priority=message.urgency if message.urgency in range(5) else 0,
        response_for=answers,
        traces=(Trace(message.office.organ_id, now()),),
        business_type=message.business_type,
        business_reason=message.business_reason,
        business_document_id=_changed(message),
        replacements=_replaced(message),
        staff=Staff(department=message.office.name) if message.business_type else None,
    )


def _changed(message: DocumentIssuedV1) -> str:
    """Which document a recall or an update means: the one it refers to; a recall refers to its own number."""
    if message.business_type not in (RECALL, UPDATE):
        return ""
    answered = message.reply_to.document_id if message.reply_to else ""
    return answered or (message.identifier if message.business_type == RECALL else "")


def _replaced(message: DocumentIssuedV1) -> tuple[Replacement, ...]:
    """What a replacement replaces, for everybody who gets it."""
    if message.business_type != REPLACE or message.reply_to is None:
        return ()
    return (Replacement(message.reply_to.document_id, tuple(r.organ_id for r in message.recipients)),)


async def load(runtime: Runtime, package_id: UUID) -> OutPackage:
    async with runtime.work(reading=True) as work:
        row = await work.get(OutPackage, package_id)
        assert row is not None
        return row


async def body_of(runtime: Runtime, row: OutPackage) -> str:
    """The SHA-256 of the package's edXML with all its files. Raises EdxmlInvalid with all that is wrong."""
    if row.sha256:
        return row.sha256
    message = DocumentIssuedV1.model_validate(row.content)
    with tempfile.TemporaryDirectory(prefix="package-") as folder:
        path = await write_files(runtime, package_of(message), message.files, Path(folder))
        blob = await runtime.blobs.put(path)
    async with runtime.work() as work:
        row = await work.locked(OutPackage, row.id)
        row.sha256 = row.sha256 or blob.sha256
        return row.sha256


async def write_files(
    runtime: Runtime, package: Package, files: Sequence[FileRef], folder: Path, *beside: Path
) -> Path:
    """The edXML with these stored files, and with the files `beside` them which are not stored."""
    carried = []
    for index, ref in enumerate(files):
        path = folder / f"{index:04}.bin"
        await runtime.blobs.copy_to(ref.sha256, path)
        carried.append(Outgoing(ref.display_name or ref.name, path, sha256=ref.sha256))
    carried += [Outgoing(path.name, path) for path in beside]
    target = folder / "package.edxml"

    def work() -> None:
        with target.open("wb") as out:
            write(package, carried, out, strict_id=False)

    await asyncio.to_thread(work)
    return target


async def sent(work: Work, document_id: str) -> api.SentPackage:
    """What left for the recipients: the files of the written edXML by their content; where none was written (all
    recipients are here) the files as they were handed over. NotFound where nothing was sent, or by another office."""
    statement = select(OutPackage).where(OutPackage.document_id == document_id).order_by(OutPackage.created_at)
    row = next(iter(await work.all(statement)), None)
    if row is None or (not work.principal.is_service and row.office_id != work.principal.office_id):
        raise NotFound
    if row.sha256 is None:
        message = DocumentIssuedV1.model_validate(row.content)
        files = [api.SentFile(name=ref.name, sha256=ref.sha256, size=ref.size) for ref in message.files]
        return api.SentPackage(files=files)
    with tempfile.TemporaryDirectory(prefix="package-") as folder:
        path = Path(folder) / "package.edxml"
        await work.runtime.blobs.copy_to(row.sha256, path)
        package = await asyncio.to_thread(_read, path)
    files = [api.SentFile(name=one.name, sha256=one.sha256, size=one.size) for one in package.attachments]
    return api.SentPackage(package_sha256=row.sha256, files=files)


def _read(path: Path) -> Package:
    with path.open("rb") as stream:
        found = read(stream, path.parent)
    assert isinstance(found, Package)
    return found
