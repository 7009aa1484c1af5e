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


async def documents_of(work: Work, delivery_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Which document each of these copies is of."""
    statement = select(Delivery.id, Delivery.document_id).where(Delivery.id.in_(delivery_ids))
    return dict((await work.execute(statement)).all())


async def keeps(work: Work, sha256: str, identifier: str) -> bool:
    """Whether these bytes are a package of ours."""
    same = (OutPackage.identifier == identifier, OutPackage.sha256 == sha256)
    return await work.one(select(OutPackage.id).where(*same).limit(1)) is not None


async def package_of(work: Work, package_id: UUID) -> OutPackage:
    found = await work.get(OutPackage, package_id)
    if found is None:
        raise NotFound
    return found
