"""Copies as statuses move them, held until commit: by prepared statements, for every delivery hears five statuses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update

from services.gateway.deliveries.tables import Delivery, OutPackage
from services.gateway.routing.rules import LOCAL
from shared.problems import NotFound
from shared.statements import Prepared, among
from shared.work import Work


@dataclass(slots=True)
class Copy:
    """What of a delivery a status reads and changes, under the names of its table."""

    id: UUID
    package_id: UUID
    document_id: str
    office_id: str
    organ_id: str
    name: str
    channel: str
    kind: str
    arrival_id: UUID | None
    state: str
    status_code: str
    status_before: str
    round: int
    change: int
    owed_since: datetime | None
    late_at: datetime | None


_CHANGED = ("state", "status_code", "status_before", "round", "change", "owed_since", "late_at")
_COPIES = select(*(getattr(Delivery, name) for name in Copy.__slots__)).order_by(Delivery.id)
_COPIES = _COPIES.with_for_update(of=Delivery)
_ONE = Prepared(_COPIES.where(Delivery.id == bindparam("delivery")))
_OF_OFFICE = Prepared(
    _COPIES.where(Delivery.package_id == bindparam("package"), Delivery.arrival_id == bindparam("arrival"))
)
_OF_DOCUMENT = Prepared(_COPIES.where(Delivery.document_id == bindparam("document")))
_OF_ORGANS = Prepared(_COPIES.where(Delivery.document_id == bindparam("document"), among(Delivery.organ_id, "organs")))
_SENT = _COPIES.join(OutPackage, OutPackage.id == Delivery.package_id)
_SENT = _SENT.where(among(Delivery.organ_id, "organs"), Delivery.channel != LOCAL).limit(5)
_BY_IDENTIFIER = Prepared(_SENT.where(OutPackage.identifier == bindparam("identifier")))
_BY_CODE = Prepared(_SENT.where(OutPackage.code == bindparam("code")))
_SAVED = Prepared(
    update(Delivery)
    .where(Delivery.id == bindparam("delivery"))
    .values({name: bindparam(f"new_{name}", type_=getattr(Delivery, name).type) for name in _CHANGED})
)


async def of_organs(work: Work, document_id: str, organ_ids: Iterable[str]) -> list[Copy]:
    """The document's copies of these organs; of all where none is named."""
    if organs := list(organ_ids):
        return _copies(await work.rows(_OF_ORGANS, document=document_id, organs=organs))
    return _copies(await work.rows(_OF_DOCUMENT, document=document_id))


async def of_arrival(work: Work, delivery_id: UUID, arrival_id: UUID) -> list[Copy]:
    """The copies of an office of this deployment: more than one when it was addressed by several of its codes."""
    first = await work.row(_ONE, delivery=delivery_id)
    if first is None:
        raise NotFound
    return _copies(await work.rows(_OF_OFFICE, package=first.package_id, arrival=arrival_id))


async def reported_on(work: Work, identifier: str, code: str, organ_ids: Iterable[str]) -> list[Copy]:
    """The copies that a status of this organ may speak of: by identifier, else by number and notation when they are of
    one document only. A recall carries the identifier of what it recalls, so there can be two.

    `organ_ids`: every code by which the organ is known, for it may answer under another one than it was sent to.
    """
    organs = list(organ_ids)
    if found := _copies(await work.rows(_BY_IDENTIFIER, identifier=identifier, organs=organs)):
        return found
    found = _copies(await work.rows(_BY_CODE, code=code, organs=organs))
    return found if len({copy.document_id for copy in found}) == 1 else []


async def save(work: Work, copy: Copy) -> None:
    """Write what a status changed."""
    changed = {f"new_{name}": getattr(copy, name) for name in _CHANGED}
    await work.run(_SAVED, {"delivery": copy.id, **changed})


def _copies(rows: Sequence[Any]) -> list[Copy]:
    return [Copy(*row) for row in rows]
