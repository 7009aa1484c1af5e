"""A document is issued: one package, one row for every recipient; and what becomes of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update

from contracts.gateway.events import DeliveryChangedV1
from contracts.registry.events import DocumentIssuedV1, Recipient
from services.gateway.deliveries.rules import KINDS, WAITING, may_retry
from services.gateway.deliveries.tables import Delivery, OutPackage
from services.gateway.receiving.local import LocalCopy, arrive
from services.gateway.routing.actions import ways
from services.gateway.routing.rules import LOCAL, Route, route
from services.gateway.sending import queue
from services.gateway.statuses.tables import StatusRecord
from shared.clock import now
from shared.database import new_id
from shared.problems import NotFound
from shared.work import Work

BATCH = 500


async def deliver(work: Work, message: DocumentIssuedV1) -> None:
    """Local copies arrive in this transaction by reference; the others are queued for their axis."""
    kind = KINDS.get(message.business_type, "document")
    known = select(OutPackage.id).where(OutPackage.document_id == message.document_id, OutPackage.kind == kind)
    if await work.one(known) is not None:
        return
    package = _package(message, kind)
    work.save(package)
    await work.flush()
    known_ways = await ways(work, [r.organ_id for r in message.recipients])
    routes = {r.organ_id: (r, route(r.organ_id, r.office_id, r.name, known_ways)) for r in message.recipients}
    rows = [_row(package, recipient, way) for recipient, way in routes.values()]
    if rows:
        await work.execute(insert(Delivery), rows)
    sent = [(row, way) for row, (_, way) in zip(rows, routes.values(), strict=True)]
    await _local(work, message, package, sent)
    await _remote(work, message, package, [(row, way) for row, way in sent if way.channel != LOCAL])
    work.audit("gateway.deliver", message.document_id, recipients=len(rows), kind=kind)


def _package(message: DocumentIssuedV1, kind: str) -> OutPackage:
    return OutPackage(
        id=new_id(),
        document_id=message.document_id,
        kind=kind,
        identifier=message.identifier,
        code=message.code,
        office_id=message.office.office_id,
        content=message.model_dump(mode="json"),
    )


def _row(package: OutPackage, recipient: Recipient, way: Route) -> dict[str, object]:
    local = way.place is not None
    return {
        "id": new_id(),
        "package_id": package.id,
        "document_id": package.document_id,
        "office_id": package.office_id,
        "organ_id": recipient.organ_id,
        "name": recipient.name,
        "channel": way.channel,
        "kind": package.kind,
        "state": "01" if local else WAITING,
        "status_code": "01" if local else "",
        "arrival_id": new_id() if local else None,
        "next_at": None if local else now(),
        "change": 0,
    }


async def _local(
    work: Work, message: DocumentIssuedV1, package: OutPackage, rows: list[tuple[dict[str, object], Route]]
) -> None:
    copies = [LocalCopy(row["arrival_id"], row["id"], way.place) for row, way in rows if way.place]  # type: ignore[arg-type]
    if not copies:
        return
    moment = now()
    await arrive(work, message, copies, moment)
    await work.execute(
        insert(StatusRecord),
        [{"delivery_id": c.delivery_id, "code": "01", "at": moment, "applied": True} for c in copies],
    )
    for row, way in rows:
        if way.place:
            _tell(work, message.document_id, str(row["organ_id"]), str(row["name"]), LOCAL, "01", "01", moment)


async def _remote(
    work: Work, message: DocumentIssuedV1, package: OutPackage, rows: list[tuple[dict[str, object], Route]]
) -> None:
    for row, way in rows:
        queue.document(
            work,
            delivery_id=row["id"],  # type: ignore[arg-type]
            package_id=package.id,
            axis=str(row["channel"]),
            office_id=package.office_id,
            from_code=message.office.organ_id,
            to_code=way.organ_id,
            title=message.subject,
            notation=f"{message.code_number}/{message.code_notation}",
            urgency=message.urgency,
        )
        _tell(
            work, message.document_id, str(row["organ_id"]), str(row["name"]), str(row["channel"]), WAITING, None, now()
        )


def _tell(
    work: Work,
    document_id: str,
    organ_id: str,
    name: str,
    channel: str,
    state: str,
    code: str | None,
    at: datetime,
    description: str = "",
    staff: str = "",
    change: int = 0,
) -> None:
    message = DeliveryChangedV1(
        document_id=document_id,
        organ_id=organ_id,
        recipient_name=name,
        channel=channel,
        state=state,
        status_code=code,
        description=description,
        staff=staff,
        at=at,
        change=change,
    )
    work.emit(message, key=document_id)


def tell(work: Work, row: Delivery, at: datetime, description: str = "", staff: str = "") -> None:
    """Publish the present state of a copy."""
    code = row.status_code or None
    row.change += 1
    _tell(
        work, row.document_id, row.organ_id, row.name, row.channel, row.state, code, at, description, staff, row.change
    )


async def transport_changed(
    work: Work, delivery_id: UUID, *, state: str, attempts: int, next_at: datetime | None, error: str, person: bool
) -> None:
    """The queue tells how far a copy has come. A business status which is already there stays the state."""
    row = await work.locked(Delivery, delivery_id)
    changed = not row.status_code and row.state != state
    row.attempts, row.next_at, row.last_error, row.needs_person = attempts, next_at, error, person
    if changed:
        row.state = state
        tell(work, row, now(), error)


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
        tell(work, row, now())
    work.audit("gateway.retry", row.document_id, organ_id=row.organ_id)
    return row


async def put_back(work: Work, delivery_ids: Sequence[UUID]) -> None:
    """Copies whose packages stand in line again: a few statements and a message each, however many there are."""
    for start in range(0, len(delivery_ids), BATCH):
        chosen = (Delivery.id.in_(delivery_ids[start : start + BATCH]), Delivery.status_code == "")
        fresh = {"state": WAITING, "needs_person": False, "attempts": 0, "last_error": "", "next_at": None}
        statement = update(Delivery).where(*chosen).values(**fresh, change=Delivery.change + 1)
        await work.execute(statement.execution_options(synchronize_session=False))
        told = select(Delivery.document_id, Delivery.organ_id, Delivery.name, Delivery.channel, Delivery.change)
        for document_id, organ_id, name, channel, change in (await work.execute(told.where(*chosen))).all():
            _tell(work, document_id, organ_id, name, channel, WAITING, None, now(), change=change)
