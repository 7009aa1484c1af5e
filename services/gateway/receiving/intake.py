"""Take one package in: store it whole, read it as a stream, then either it arrives or it is quarantined."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from contracts.gateway.api import ArrivalResult
from contracts.gateway.events import ArrivalRef, DocumentArrivedV2
from contracts.message import FileRef
from contracts.registry.events import OfficeRef, ReplyTo
from services.gateway.edxml import EdxmlRefused, Limits, Package, Status, read
from services.gateway.quarantine.actions import Held, hold
from services.gateway.receiving.actions import announce
from services.gateway.receiving.rules import content_hash, identifier, meant
from services.gateway.receiving.tables import Arrival
from services.gateway.routing.actions import local_places, own_codes
from services.gateway.routing.rules import NATIONAL, Place, is_loop
from services.gateway.statuses.actions import answer, reported
from shared.auth import Principal
from shared.blobs import BlobRef
from shared.clock import now
from shared.service import Runtime
from shared.work import Work


@dataclass(frozen=True)
class Source:
    """How a package came. `forced` is the office for which a person let it out of quarantine."""

    to_code: str = ""
    channel: str = NATIONAL
    external_id: str = ""
    principal: Principal | None = None
    forced: Place | None = None


async def take_in(runtime: Runtime, path: Path, source: Source, limits: Limits | None = None) -> ArrivalResult:
    """Durable when it returns: only then may the axis hear 'done' (axis.md §1.6)."""
    blob = await runtime.blobs.put(path)
    with tempfile.TemporaryDirectory(prefix="receive-") as folder:
        try:
            package = await asyncio.to_thread(_read, path, Path(folder), limits or Limits())
        except EdxmlRefused as refused:
            async with runtime.work(source.principal) as work:
                return await _hold(work, blob, source, refused.code, f"{refused.message_vi} {refused.fix_vi}")
        files = await _store_files(runtime, package) if isinstance(package, Package) else ()
    async with runtime.work(source.principal) as work:
        if isinstance(package, Status):
            problem = await reported(work, package, source.to_code)
            if problem:
                return await _hold(work, blob, source, "UNKNOWN_DOCUMENT", problem, package)
            return ArrivalResult(state="status", explanation="Đã ghi nhận gói trạng thái.")
        return await _document(work, blob, source, package, files)


def _read(path: Path, folder: Path, limits: Limits) -> Package | Status:
    with path.open("rb") as stream:
        return read(stream, folder, limits)


async def _store_files(runtime: Runtime, package: Package) -> tuple[FileRef, ...]:
    refs: list[FileRef] = []
    for item in package.attachments:
        if item.path is None:
            continue
        blob = await runtime.blobs.put(item.path)
        name = Path(item.name.replace("\\", "/")).name or f"tep-{len(refs) + 1}"
        kind = item.content_type or "application/octet-stream"
        if name.lower().endswith(".pdf"):
            kind = "application/pdf"
        role = "annex" if refs else "main"
        refs.append(FileRef(sha256=blob.sha256, size=blob.size, name=name, content_type=kind, role=role))
    return tuple(refs)


async def _document(
    work: Work, blob: BlobRef, source: Source, package: Package, files: tuple[FileRef, ...]
) -> ArrivalResult:
    traces = [trace.organ_id for trace in package.traces]
    if source.forced is None and is_loop(traces, await own_codes(work, traces)):
        reason = "Gói tin đã đi qua hệ thống này trước đó (gửi vòng). Kiểm tra cấu hình định tuyến với nơi gửi."
        return await _hold(work, blob, source, "LOOP", reason, package)
    places = await _receivers(work, source, package)
    if not places:
        codes = source.to_code or ", ".join(organ.organ_id for organ in package.recipients) or "không ghi"
        reason = f"Nơi nhận ({codes}) không thuộc hệ thống này. Chọn tiếp nhận cho đơn vị mình hoặc từ chối."
        return await _hold(work, blob, source, "UNKNOWN_OFFICE", reason, package)
    digest, arrived = content_hash(package), []
    rows = await _present(work, package, places)
    for place in places:
        held = rows.get(place.office_id, [])
        if any(row.content_hash == digest for row in held):
            continue
        if held and source.forced is None:
            reason = "Đã có văn bản cùng mã định danh nhưng nội dung khác. Liên hệ nơi gửi để biết bản nào đúng."
            return await _hold(work, blob, source, "CONFLICT", reason, package, place.office_id)
        arrived.append(await _arrive(work, blob, source, package, files, place, digest, digest if held else ""))
    if not arrived:
        ids = [str(row.id) for found in rows.values() for row in found]
        return ArrivalResult(arrival_ids=ids, state="duplicate", explanation="Gói tin này đã được tiếp nhận trước đó.")
    return ArrivalResult(arrival_ids=[str(r.id) for r in arrived], state="received", explanation="Đã nhận gói tin.")


async def _receivers(work: Work, source: Source, package: Package) -> list[Place]:
    if source.forced:
        return [source.forced]
    codes = [source.to_code] if source.to_code else [organ.organ_id for organ in package.recipients]
    found = await local_places(work, [code for code in codes if code])
    return list({place.office_id: place for place in found.values()}.values())


async def _present(work: Work, package: Package, places: list[Place]) -> dict[str, list[Arrival]]:
    statement = select(Arrival).where(
        Arrival.sender_organ_id == package.sender.organ_id,
        Arrival.identifier == identifier(package),
        Arrival.business_type == package.business_type,
        Arrival.office_id.in_([place.office_id for place in places]),
    )
    found: dict[str, list[Arrival]] = {}
    for row in await work.all(statement):
        found.setdefault(row.office_id, []).append(row)
    return found


async def _arrive(
    work: Work,
    blob: BlobRef,
    source: Source,
    package: Package,
    files: tuple[FileRef, ...],
    place: Place,
    digest: str,
    variant: str,
) -> Arrival:
    row = Arrival(
        office_id=place.office_id,
        organ_id=place.organ_id,
        office_name=place.name,
        sender_organ_id=package.sender.organ_id,
        sender_name=package.sender.name,
        identifier=identifier(package),
        business_type=package.business_type,
        variant=variant,
        code=f"{package.code_number}/{package.code_notation}",
        promulgation_date=str(package.promulgation_date or ""),
        subject=package.subject,
        channel=source.channel,
        content_hash=digest,
        package_sha256=blob.sha256,
        arrived_at=now(),
        status_code="",
        round=0,
    )
    work.save(row)
    await work.flush()
    answered = [response.document_id for response in package.response_for]
    recalled = meant(package.business_document_id, package.document_id, answered)
    await announce(work, _facts(row, package, files, place.note), recalled)
    await answer(work, row, "01", row.arrived_at)
    work.audit("gateway.receive", str(row.id), identifier=row.identifier, sender=row.sender_organ_id)
    return row


def _facts(row: Arrival, package: Package, files: tuple[FileRef, ...], note: str) -> DocumentArrivedV2:
    response = package.response_for[0] if package.response_for else None
    reply: ReplyTo | None = None
    if response:
        reply = ReplyTo(
            organ_id=response.organ_id,
            code=response.code,
            document_id=response.document_id,
            promulgation_date=str(response.promulgation_date or ""),
        )
    office = OfficeRef(office_id=row.office_id, organ_id=row.organ_id, name=row.office_name)
    return DocumentArrivedV2(
        arrivals=(ArrivalRef(arrival_id=str(row.id), office=office),),
        sender_organ_id=row.sender_organ_id,
        sender_name=row.sender_name,
        identifier=row.identifier,
        code_number=package.code_number,
        code_notation=package.code_notation,
        type_name=package.type_name,
        subject=package.subject,
        urgency=package.priority,
        promulgation_date=row.promulgation_date or None,
        signer_name=package.signer_name,
        signer_position=package.signer_position,
        due_date=str(package.due_date) if package.due_date else None,
        business_type=package.business_type,
        channel=row.channel,
        files=files,
        reply_to=reply,
        arrived_at=row.arrived_at,
        problems=(*([note] if note else []), *(p.message_vi for p in package.problems if p.severity != "info")),
    )


async def _hold(
    work: Work,
    blob: BlobRef,
    source: Source,
    code: str,
    reason: str,
    package: Package | Status | None = None,
    office_id: str | None = None,
) -> ArrivalResult:
    office = office_id or (source.principal.office_id if source.principal else None) or None
    sender = f"{package.sender.name} ({package.sender.organ_id})" if package else ""
    subject = package.subject if isinstance(package, Package) else ""
    held = Held(blob.sha256, code, reason, source.channel, source.external_id, sender, source.to_code, subject, office)
    quarantine_id = await hold(work, held)
    return ArrivalResult(quarantine_id=str(quarantine_id), state="quarantined", explanation=reason)
