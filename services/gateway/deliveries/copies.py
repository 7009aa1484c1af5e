"""Copies as the queue and statuses move them, held until commit: by prepared statements, for every delivery is sent and
hears five statuses."""

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
_OF_TRANSPORT = ("attempts", "next_at", "last_error", "needs_person")


def _saving(*columns: str) -> Prepared:
    values = {name: bindparam(f"new_{name}", type_=getattr(Delivery, name).type) for name in columns}
    return Prepared(update(Delivery).where(Delivery.id == bindparam("delivery")).values(values))


_SAVED, _TRANSPORTED = _saving(*_CHANGED), _saving(*_CHANGED, *_OF_TRANSPORT)


async def one(work: Work, delivery_id: UUID) -> Copy:
    """Raises NotFound."""
    found = await work.row(_ONE, delivery=delivery_id)
    if found is None:
        raise NotFound
    return Copy(*found)


async def of_organs(work: Work, document_id: str, organ_ids: Iterable[str]) -> list[Copy]:
    """The document's copies of these organs; of all where none is named."""
    if organs := list(organ_ids):
        return _copies(await work.rows(_OF_ORGANS, document=document_id, organs=organs))
    return _copies(await work.rows(_OF_DOCUMENT, document=document_id))


async def of_arrival(work: Work, delivery_id: UUID, arrival_id: UUID) -> list[Copy]:
    """The copies of an office of this deployment: more than one when it was addressed by several of its codes."""
    first = await one(work, delivery_id)
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
    await work.run(_SAVED, _changed(copy))


async def save_transport(
    work: Work, copy: Copy, *, attempts: int, next_at: datetime | None, last_error: str, needs_person: bool
) -> None:
    """The same, and how far the queue is with it."""
    told = {"new_attempts": attempts, "new_next_at": next_at, "new_last_error": last_error}
    await work.run(_TRANSPORTED, {**_changed(copy), **told, "new_needs_person": needs_person})


def _changed(copy: Copy) -> dict[str, Any]:
    return {"delivery": copy.id, **{f"new_{name}": getattr(copy, name) for name in _CHANGED}}


def _copies(rows: Sequence[Any]) -> list[Copy]:
    return [Copy(*row) for row in rows]
