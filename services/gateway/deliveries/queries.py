"""Reads of deliveries: for screens, and for the other subjects of gateway."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from contracts.gateway import api
from services.gateway.deliveries.tables import Delivery, OutPackage
from services.gateway.statuses.tables import StatusRecord
from shared.problems import NotFound
from shared.work import Work


async def of_document(work: Work, document_id: str) -> list[api.Delivery]:
    """Every copy of a document. Another office's document does not exist for the caller."""
    rows = await work.all(select(Delivery).where(Delivery.document_id == document_id).order_by(Delivery.id))
    if not rows or (not work.principal.is_service and rows[0].office_id != work.principal.office_id):
        raise NotFound
    return await views(work, rows)


async def views(work: Work, rows: Sequence[Delivery]) -> list[api.Delivery]:
    documents = {row.document_id for row in rows}
    statement = (
        select(StatusRecord)
        .join(Delivery, Delivery.id == StatusRecord.delivery_id)
        .where(Delivery.document_id.in_(documents))
        .order_by(StatusRecord.at, StatusRecord.id)
    )
    statuses: dict[UUID, list[StatusRecord]] = {}
    for record in await work.all(statement):
        statuses.setdefault(record.delivery_id, []).append(record)
    return [_view(row, statuses.get(row.id, [])) for row in rows]


def _view(row: Delivery, statuses: Iterable[StatusRecord]) -> api.Delivery:
    return api.Delivery(
        id=str(row.id),
        document_id=row.document_id,
        organ_id=row.organ_id,
        name=row.name,
        channel=row.channel,
        kind=row.kind,
        state=row.state,
        statuses=[
            api.DeliveryStatus(
                code=s.code, at=s.at, description=s.description or s.note, staff=s.staff, applied=s.applied
            )
            for s in statuses
        ],
        attempts=row.attempts,
        last_error=row.last_error,
        next_attempt_at=row.next_at,
        needs_person=row.needs_person,
        owed_since=row.owed_since,
        late=row.late_at is not None,
        reminded_at=row.reminded_at,
        reminders=row.reminders,
    )


async def reported_on(work: Work, identifier: str, code: str, organ_ids: Iterable[str]) -> Sequence[Delivery]:
    """The copies that a status of this organ may speak of: by identifier, else by number and notation when they are of
    one document only. A recall carries the identifier of what it recalls, so there can be two.

    `organ_ids`: every code by which the organ is known, for it may answer under another one than it was sent to.
    """
    codes = list(organ_ids)
    for match in (OutPackage.identifier == identifier, OutPackage.code == code):
        statement = (
            select(Delivery)
            .join(OutPackage, OutPackage.id == Delivery.package_id)
            .where(match, Delivery.organ_id.in_(codes), Delivery.channel != "local")
            .order_by(Delivery.id)
            .limit(5)
        )
        found: Sequence[Delivery] = await work.all(statement)
        if found and (match.right.value == identifier or len({row.document_id for row in found}) == 1):
            return found
    return []


async def of_organs(work: Work, document_id: str, organ_ids: Iterable[str]) -> Sequence[Delivery]:
    """The document's copies of these organs; of all where none is named."""
    wanted = list(organ_ids)
    statement = select(Delivery).where(Delivery.document_id == document_id).order_by(Delivery.id)
    return await work.all(statement.where(Delivery.organ_id.in_(wanted)) if wanted else statement)


async def documents_of(work: Work, delivery_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Which document each of these copies is of."""
    statement = select(Delivery.id, Delivery.document_id).where(Delivery.id.in_(delivery_ids))
    return dict((await work.execute(statement)).all())


async def keeps(work: Work, sha256: str, identifier: str) -> bool:
    """Whether these bytes are a package of ours."""
    same = (OutPackage.identifier == identifier, OutPackage.sha256 == sha256)
    return await work.one(select(OutPackage.id).where(*same).limit(1)) is not None


async def package_of(work: Work, row: Delivery) -> OutPackage:
    found = await work.get(OutPackage, row.package_id)
    if found is None:
        raise NotFound
    return found


async def of_arrival(work: Work, delivery_id: UUID, arrival_id: UUID) -> Sequence[Delivery]:
    """The copies of an office of this deployment, held until commit: more than one when it was addressed by several of
    its codes."""
    first = await work.locked(Delivery, delivery_id)
    same = select(Delivery).where(Delivery.package_id == first.package_id, Delivery.arrival_id == arrival_id)
    return await work.all(same.order_by(Delivery.id).with_for_update())
