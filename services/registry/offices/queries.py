"""Who an office or a person is, and which codes are ours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, select

from contracts.registry.events import OfficeRef
from services.registry.offices.tables import Office, OrganCode, Person
from shared.statements import Prepared
from shared.work import Work

CHUNK = 500
OFFICE = Prepared(
    select(Office.id, Office.name, Office.abbreviation, Office.parent_name, Office.place, Office.organ_id).where(
        Office.id == bindparam("key")
    )
)


def normal(code: str) -> str:
    """Organ codes are compared without regard to case and outer space."""
    return code.strip().upper()


async def office(work: Work, office_id: str) -> Any:
    """The office; a nameless stand-in until identity has told about it."""
    return await work.row(OFFICE, key=office_id) or Office(
        id=office_id, name="", abbreviation="", parent_name="", place="", organ_id=""
    )


async def office_ref(work: Work, office_id: str) -> OfficeRef:
    found = await office(work, office_id)
    return OfficeRef(office_id=found.id, organ_id=found.organ_id, name=found.name)


async def person(work: Work, person_id: str) -> Person | None:
    return await work.get(Person, person_id)


async def owners(work: Work, codes: Iterable[str]) -> dict[str, str]:
    """Normal code → office of this deployment. One query for five hundred codes."""
    wanted = sorted({normal(code) for code in codes})
    found: dict[str, str] = {}
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        for row in await work.all(select(OrganCode).where(OrganCode.code.in_(part))):
            found[row.code] = row.office_id
    return found
