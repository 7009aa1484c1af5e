"""Reads of the table of rights to sign."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from contracts.signing import api
from services.signing.capacities import rules
from services.signing.capacities.tables import Capacity
from shared.clock import today
from shared.work import Work


async def rights_of(work: Work, person_id: str, office_id: str) -> list[rules.Right]:
    """All rights of the person, past ones too: why one does not count any more is told."""
    rows = select(Capacity).where(Capacity.person_id == person_id, Capacity.office_id == office_id)
    return [right(row) for row in await work.all(rows.order_by(Capacity.id))]


async def listed(work: Work, person_id: str = "", given_by: str = "") -> list[api.CapacityView]:
    """Of the caller's office, the newest first."""
    rows = select(Capacity).where(Capacity.office_id == work.principal.office_id)
    if person_id:
        rows = rows.where(Capacity.person_id == person_id)
    if given_by:
        rows = rows.where(Capacity.from_person_id == given_by)
    found: Sequence[Capacity] = await work.all(rows.order_by(Capacity.id.desc()))
    return [view(row) for row in found]


def right(row: Capacity) -> rules.Right:
    return rules.Right(
        capacity=row.capacity, of=row.of, position=row.position, types=tuple(row.types), fields=tuple(row.fields),
        valid_from=row.valid_from, valid_to=row.valid_to, over=row.ended_at is not None,
    )  # fmt: skip


def view(row: Capacity) -> api.CapacityView:
    one = right(row)
    return api.CapacityView(
        id=str(row.id), person_id=row.person_id, person_name=row.person_name, capacity=row.capacity, of=row.of,
        position=row.position, printed=one.printed, types=list(row.types), fields=list(row.fields),
        valid_from=row.valid_from, valid_to=row.valid_to, ended_at=row.ended_at, source=row.source,
        from_person_id=row.from_person_id, from_name=row.from_name, legal_basis=row.legal_basis,
        in_force=one.in_force(today()),
    )  # fmt: skip
