"""Who holds which role."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from services.workflow.organisation.tables import Person, Post
from shared.problems import Refusal
from shared.statements import Prepared, among
from shared.work import Work

HOLDERS = Prepared(
    select(Person.id, Person.full_name, Person.unit_id, Person.unit_name, Post.office_id.label("held_in"), Post.role)
    .join(Post, Post.person_id == Person.id)
    .where(among(Post.office_id, "office_ids"), among(Post.role, "roles"), Person.active.is_(True))
    .order_by(Person.full_name, Person.id)
    .distinct()
)


class UnknownPerson(Refusal):
    kind, status = "unknown-person", 422
    message = "Có người được chọn không thuộc cơ quan này hoặc đã nghỉ. Hãy chọn lại trong danh sách."


async def person(work: Work, person_id: str) -> Person | None:
    return await work.get(Person, person_id)


async def holders(work: Work, role: str, office_id: str, unit_id: str | None = None) -> Sequence[Person]:
    """Active people with the role in the office, or in one unit of it, by name."""
    wanted = select(Post.person_id).where(Post.role == role, Post.office_id == office_id)
    if unit_id is not None:
        wanted = wanted.where(Post.unit_id == unit_id)
    return await work.all(
        select(Person).where(Person.id.in_(wanted), Person.active.is_(True)).order_by(Person.full_name, Person.id)
    )


async def everywhere(work: Work, role: str) -> Sequence[Person]:
    """Active people with the role, in whatever office."""
    wanted = select(Post.person_id).where(Post.role == role)
    return await work.all(select(Person).where(Person.id.in_(wanted), Person.active.is_(True)).order_by(Person.id))


async def first_holders(work: Work, roles: Sequence[str], office_id: str) -> Sequence[Any]:
    """The holders of the first role that anybody holds: nothing may lie without an owner."""
    return (await first_holders_of(work, roles, [office_id])).get(office_id, [])


async def first_holders_of(work: Work, roles: Sequence[str], office_ids: Sequence[str]) -> dict[str, list[Any]]:
    """The same for many offices in one query, by office."""
    found: dict[tuple[str, str], list[Any]] = {}
    for row in await work.rows(HOLDERS, office_ids=office_ids, roles=roles):
        found.setdefault((row.held_in, row.role), []).append(row)
    first = {office_id: next((role for role in roles if (office_id, role) in found), None) for office_id in office_ids}
    return {office_id: found[office_id, role] for office_id, role in first.items() if role is not None}


async def has_role(work: Work, person_id: str, roles: Iterable[str], office_id: str) -> bool:
    found = await work.one(
        select(Post.person_id).where(
            Post.person_id == person_id, Post.office_id == office_id, Post.role.in_(list(roles))
        )
    )
    return found is not None


async def colleagues(work: Work, person_ids: Iterable[str], office_id: str) -> list[Person]:
    """The people in the order asked for. Raises UnknownPerson unless all are active in the office."""
    wanted = list(dict.fromkeys(person_ids))
    rows = await work.all(
        select(Person).where(Person.id.in_(wanted), Person.office_id == office_id, Person.active.is_(True))
    )
    known = {row.id: row for row in rows}
    if len(known) != len(wanted):
        raise UnknownPerson
    return [known[person_id] for person_id in wanted]
