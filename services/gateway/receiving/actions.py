"""Arrivals: announce them, find them again, hear that a sender wants one back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from contracts.gateway.events import DocumentArrivedV1, TakeBackRequestedV1
from contracts.registry.events import OfficeRef
from services.gateway.receiving.rules import RECALL
from services.gateway.receiving.tables import Arrival
from services.gateway.statuses.rules import move
from shared.work import Work


async def announce(work: Work, row: Arrival, facts: DocumentArrivedV1, recalled: list[str]) -> None:
    """Tell that a document arrived. A recall of a document which is held asks for that one back instead."""
    if row.business_type == RECALL:
        held = await held_document(work, row.sender_organ_id, recalled, row.office_id)
        if held is not None:
            await take_back(work, held, facts.subject, row.arrived_at)
            return
    office = OfficeRef(office_id=row.office_id, organ_id=row.organ_id, name=row.office_name)
    work.emit(
        facts.model_copy(update={"arrival_id": str(row.id), "office": office}),
        key=str(row.id),
        urgent=facts.urgency > 0,
    )


async def held_document(
    work: Work, sender: str, identifiers: Iterable[str], office_id: str | None = None
) -> Arrival | None:
    """The one document meant; None where there is none, or more than one: a person decides."""
    for wanted in identifiers:
        statement = select(Arrival).where(
            Arrival.sender_organ_id == sender, Arrival.identifier == wanted, Arrival.business_type != RECALL
        )
        if office_id:
            statement = statement.where(Arrival.office_id == office_id)
        found = await work.all(statement.limit(2))
        if len(found) == 1:
            return found[0]  # type: ignore[no-any-return]
    return None


async def take_back(work: Work, row: Arrival, reason: str, at: datetime) -> bool:
    """The sender asks for the document back (13). False where the order of statuses does not allow it."""
    judged = move(row.status_code, "13")
    work.audit("gateway.take-back", str(row.id), applied=judged.applied, note=judged.note)
    if not judged.applied:
        return False
    row.status_code, row.round = "13", row.round + 1
    message = TakeBackRequestedV1(
        arrival_id=str(row.id), office_id=row.office_id, identifier=row.identifier, reason=reason, at=at
    )
    work.emit(message, key=str(row.id), urgent=True)
    return True
