"""Rights to sign are given with their paper, end with their date or before, and follow from posts in the directory."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from contracts.identity.events import PersonChangedV1
from contracts.signing import api
from services.signing.capacities import queries, rules
from services.signing.capacities.tables import Capacity
from services.signing.certificates import people
from shared.clock import now, today
from shared.problems import NotFound
from shared.work import Work

BY_POST = "Theo chức vụ trong danh bạ cơ quan"


async def give(work: Work, wanted: api.NewCapacity) -> Capacity:
    """By the head, or by the administrator who enters the head's paper. The head's own posts need no giver.

    Refusals: Forbidden, NotFound, those of `rules.check_grant`.
    """
    me = work.principal
    me.require("leader", "unit_admin")
    person = await people.person(work, wanted.person_id)
    giver = await people.person(work, wanted.from_person_id or me.id)
    if person is None or not person.active or person.office_id != me.office_id:
        raise NotFound
    if giver is None or giver.office_id != me.office_id:
        raise NotFound
    if wanted.capacity in rules.OWN:
        me.require("unit_admin")
    rules.check_grant(
        wanted.capacity, giver.full_name, await queries.rights_of(work, giver.id, me.office_id), types=wanted.types,
        fields=wanted.fields, begin=wanted.valid_from, end=wanted.valid_to, legal_basis=wanted.legal_basis, day=today(),
    )  # fmt: skip
    row = Capacity(
        office_id=me.office_id, person_id=person.id, person_name=person.full_name, capacity=wanted.capacity,
        of=wanted.of, position=wanted.position or person.position, types=wanted.types, fields=wanted.fields,
        valid_from=wanted.valid_from, valid_to=wanted.valid_to, legal_basis=wanted.legal_basis,
        from_person_id="" if wanted.capacity in rules.OWN else giver.id,
        from_name="" if wanted.capacity in rules.OWN else giver.full_name,
    )  # fmt: skip
    work.save(row)
    await work.flush()
    work.audit(
        "capacity.given", str(row.id), person=person.id, capacity=row.capacity, giver=giver.id, basis=row.legal_basis
    )
    return row


async def end(work: Work, capacity_id: UUID) -> Capacity:
    """By who gave it, or the administrator: from now on nothing is signed under it."""
    row = await work.locked(Capacity, capacity_id)
    if row.office_id != work.principal.office_id:
        raise NotFound
    if row.from_person_id != work.principal.id:
        work.principal.require("unit_admin")
    row.ended_at = row.ended_at or now()
    work.audit("capacity.ended", str(row.id), person=row.person_id, capacity=row.capacity)
    return row


async def person_changed(work: Work, message: PersonChangedV1) -> None:
    """The right that follows from the post; another post ends it and begins another."""
    roles = [post.role for post in message.posts if post.office_id == message.office_id]
    found = rules.of_post(message.capacity, roles) if message.active else None
    rows = select(Capacity).where(
        Capacity.person_id == message.person_id, Capacity.source == "post", Capacity.ended_at.is_(None)
    )
    for row in await work.all(rows):
        if found == (row.capacity, row.of) and row.office_id == message.office_id:
            row.position, row.person_name = message.position, message.full_name
            return
        row.ended_at = now()
    if found is not None:
        work.save(
            Capacity(
                office_id=message.office_id, person_id=message.person_id, person_name=message.full_name,
                capacity=found[0], of=found[1], position=message.position, valid_from=today(), source="post",
                legal_basis=BY_POST,
            )
        )  # fmt: skip
