"""Take one package in: store it whole, read it as a stream, check it, then either it arrives or it is quarantined."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from contracts.gateway.api import ArrivalResult
from contracts.message import FileRef
from services.gateway.edxml import EdxmlRefused, Limits, Package, Status, read
from services.gateway.quarantine.actions import Held, hold
from services.gateway.quarantine.rules import LOOP, UNKNOWN_DOCUMENT, UNKNOWN_OFFICE, UNPROCESSED
from services.gateway.receiving import arriving
from services.gateway.receiving.rules import identifier
from services.gateway.routing.actions import local_places, own_codes
from services.gateway.routing.rules import NATIONAL, Place, is_loop
from services.gateway.statuses.actions import reported
from services.gateway.trust.checks import inspect
from services.gateway.trust.rules import Finding
from shared.auth import Principal
from shared.blobs import BlobRef
from shared.service import Runtime
from shared.work import Work

SMALL = 16 * 1024  # bytes


@dataclass(frozen=True)
class Source:
    """How a package came. `forced`: the office for which a person let it out of quarantine; `forgiven`: the reasons for
    which it was held and which a person has looked at."""

    to_code: str = ""
    channel: str = NATIONAL
    external_id: str = ""
    principal: Principal | None = None
    forced: Place | None = None
    forgiven: frozenset[str] = frozenset()


async def take_in(runtime: Runtime, path: Path, source: Source, limits: Limits | None = None) -> ArrivalResult:
    """Durable when it returns: only then may the axis hear 'done' (axis.md §1.6)."""
    with tempfile.TemporaryDirectory(prefix="receive-") as folder:
        try:
            package = await _understood(path, Path(folder), limits or Limits())
        except EdxmlRefused as refused:
            finding = Finding(refused.code, f"{refused.message_vi} {refused.fix_vi}")
            return await _hold(runtime, await runtime.blobs.put(path), source, finding)
        if isinstance(package, Status):
            return await _status(runtime, path, source, package)
        return await _document(runtime, await runtime.blobs.put(path), source, package)


async def take_in_statuses(runtime: Runtime, packages: Sequence[tuple[Path, Source]], limits: Limits) -> bool:
    """Several status packages in one transaction, in their order. False, and nothing has happened, where one of them
    is large or no status, cannot be read, or speaks of a document that nobody here knows."""
    if any(_size(path) > SMALL for path, _ in packages):
        return False
    try:
        found = [(_read(path, path.parent, limits), source) for path, source in packages]
        async with runtime.work() as work:
            for package, source in found:
                if not isinstance(package, Status) or await reported(work, package, source.to_code):
                    raise _Apart
    except (EdxmlRefused, _Apart):
        return False
    return True


class _Apart(Exception):
    """One of them is for a person, or no status: nothing of the others is written."""


async def give_up(runtime: Runtime, path: Path, source: Source, error: Exception) -> ArrivalResult:
    """A package at which the system itself fails each time: kept whole until its fault is mended."""
    reason = (
        f"Hệ thống đã thử nhiều lần nhưng gặp lỗi khi tiếp nhận gói tin này ({type(error).__name__}). "
        "Báo quản trị hệ thống; khi lỗi đã được khắc phục thì tiếp nhận lại."
    )
    return await _hold(runtime, await runtime.blobs.put(path), source, Finding(UNPROCESSED, reason))


async def _understood(path: Path, folder: Path, limits: Limits) -> Package | Status:
    """A small package is read sooner than a thread would have begun."""
    if _size(path) <= SMALL:
        return _read(path, folder, limits)
    return await asyncio.to_thread(_read, path, folder, limits)


def _size(path: Path) -> int:
    return path.stat().st_size


def _read(path: Path, folder: Path, limits: Limits) -> Package | Status:
    with path.open("rb") as stream:
        return read(stream, folder, limits)


async def _status(runtime: Runtime, path: Path, source: Source, package: Status) -> ArrivalResult:
    """All that a status says stands in its record; the package itself is kept where a person has to look at it."""
    async with runtime.work(source.principal) as work:
        problem = await reported(work, package, source.to_code)
    if problem:
        finding = Finding(UNKNOWN_DOCUMENT, problem)
        return await _hold(runtime, await runtime.blobs.put(path), source, finding, package)
    return ArrivalResult(state="status", explanation="Đã ghi nhận gói trạng thái.")


async def _document(runtime: Runtime, blob: BlobRef, source: Source, package: Package) -> ArrivalResult:
    async with runtime.work(reading=True) as work:
        places = await _receivers(work, source, package)
        finding = await _misled(work, source, package, places)
    if finding is not None:
        return await _hold(runtime, blob, source, finding, package)
    finding, note = await inspect(runtime, package, source.channel, forgiven=source.forgiven)
    if finding is not None:
        return await _hold(runtime, blob, source, finding, package, places)
    files = await _store_files(runtime, package)
    came = arriving.Came(package, files, blob.sha256, source.channel, note)
    async with runtime.work(source.principal) as work:
        arrived, doubles = await arriving.arrive(work, came, places, source.forgiven)
        held = [await _keep(work, blob, source, double, package, place) for place, double in doubles]
    if held:
        return ArrivalResult(
            arrival_ids=[str(row.id) for row in arrived.new],
            quarantine_id=held[0],
            state="quarantined",
            explanation=doubles[0][1].reason,
        )
    if not arrived.new:
        known = [str(row.id) for row in arrived.known]
        words = "Gói tin này đã được tiếp nhận trước đó."
        return ArrivalResult(arrival_ids=known, state="duplicate", explanation=words)
    ids = [str(row.id) for row in arrived.new]
    return ArrivalResult(arrival_ids=ids, state="received", explanation="Đã nhận gói tin.")


async def _receivers(work: Work, source: Source, package: Package) -> list[Place]:
    if source.forced:
        return [source.forced]
    codes = [source.to_code] if source.to_code else [organ.organ_id for organ in package.recipients]
    found = await local_places(work, [code for code in codes if code])
    return list({place.office_id: place for place in found.values()}.values())


async def _misled(work: Work, source: Source, package: Package, places: Sequence[Place]) -> Finding | None:
    """A package that went in a circle, or that is for nobody here."""
    traces = [trace.organ_id for trace in package.traces]
    if LOOP not in source.forgiven and is_loop(traces, await own_codes(work, traces)):
        return Finding(
            LOOP, "Gói tin đã đi qua hệ thống này trước đó (gửi vòng). Kiểm tra cấu hình định tuyến với nơi gửi."
        )
    if places:
        return None
    codes = source.to_code or ", ".join(organ.organ_id for organ in package.recipients) or "không ghi"
    return Finding(
        UNKNOWN_OFFICE, f"Nơi nhận ({codes}) không thuộc hệ thống này. Chọn cơ quan nhận đúng, trả lại hoặc từ chối."
    )


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


async def _hold(
    runtime: Runtime,
    blob: BlobRef,
    source: Source,
    finding: Finding,
    package: Package | Status | None = None,
    places: Sequence[Place] = (),
) -> ArrivalResult:
    """Keep the whole package; where it is known whose it is, once for each of these offices."""
    async with runtime.work(source.principal) as work:
        keys = [await _keep(work, blob, source, finding, package, place) for place in places or (None,)]
    return ArrivalResult(quarantine_id=keys[0], state="quarantined", explanation=finding.reason)


async def _keep(
    work: Work,
    blob: BlobRef,
    source: Source,
    finding: Finding,
    package: Package | Status | None,
    place: Place | None,
) -> str:
    own = source.principal.office_id if source.principal else None
    held = Held(
        sha256=blob.sha256,
        reason_code=finding.code,
        reason=finding.reason,
        channel=source.channel,
        external_id=source.external_id,
        sender=f"{package.sender.name} ({package.sender.organ_id})" if package else "",
        sender_code=package.sender.organ_id if package else "",
        to_code=source.to_code or (place.organ_id if place else ""),
        office_id=place.office_id if place else own or None,
        forgiven=sorted(source.forgiven),
        **_about(package),
    )
    return str(await hold(work, held))


def _about(package: Package | Status | None) -> dict[str, str]:
    """What the package says of its document."""
    if not isinstance(package, Package):
        return {"identifier": "", "code": "", "promulgation_date": "", "subject": ""}
    return {
        "identifier": identifier(package),
        "code": f"{package.code_number}/{package.code_notation}",
        "promulgation_date": str(package.promulgation_date or ""),
        "subject": package.subject,
    }
