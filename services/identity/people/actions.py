"""Enter a person, move a person, lock and unlock; tell the present state."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from contracts.identity import api
from contracts.identity.events import AccountLockedV1, PersonChangedV1, PostRef
from services.identity.accounts import actions as accounts
from services.identity.offices import actions as offices
from services.identity.offices import queries as directory
from services.identity.people import queries, rules
from services.identity.people.tables import Person, Post, UserName
from shared.clock import today
from shared.database import new_id
from shared.problems import NotFound
from shared.work import Work


async def create_person(
    work: Work, office_id: str, body: api.NewPerson, password_hash: str, person_id: UUID | None = None
) -> Person:
    """Enter one individual with an account of their own (Điều 3.3). The password must be changed at first log-in."""
    office = await offices.administered(work, office_id)
    unit = await offices.unit_of(work, office.id, body.unit_id)
    roles = rules.roles(body.roles, by_system=_is_system(work))
    person = Person(
        id=person_id or new_id(),
        full_name=rules.full_name(body.full_name),
        user_name=await _free(work, body.user_name, body.full_name),
        position=body.position.strip(),
        capacity=body.capacity.strip(),
        office_id=office.id,
        unit_id=unit.id if unit else None,
        phone=body.phone,
        email=body.email,
        active=True,
    )
    work.save(person)
    await work.flush()
    work.save(UserName(key=person.user_name, person_id=person.id))
    await _appoint(work, person, roles)
    await accounts.open_account(work, person.id, password_hash)
    await tell(work, person)
    work.audit("person.created", str(person.id), user_name=person.user_name, roles=roles)
    return person


async def transfer(work: Work, person_id: str, body: api.Transfer) -> Person:
    """Move a person to another office. The old user name stays an alias for log-in (R06.5)."""
    work.principal.require("system_admin")
    person = await administered(work, person_id)
    office = await offices.find(work, body.office_id)
    unit = await offices.unit_of(work, office.id, body.unit_id)
    roles = rules.roles(body.roles, by_system=True)
    if rules.key(body.user_name) != person.user_name:
        person.user_name = await _free(work, body.user_name, person.full_name, owner=person.id)
        if await work.get(UserName, person.user_name) is None:
            work.save(UserName(key=person.user_name, person_id=person.id))
    person.office_id, person.unit_id = office.id, unit.id if unit else None
    person.position, person.capacity = body.position.strip(), body.capacity.strip()
    running = (Post.person_id == person.id) & (Post.ends_on.is_(None))
    await work.execute(update(Post).where(running).values(ends_on=today() - timedelta(days=1)))
    await _appoint(work, person, roles)
    await accounts.end_sessions(work, person.id)
    await tell(work, person)
    work.audit("person.transferred", str(person.id), office_id=str(office.id), user_name=person.user_name)
    return person


async def lock(work: Work, person_id: str, reason: str) -> Person:
    """Shut a person out until unlocked: open sessions end at once, tokens within their quarter of an hour."""
    person = await administered(work, person_id)
    if person.active:
        person.active = False
        await accounts.end_sessions(work, person.id)
        work.emit(AccountLockedV1(person_id=str(person.id), reason=reason), key=str(person.id), urgent=True)
        await tell(work, person)
        work.audit("account.locked", str(person.id), reason=reason)
    return person


async def unlock(work: Work, person_id: str) -> Person:
    """Let a person in again: after an administrator's lock and after wrong passwords."""
    person = await administered(work, person_id)
    names = await work.all(select(UserName.key).where(UserName.person_id == person.id))
    await accounts.forget_failures(work, [*names, str(person.id)])
    if not person.active:
        person.active = True
        await tell(work, person)
    work.audit("account.unlocked", str(person.id))
    return person


async def administered(work: Work, person_id: str) -> Person:
    """The person, held; of an office which the caller administers. Anybody else is 'not found'."""
    try:
        person = await work.locked(Person, UUID(person_id))
    except ValueError as error:
        raise NotFound from error
    await offices.administered(work, person.office_id)
    return person


async def propose(work: Work, full_name: str, unit_abbreviation: str) -> api.NameProposal:
    """What R06.4 gives, numbered when taken; the unit administrator confirms or changes it (R06.5)."""
    work.principal.require("unit_admin", "system_admin")
    plain = rules.user_name(full_name, unit_abbreviation)
    found = rules.propose(full_name, unit_abbreviation, await _taken(work, plain))
    return api.NameProposal(user_name=found, taken=found != plain)


def _is_system(work: Work) -> bool:
    return work.principal.is_service or work.principal.has("system_admin")


async def _free(work: Work, name: str, full_name: str, owner: UUID | None = None) -> str:
    wanted = rules.checked(name)
    row = await work.get(UserName, wanted)
    if row is not None and row.person_id != owner:
        unit = wanted.split(".")[1]
        plain = rules.user_name(full_name, unit)
        taken = set(await _taken(work, plain)) | {wanted}
        raise rules.UserNameTaken(user_name=wanted, proposal=rules.propose(full_name, unit, taken))
    return wanted


async def _taken(work: Work, plain: str) -> Collection[str]:
    start = plain.split(".")[0]
    return set(await work.all(select(UserName.key).where(UserName.key.startswith(start, autoescape=True))))


async def _appoint(work: Work, person: Person, roles: list[str]) -> None:
    for role in roles:
        work.save(
            Post(
                id=new_id(),
                person_id=person.id,
                role=role,
                office_id=person.office_id,
                unit_id=person.unit_id,
                starts_on=today(),
            )
        )
    await work.flush()


async def tell(work: Work, person: Person) -> None:
    """Emit the whole present state of the person."""
    posts = await queries.posts(work, [person.id])
    names = await directory.names(work, [person.unit_id] if person.unit_id else [])
    message = PersonChangedV1(
        person_id=str(person.id),
        full_name=person.full_name,
        user_name=person.user_name,
        position=person.position,
        capacity=person.capacity,
        office_id=str(person.office_id),
        unit_id=str(person.unit_id) if person.unit_id else None,
        unit_name=next(iter(names.values()), ""),
        posts=tuple(
            PostRef(role=p.role, office_id=str(p.office_id), unit_id=str(p.unit_id) if p.unit_id else None)
            for p in posts
        ),
        phone=person.phone,
        active=person.active,
    )
    work.emit(message, key=str(person.id))


async def tell_all(work: Work) -> None:
    """Emit every person anew: for a service that came later."""
    for person in await work.all(select(Person).order_by(Person.id)):
        await tell(work, person)
