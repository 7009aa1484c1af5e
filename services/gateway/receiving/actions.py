"""Arrivals: announce them, find them again, hear that a sender wants one back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from contracts.gateway.events import ArrivalRef, DocumentArrivedV2, StatusIgnoredV1, TakeBackRequestedV1
from services.gateway.receiving.history import note
from services.gateway.receiving.rules import RECALL
from services.gateway.receiving.tables import Arrival
from services.gateway.statuses.rules import ASK
from shared.work import Work

BATCH = 500  # offices in one message


async def announce(work: Work, facts: DocumentArrivedV2, recalled: Sequence[str]) -> None:
    """Tell that a document arrived. A recall of a document which is held asks for that one back instead."""
    arrivals = list(facts.arrivals)
    if facts.business_type == RECALL:
        arrivals = [one for one in arrivals if not await _asks_back(work, facts, one, recalled)]
    for start in range(0, len(arrivals), BATCH):
        part = tuple(arrivals[start : start + BATCH])
        told = facts.model_copy(update={"arrivals": part})
        work.emit(told, key=part[0].arrival_id, urgent=facts.urgency > 0)


async def _asks_back(work: Work, facts: DocumentArrivedV2, one: ArrivalRef, recalled: Sequence[str]) -> bool:
    held = await held_document(work, facts.sender_organ_id, recalled, one.office.office_id)
    if held is not None:
        await take_back(work, held, facts.subject, facts.arrived_at, recall=True)
    return held is not None


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


async def take_back(work: Work, row: Arrival, reason: str, at: datetime, *, recall: bool = False) -> bool:
    """The sender asks for the document back: by 13, or by a `recall` document. False where the order of statuses does
    not allow it: then it is kept and shown, and nothing else happens."""
    judged = await note(work, row, ASK, at, reason, recall=recall)
    if judged is None or not judged.applied:
        if judged is not None:
            _ignored(work, row, at, f"{reason}. {judged.note}" if reason else judged.note)
        return False
    row.round += 1
    message = TakeBackRequestedV1(
        arrival_id=str(row.id), office_id=row.office_id, identifier=row.identifier, reason=reason, at=at
    )
    work.emit(message, key=str(row.id), urgent=True)
    return True


def _ignored(work: Work, row: Arrival, at: datetime, text: str) -> None:
    """The office sees what came, and why nothing followed from it."""
    message = StatusIgnoredV1(arrival_id=str(row.id), office_id=row.office_id, code=ASK, note=text, at=at)
    work.emit(message, key=str(row.id))
