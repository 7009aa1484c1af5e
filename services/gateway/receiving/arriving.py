"""A checked package reaches its offices: once each, whatever is sent twice; what contradicts what is there waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from contracts.gateway.events import ArrivalRef, DocumentArrivedV2
from contracts.message import FileRef
from contracts.registry.events import OfficeRef, ReplyTo
from services.gateway.edxml import Package
from services.gateway.quarantine.rules import CONFLICT, DOUBLE
from services.gateway.receiving.actions import announce
from services.gateway.receiving.rules import content_hash, identifier, meant
from services.gateway.receiving.tables import Arrival
from services.gateway.routing.rules import Place
from services.gateway.statuses.actions import answer
from services.gateway.trust.rules import Finding
from shared.clock import now
from shared.work import Work

NEW, UPDATE, REPLACE = 0, 2, 3  # edXML types


@dataclass(frozen=True)
class Came:
    """A package that was read, checked and stored. `note`: what the clerk should know of the checks."""

    package: Package
    files: tuple[FileRef, ...]
    sha256: str
    channel: str
    note: str = ""

    @property
    def code(self) -> str:
        return f"{self.package.code_number}/{self.package.code_notation}"

    @property
    def day(self) -> str:
        return str(self.package.promulgation_date or "")


@dataclass(frozen=True)
class Arrived:
    """Rows made now, and rows that were there with the same content."""

    new: list[Arrival]
    known: list[Arrival]


async def arrive(
    work: Work, came: Came, places: Sequence[Place], forgiven: frozenset[str]
) -> tuple[Arrived, list[tuple[Place, Finding]]]:
    """For each office: an arrival, nothing where the same is there, or the reason why a person must look."""
    digest, arrived, doubles = content_hash(came.package), Arrived([], []), list[tuple[Place, Finding]]()
    for place in places:
        same = await _same_key(work, came, place)
        known = [row for row in same if row.content_hash == digest]
        finding = _contradiction(same, await _same_number(work, came, place, digest), forgiven)
        if known:
            arrived.known.extend(known)
        elif finding is not None:
            doubles.append((place, finding))
        else:
            arrived.new.append(await _arrive(work, came, place, digest, digest if same else ""))
    return arrived, doubles


def _contradiction(same: Sequence[Arrival], numbered: Arrival | None, forgiven: frozenset[str]) -> Finding | None:
    if same and CONFLICT not in forgiven:
        return Finding(
            CONFLICT, "Đã có văn bản cùng mã định danh nhưng nội dung khác. Liên hệ nơi gửi để biết bản nào đúng."
        )
    if numbered is not None and DOUBLE not in forgiven:
        day = numbered.arrived_at.strftime("%d/%m/%Y")
        return Finding(
            DOUBLE,
            f"Nơi gửi đã gửi văn bản số {numbered.code} ngày {day} với nội dung khác. "
            "So hai bản và hỏi nơi gửi trước khi nhận thêm bản này.",
        )
    return None


async def _same_key(work: Work, came: Came, place: Place) -> Sequence[Arrival]:
    """The key of a document at a receiver (axis.md §1.7)."""
    package = came.package
    statement = select(Arrival).where(
        Arrival.sender_organ_id == package.sender.organ_id,
        Arrival.identifier == identifier(package),
        Arrival.business_type == package.business_type,
        Arrival.office_id == place.office_id,
    )
    return await work.all(statement)


async def _same_number(work: Work, came: Came, place: Place, digest: str) -> Arrival | None:
    """Another document of the same sender with this number and notation in this year."""
    if came.package.business_type != NEW or not came.package.code_number or not came.day:
        return None
    statement = select(Arrival).where(
        Arrival.office_id == place.office_id,
        Arrival.sender_organ_id == came.package.sender.organ_id,
        Arrival.code == came.code,
        Arrival.business_type == NEW,
        Arrival.promulgation_date.startswith(came.day[:4]),
        Arrival.identifier != identifier(came.package),
        Arrival.content_hash != digest,
    )
    found: Arrival | None = await work.one(statement.limit(1))
    return found


async def _arrive(work: Work, came: Came, place: Place, digest: str, variant: str) -> Arrival:
    package = came.package
    row = Arrival(
        office_id=place.office_id,
        organ_id=place.organ_id,
        office_name=place.name,
        sender_organ_id=package.sender.organ_id,
        sender_name=package.sender.name,
        identifier=identifier(package),
        business_type=package.business_type,
        variant=variant,
        code=came.code,
        promulgation_date=came.day,
        subject=package.subject,
        channel=came.channel,
        content_hash=digest,
        package_sha256=came.sha256,
        arrived_at=now(),
        status_code="",
        status_before="",
        round=0,
    )
    work.save(row)
    await work.flush()
    answered = [response.document_id for response in package.response_for]
    recalled = meant(package.business_document_id, package.document_id, answered)
    notes = [text for text in (came.note, place.note) if text]
    await announce(work, _facts(row, package, came.files, notes), recalled)
    await answer(work, row, "01", row.arrived_at)
    work.audit("gateway.receive", str(row.id), identifier=row.identifier, sender=row.sender_organ_id)
    return row


def _refers_to(row: Arrival, package: Package) -> ReplyTo | None:
    """The document which this one answers; of an update or a replacement, the one it changes (edxml.md §3.1)."""
    replaced = package.replacements[0].document_id if package.replacements else ""
    changed = {UPDATE: package.business_document_id, REPLACE: replaced}.get(package.business_type, "")
    answered = [one for one in package.response_for if not changed or one.document_id == changed]
    if answered:
        response = answered[0]
        return ReplyTo(
            organ_id=response.organ_id,
            code=response.code,
            document_id=response.document_id,
            promulgation_date=str(response.promulgation_date or ""),
        )
    return ReplyTo(organ_id=row.sender_organ_id, code="", document_id=changed) if changed else None


def _facts(row: Arrival, package: Package, files: tuple[FileRef, ...], notes: Sequence[str]) -> DocumentArrivedV2:
    reply = _refers_to(row, package)
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
        problems=(*notes, *(p.message_vi for p in package.problems if p.severity != "info")),
    )
