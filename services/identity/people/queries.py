"""Persons as others see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import or_, select

from contracts.identity import api
from services.identity.offices import actions as offices
from services.identity.offices import queries as directory
from services.identity.people.tables import Person, Post, UserName
from shared.clock import today
from shared.problems import NotFound
from shared.work import Work


async def posts(work: Work, person_ids: Collection[UUID]) -> Sequence[Post]:
    """The posts that hold today."""
    day = today()
    running = or_(Post.ends_on.is_(None), Post.ends_on >= day)
    statement = select(Post).where(Post.person_id.in_(person_ids), Post.starts_on <= day, running)
    found: Sequence[Post] = await work.all(statement.order_by(Post.id))
    return found


async def views(work: Work, persons: Sequence[Person]) -> list[api.Person]:
    """Persons with the roles they hold today in their own office."""
    roles: dict[UUID, list[str]] = defaultdict(list)
    homes = {person.id: person.office_id for person in persons}
    for post in await posts(work, list(homes)):
        if post.office_id == homes[post.person_id]:
            roles[post.person_id].append(post.role)
    names = await directory.names(work, [key for p in persons for key in (p.office_id, p.unit_id) if key])
    return [_view(person, names, roles[person.id]) for person in persons]


def _view(person: Person, names: dict[UUID, str], roles: list[str]) -> api.Person:
    return api.Person(
        id=str(person.id),
        full_name=person.full_name,
        user_name=person.user_name,
        position=person.position,
        capacity=person.capacity,
        office_id=str(person.office_id),
        office_name=names.get(person.office_id, ""),
        unit_id=str(person.unit_id) if person.unit_id else None,
        unit_name=names.get(person.unit_id, "") if person.unit_id else "",
        roles=tuple(dict.fromkeys(roles)),
        phone=person.phone,
        email=person.email,
        active=person.active,
    )


async def view(work: Work, person: Person) -> api.Person:
    return (await views(work, [person]))[0]


async def me(work: Work) -> api.Person:
    return await view(work, await by_id(work, work.principal.id))


async def by_id(work: Work, person_id: str) -> Person:
    try:
        person = await work.get(Person, UUID(person_id))
    except ValueError as error:
        raise NotFound from error
    if person is None:
        raise NotFound
    return person


async def by_user_name(work: Work, key: str) -> Person | None:
    """The person who logs in by this name or had it before."""
    row = await work.get(UserName, key)
    return await work.get(Person, row.person_id) if row else None


async def people(work: Work, office_id: str, role: str | None, unit_id: str | None) -> list[api.Person]:
    """The active people of an office which the caller may see."""
    office = await offices.seen(work, office_id)
    unit = await offices.unit_of(work, office.id, unit_id)
    statement = select(Person).where(Person.office_id == office.id)
    if not work.principal.has("unit_admin", "system_admin"):
        statement = statement.where(Person.active.is_(True))
    if unit:
        statement = statement.where(Person.unit_id == unit.id)
    found = await views(work, await work.all(statement.order_by(Person.full_name, Person.id)))
    return [person for person in found if role is None or role in person.roles]
