"""A document is issued: one package, one row for every recipient; and what becomes of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from contracts.gateway.events import CopyState, DeliveryChangedV2
from contracts.registry.events import DocumentIssuedV1, RecallRequestedV1, Recipient
from services.gateway.deliveries import copies
from services.gateway.deliveries.copies import Copy
from services.gateway.deliveries.rules import KINDS, RECALL, WAITING, may_retry
from services.gateway.deliveries.tables import Delivery, OutPackage
from services.gateway.receiving.local import LocalCopy, arrive
from services.gateway.reminders.rules import ARRIVED, since
from services.gateway.routing.actions import ways
from services.gateway.routing.rules import LOCAL, Place, Route, route
from services.gateway.sending import queue
from services.gateway.statuses.tables import StatusRecord
from shared.clock import now
from shared.database import new_id
from shared.problems import NotFound
from shared.statements import Prepared
from shared.work import Work

BATCH = 500
PACKAGE = Prepared(lambda insert: insert(OutPackage).on_conflict_do_nothing().returning(OutPackage.id))
DELIVERIES = Prepared(insert(Delivery))
STATUSES = Prepared(insert(StatusRecord))


async def deliver(work: Work, message: DocumentIssuedV1) -> None:
    """Local copies arrive in this transaction by reference; the others are queued for their axis."""
    kind, package_id = KINDS.get(message.business_type, "document"), new_id()
    if await work.row(PACKAGE, **_package(message, kind, package_id)) is None:
        return  # it is on its way already
    known_ways = await ways(work, [r.organ_id for r in message.recipients])
    routes = {r.organ_id: (r, route(r.organ_id, r.office_id, r.name, known_ways)) for r in message.recipients}
    arrivals: dict[str, UUID] = {}  # an office addressed by two of its codes gets one document
    sent = [(_row(message, kind, package_id, recipient, way, arrivals), way) for recipient, way in routes.values()]
    await work.run(DELIVERIES, *(row for row, _ in sent))
    moment = now()
    await _local(work, message, [(row, way.place) for row, way in sent if way.place], moment)
    _remote(work, message, package_id, [(row, way) for row, way in sent if way.channel != LOCAL])
    states = [
        _state(row["organ_id"], row["name"], row["channel"], row["state"], row["status_code"], moment)
        for row, _ in sent
    ]
    _tell(work, message.document_id, *states)
    work.audit("gateway.deliver", message.document_id, recipients=len(sent), kind=kind)


def _package(message: DocumentIssuedV1, kind: str, package_id: UUID) -> dict[str, Any]:
    return {
        "id": package_id,
        "document_id": message.document_id,
        "kind": kind,
        "identifier": message.identifier,
        "code": message.code,
        "office_id": message.office.office_id,
        "content": message.model_dump(mode="json"),
    }


def _row(
    message: DocumentIssuedV1,
    kind: str,
    package_id: UUID,
    recipient: Recipient,
    way: Route,
    arrivals: dict[str, UUID],
) -> dict[str, Any]:
    local = way.place is not None
    arrival = arrivals.setdefault(way.place.office_id, new_id()) if way.place else None
    return {
        "id": new_id(),
        "package_id": package_id,
        "document_id": message.document_id,
        "office_id": message.office.office_id,
        "organ_id": recipient.organ_id,
        "name": recipient.name,
        "channel": way.channel,
        "kind": kind,
        "state": ARRIVED if local else WAITING,
        "status_code": ARRIVED if local else "",
        "owed_since": since(kind, ARRIVED, "", now(), None) if local else None,
        "arrival_id": arrival,
        "next_at": None if local else now(),
        "change": 0,
    }


async def _local(
    work: Work, message: DocumentIssuedV1, sent: list[tuple[dict[str, Any], Place]], moment: datetime
) -> None:
    copies: dict[UUID, LocalCopy] = {}
    for row, place in sent:
        copies.setdefault(row["arrival_id"], LocalCopy(row["arrival_id"], row["id"], place))
    if not copies:
        return
    await arrive(work, message, list(copies.values()), moment)
    for row, _ in sent:
        work.append(STATUSES, delivery_id=row["id"], code="01", at=moment, applied=True)


def _remote(work: Work, message: DocumentIssuedV1, package_id: UUID, sent: list[tuple[dict[str, Any], Route]]) -> None:
    for row, way in sent:
        queue.document(
            work,
            delivery_id=row["id"],
            package_id=package_id,
            axis=row["channel"],
            office_id=row["office_id"],
            from_code=message.office.organ_id,
            to_code=way.organ_id,
            title=message.subject,
            notation=f"{message.code_number}/{message.code_notation}",
            urgency=message.urgency,
        )


async def deliver_recall(work: Work, message: RecallRequestedV1, asked: Sequence[Copy]) -> None:
    """A document of type 1 with the identifier of the one that is recalled, to these receivers of it."""
    original = await work.get(OutPackage, asked[0].package_id)
    assert original is not None
    said = {"business_type": 1, "business_reason": message.reason, "reply_to": None}
    said["recipients"] = tuple(Recipient(organ_id=row.organ_id, name=row.name) for row in asked)
    recall = DocumentIssuedV1.model_validate(original.content).model_copy(update=said)
    package_id = new_id()
    if await work.row(PACKAGE, **_package(recall, RECALL, package_id)) is None:
        return  # it is on its way already
    known_ways = await ways(work, [row.organ_id for row in asked])
    routes = [(r, route(r.organ_id, None, r.name, known_ways)) for r in recall.recipients]
    sent = [(_row(recall, RECALL, package_id, recipient, way, {}), way) for recipient, way in routes]
    await work.run(DELIVERIES, *(row for row, _ in sent))
    _remote(work, recall, package_id, sent)
    work.audit("gateway.recall", message.document_id, recipients=len(sent))


def _state(
    organ_id: str,
    name: str,
    channel: str,
    state: str,
    code: str,
    at: datetime,
    description: str = "",
    staff: str = "",
    change: int = 0,
) -> CopyState:
    return CopyState(
        organ_id=organ_id,
        recipient_name=name,
        channel=channel,
        state=state,
        status_code=code or None,
        description=description,
        staff=staff,
        at=at,
        change=change,
    )


def _tell(work: Work, document_id: str, *states: CopyState) -> None:
    for start in range(0, len(states), BATCH):
        part = states[start : start + BATCH]
        work.emit(DeliveryChangedV2(document_id=document_id, copies=part), key=document_id)


def tell(work: Work, row: Delivery | Copy, at: datetime, description: str = "", staff: str = "") -> None:
    """Publish the present state of a copy. The message that recalls a document is none of its copies."""
    if row.kind == RECALL:
        return
    row.change += 1
    state = _state(row.organ_id, row.name, row.channel, row.state, row.status_code, at, description, staff, row.change)
    _tell(work, row.document_id, state)


def keep_time(row: Delivery | Copy) -> None:
    """From now on an answer is owed, or none any more."""
    before = row.owed_since
    row.owed_since = since(row.kind, row.state, row.status_before, now(), before)
    if row.owed_since != before:
        row.late_at = None


async def transport_changed(
    work: Work, delivery_id: UUID, *, state: str, attempts: int, next_at: datetime | None, error: str, person: bool
) -> None:
    """The queue tells how far a copy has come. A business status which is already there stays the state."""
    copy = await copies.one(work, delivery_id)
    if not copy.status_code and copy.state != state:
        copy.state = state
        keep_time(copy)
        tell(work, copy, now(), error)
    await copies.save_transport(work, copy, attempts=attempts, next_at=next_at, last_error=error, needs_person=person)


async def retry(work: Work, delivery_id: UUID) -> Delivery:
    """The clerk of the sender tries again at once."""
    row = await work.locked(Delivery, delivery_id)
    if not work.principal.is_service and row.office_id != work.principal.office_id:
        raise NotFound
    work.principal.require("clerk", "unit_admin", "system_admin")
    may_retry(row.channel, row.state)
    await queue.again(work, row.id)
    row.needs_person, row.next_at = False, now()
    if row.state != WAITING:
        row.state = WAITING
        keep_time(row)
        tell(work, row, now())
    work.audit("gateway.retry", row.document_id, organ_id=row.organ_id)
    return row


async def put_back(work: Work, delivery_ids: Sequence[UUID]) -> None:
    """Copies whose packages stand in line again: a few statements, and a message a document, however many there are."""
    for start in range(0, len(delivery_ids), BATCH):
        chosen = (Delivery.id.in_(delivery_ids[start : start + BATCH]), Delivery.status_code == "")
        fresh = {"state": WAITING, "needs_person": False, "attempts": 0, "last_error": "", "next_at": None}
        fresh |= {"owed_since": None, "late_at": None}
        statement = update(Delivery).where(*chosen).values(**fresh, change=Delivery.change + 1)
        await work.execute(statement.execution_options(synchronize_session=False))
        told = select(Delivery.document_id, Delivery.organ_id, Delivery.name, Delivery.channel, Delivery.change)
        states: dict[str, list[CopyState]] = {}
        told = told.where(*chosen, Delivery.kind != RECALL)
        for document_id, organ_id, name, channel, change in (await work.execute(told)).all():
            states.setdefault(document_id, []).append(
                _state(organ_id, name, channel, WAITING, "", now(), change=change)
            )
        for document_id, found in states.items():
            _tell(work, document_id, *found)
