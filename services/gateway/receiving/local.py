"""Documents between offices of this deployment: by reference, without file bytes, in the sender's transaction."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert

from contracts.gateway.events import ArrivalRef, DocumentArrivedV2
from contracts.registry.events import DocumentIssuedV1, OfficeRef
from services.gateway.receiving.actions import announce
from services.gateway.receiving.tables import Arrival
from services.gateway.routing.rules import LOCAL, Place
from shared.statements import Prepared
from shared.work import Work

ARRIVALS = Prepared(insert(Arrival))


@dataclass(frozen=True)
class LocalCopy:
    arrival_id: UUID
    delivery_id: UUID
    place: Place


async def arrive(work: Work, message: DocumentIssuedV1, copies: list[LocalCopy], at: datetime) -> None:
    """An arrival for every office, and one message for all of them."""
    digest = hashlib.sha256("".join(sorted(f.sha256 for f in message.files)).encode()).hexdigest()
    await work.run(ARRIVALS, *(_row(message, copy, digest, at) for copy in copies))
    recalled = [message.reply_to.document_id] if message.reply_to else []
    await announce(work, _facts(message, copies, at), [*recalled, message.identifier])


def _row(message: DocumentIssuedV1, copy: LocalCopy, digest: str, at: datetime) -> dict[str, object]:
    return {
        "id": copy.arrival_id,
        "office_id": copy.place.office_id,
        "organ_id": copy.place.organ_id,
        "office_name": copy.place.name,
        "sender_organ_id": message.office.organ_id,
        "sender_name": message.office.name,
        "identifier": message.identifier,
        "business_type": message.business_type,
        "code": message.code,
        "promulgation_date": message.issued_date,
        "subject": message.subject,
        "channel": LOCAL,
        "content_hash": digest,
        "delivery_id": copy.delivery_id,
        "status_code": "01",
        "arrived_at": at,
    }


def _facts(message: DocumentIssuedV1, copies: list[LocalCopy], at: datetime) -> DocumentArrivedV2:
    return DocumentArrivedV2(
        arrivals=tuple(_ref(copy) for copy in copies),
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


def _ref(copy: LocalCopy) -> ArrivalRef:
    place = copy.place
    office = OfficeRef(office_id=place.office_id, organ_id=place.organ_id, name=place.name)
    return ArrivalRef(arrival_id=str(copy.arrival_id), office=office, problems=(place.note,) if place.note else ())
