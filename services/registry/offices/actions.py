"""Keep the copies of identity's offices and people up to date."""

from __future__ import annotations

from sqlalchemy import delete

from contracts.identity.events import OfficeChangedV1, PersonChangedV1
from services.registry.offices.queries import normal
from services.registry.offices.tables import Office, OrganCode, Person
from shared.work import Work


async def office_changed(work: Work, message: OfficeChangedV1) -> None:
    """Store the whole present state. A code moves with the office that names it last."""
    codes = list(dict.fromkeys(normal(code) for code in message.organ_ids if code.strip()))
    await work.session.merge(
        Office(
            id=message.office_id,
            name=message.name,
            abbreviation=message.abbreviation,
            parent_name=message.parent_name,
            place=message.place,
            organ_id=message.organ_ids[0] if message.organ_ids else "",
            active=message.active,
        )
    )
    await work.execute(
        delete(OrganCode).where((OrganCode.office_id == message.office_id) | OrganCode.code.in_(codes or [""]))
    )
    if message.active:
        work.save(*(OrganCode(code=code, office_id=message.office_id) for code in codes))


async def person_changed(work: Work, message: PersonChangedV1) -> None:
    await work.session.merge(
        Person(
            id=message.person_id,
            full_name=message.full_name,
            position=message.position,
            capacity=message.capacity,
            office_id=message.office_id,
            unit_id=message.unit_id,
            unit_name=message.unit_name,
            phone=message.phone,
            active=message.active,
        )
    )
