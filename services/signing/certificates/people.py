"""Copies of identity's people and offices, and who holds an office's key."""

from __future__ import annotations

from contracts.identity.events import OfficeChangedV1, PersonChangedV1
from services.signing.certificates.tables import KeyHolding, Office, Person
from shared.clock import now
from shared.problems import NotFound
from shared.work import Work

DEMO_BASIS = "Biên bản bàn giao thử nghiệm (hệ thống trình diễn)"


async def office_changed(work: Work, message: OfficeChangedV1) -> None:
    organ_id = message.organ_ids[0] if message.organ_ids else ""
    await work.session.merge(
        Office(id=message.office_id, name=message.name, parent_name=message.parent_name, organ_id=organ_id)
    )


async def person_changed(work: Work, message: PersonChangedV1) -> None:
    """In a demonstration every clerk holds the key of the own office from the start."""
    clerk = any(post.role == "clerk" and post.office_id == message.office_id for post in message.posts)
    await work.session.merge(
        Person(
            id=message.person_id, full_name=message.full_name, position=message.position, office_id=message.office_id,
            clerk=clerk, active=message.active,
        )
    )  # fmt: skip
    if clerk and work.runtime.settings.demo:
        await _open(work, message.office_id, message.person_id, DEMO_BASIS)


async def hand_over(work: Work, person_id: str, basis: str) -> None:
    """The administrator of the office records who holds its key."""
    work.principal.require("unit_admin")
    person = await work.get(Person, person_id)
    if person is None or person.office_id != work.principal.office_id or not person.clerk:
        raise NotFound
    await _open(work, person.office_id, person_id, basis)
    work.audit("key.handed-over", person.office_id, person_id=person_id, basis=basis)


async def take_back(work: Work, person_id: str) -> None:
    """From now on this person does not seal."""
    work.principal.require("unit_admin")
    row = await work.locked(KeyHolding, (work.principal.office_id, person_id))
    row.until = row.until or now()
    work.audit("key.taken-back", row.office_id, person_id=person_id)


async def holds_key(work: Work, office_id: str, person_id: str) -> bool:
    """Whether this person is an active clerk of the office with an open hand-over record."""
    row, person = await work.get(KeyHolding, (office_id, person_id)), await work.get(Person, person_id)
    known = person is not None and person.clerk and person.active and person.office_id == office_id
    return row is not None and row.until is None and known


async def _open(work: Work, office_id: str, person_id: str, basis: str) -> None:
    row = await work.get(KeyHolding, (office_id, person_id))
    if row is None:
        work.save(KeyHolding(office_id=office_id, person_id=person_id, since=now(), basis=basis))
    elif row.until is not None and basis != DEMO_BASIS:
        row.since, row.until, row.basis = now(), None, basis


async def person(work: Work, person_id: str) -> Person | None:
    return await work.get(Person, person_id)


async def office(work: Work, office_id: str) -> Office | None:
    return await work.get(Office, office_id)
