"""Documents between offices of this deployment: by reference, without file bytes, in the sender's transaction."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.gateway.events import DocumentArrivedV1
from contracts.registry.events import DocumentIssuedV1
from services.gateway.receiving.actions import announce
from services.gateway.receiving.tables import Arrival
from services.gateway.routing.rules import LOCAL, Place
from shared.work import Work


@dataclass(frozen=True)
class LocalCopy:
    arrival_id: UUID
    delivery_id: UUID
    place: Place


async def arrive(work: Work, message: DocumentIssuedV1, copies: list[LocalCopy], at: datetime) -> None:
    """An arrival and a message for every office."""
    digest = hashlib.sha256("".join(sorted(f.sha256 for f in message.files)).encode()).hexdigest()
    rows = [_row(message, copy, digest, at) for copy in copies]
    work.save(*rows)
    await work.flush()
    facts = _facts(message, at)
    recalled = [message.reply_to.document_id] if message.reply_to else []
    for row, copy in zip(rows, copies, strict=True):
        noted = facts.model_copy(update={"problems": (copy.place.note,)}) if copy.place.note else facts
        await announce(work, row, noted, [*recalled, message.identifier])


def _row(message: DocumentIssuedV1, copy: LocalCopy, digest: str, at: datetime) -> Arrival:
    return Arrival(
        id=copy.arrival_id,
        office_id=copy.place.office_id,
        organ_id=copy.place.organ_id,
        office_name=copy.place.name,
        sender_organ_id=message.office.organ_id,
        sender_name=message.office.name,
        identifier=message.identifier,
        business_type=message.business_type,
        code=message.code,
        promulgation_date=message.issued_date,
        subject=message.subject,
        channel=LOCAL,
        content_hash=digest,
        delivery_id=copy.delivery_id,
        status_code="01",
        arrived_at=at,
        round=0,
    )


def _facts(message: DocumentIssuedV1, at: datetime) -> DocumentArrivedV1:
    return DocumentArrivedV1(
        arrival_id="",
        office=message.office,
        sender_organ_id=message.office.organ_id,
        sender_name=message.office.name,
        identifier=message.identifier,
        code_number=message.code_number,
        code_notation=message.code_notation,
        type_name=message.type_name,
        subject=message.subject,
        urgency=message.urgency,
        promulgation_date=message.issued_date,
        signer_name=message.signer_name,
        signer_position=message.signer_position,
        due_date=message.due_date,
        business_type=message.business_type,
        channel=LOCAL,
        files=message.files,
        reply_to=message.reply_to,
        arrived_at=at,
    )
