"""Found an office, a unit; register codes; tell the present state."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from contracts.identity import api
from contracts.identity.events import OfficeChangedV1, OrganRegisteredV1
from services.identity.offices import levels, rules
from services.identity.offices.tables import ExternalOrgan, Office, OrganCode, Unit
from services.identity.text import fold
from shared.database import new_id
from shared.problems import NotFound
from shared.work import Work


async def create_office(work: Work, body: api.NewOffice, office_id: UUID | None = None) -> Office:
    """Found an office with its codes. `office_id` is given only where data fix it beforehand."""
    work.principal.require("system_admin")
    parent = await find(work, body.parent_id) if body.parent_id else None
    office = Office(
        id=office_id or new_id(),
        name=body.name.strip(),
        short_name=body.short_name.strip() or body.name.strip(),
        abbreviation=body.abbreviation.strip(),
        level=levels.check(body.level, active=body.active),
        parent_id=parent.id if parent else None,
        place=body.place,
        active=body.active,
        search=fold(f"{body.name} {body.abbreviation} {' '.join(body.organ_ids)}"),
    )
    work.save(office)
    await work.flush()
    await _add_codes(work, body.organ_ids, office_id=office.id)
    await tell(work, office)
    work.audit("office.created", str(office.id), name=office.name, organ_ids=list(body.organ_ids))
    return office


async def create_unit(work: Work, office_id: str, body: api.NewUnit, unit_id: UUID | None = None) -> Unit:
    office = await administered(work, office_id)
    same = select(Unit.id).where(Unit.office_id == office.id, Unit.abbreviation == body.abbreviation.strip())
    if await work.one(same):
        raise rules.AbbreviationTaken(abbreviation=body.abbreviation)
    unit = Unit(
        id=unit_id or new_id(),
        office_id=office.id,
        name=body.name.strip(),
        abbreviation=body.abbreviation.strip(),
        active=True,
    )
    work.save(unit)
    await work.flush()
    work.audit("unit.created", str(unit.id), office_id=str(office.id), name=unit.name)
    return unit


async def register_organ(work: Work, body: api.NewOrgan) -> api.OrganEntry:
    """Enter an organ outside this deployment. What a service enters is unverified until a person confirms it."""
    work.principal.require("system_admin", "unit_admin", "clerk")
    organ = ExternalOrgan(
        id=new_id(),
        name=body.name.strip(),
        search=fold(f"{body.name} {' '.join(body.organ_ids)}"),
        verified=work.principal.name_of_service in ("", "identity"),
    )
    work.save(organ)
    await work.flush()
    codes = await _add_codes(work, body.organ_ids, external_id=organ.id)
    tell_organ(work, organ, codes)
    work.audit("organ.registered", codes[0], name=organ.name, organ_ids=codes)
    return api.OrganEntry(organ_id=codes[0], name=organ.name, verified=organ.verified)


async def _add_codes(
    work: Work, codes: Sequence[str], *, office_id: UUID | None = None, external_id: UUID | None = None
) -> list[str]:
    values = list(dict.fromkeys(rules.normal(code) for code in codes))
    for position, value in enumerate(values):
        scheme = rules.scheme(value)
        taken = await work.get(OrganCode, value)
        if taken is not None:
            raise rules.OrganCodeTaken(code=value, owner=await _owner(work, taken))
        work.save(
            OrganCode(value=value, scheme=scheme, office_id=office_id, external_id=external_id, position=position)
        )
    await work.flush()
    return values


async def _owner(work: Work, code: OrganCode) -> str:
    row: Office | ExternalOrgan | None = None
    if code.office_id:
        row = await work.get(Office, code.office_id)
    elif code.external_id:
        row = await work.get(ExternalOrgan, code.external_id)
    return row.name if row else "cơ quan khác"


async def find(work: Work, office_id: str | UUID) -> Office:
    """The office. Raises NotFound, also for what is no identifier at all."""
    try:
        key = UUID(str(office_id))
    except ValueError as error:
        raise NotFound from error
    office = await work.get(Office, key)
    if office is None:
        raise NotFound
    return office


async def seen(work: Work, office_id: str | UUID) -> Office:
    """The office whose people the caller may see: the own one; another's is 'not found' (no enumeration)."""
    office = await find(work, office_id)
    who = work.principal
    if not who.is_service and who.office_id != str(office.id) and not who.has("system_admin"):
        raise NotFound
    return office


async def administered(work: Work, office_id: str | UUID) -> Office:
    """The office which the caller administers. Another's is 'not found', the own without the role 'forbidden'."""
    office = await seen(work, office_id)
    work.principal.require("unit_admin", "system_admin")
    return office


async def unit_of(work: Work, office_id: UUID, unit_id: str | UUID | None) -> Unit | None:
    """The unit of this very office. Raises NotFound."""
    if not unit_id:
        return None
    try:
        unit = await work.get(Unit, UUID(str(unit_id)))
    except ValueError as error:
        raise NotFound from error
    if unit is None or unit.office_id != office_id:
        raise NotFound
    return unit


async def codes_of(work: Work, office_id: UUID) -> tuple[str, ...]:
    """The primary code first, then the aliases."""
    mine = select(OrganCode.value).where(OrganCode.office_id == office_id).order_by(OrganCode.position)
    return tuple(await work.all(mine))


async def tell(work: Work, office: Office) -> None:
    """Emit the whole present state of the office."""
    parent = await work.get(Office, office.parent_id) if office.parent_id else None
    message = OfficeChangedV1(
        office_id=str(office.id),
        name=office.name,
        short_name=office.short_name,
        abbreviation=office.abbreviation,
        level=office.level,
        parent_id=str(office.parent_id) if office.parent_id else None,
        parent_name=parent.name if parent else "",
        place=office.place,
        organ_ids=await codes_of(work, office.id),
        active=office.active,
    )
    work.emit(message, key=str(office.id))


def tell_organ(work: Work, organ: ExternalOrgan, codes: Sequence[str]) -> None:
    message = OrganRegisteredV1(organ_ids=tuple(codes), name=organ.name, verified=organ.verified)
    work.emit(message, key=codes[0])


async def tell_all(work: Work) -> None:
    """Emit every office anew, parents first, then the organs outside: for a service that came later."""
    for office in await work.all(select(Office).order_by(Office.id)):
        await tell(work, office)
    codes: dict[UUID, list[str]] = {}
    listed = select(OrganCode).where(OrganCode.external_id.is_not(None)).order_by(OrganCode.position)
    for code in await work.all(listed):
        codes.setdefault(code.external_id, []).append(code.value)
    for organ in await work.all(select(ExternalOrgan).order_by(ExternalOrgan.id)):
        if organ.id in codes:
            tell_organ(work, organ, codes[organ.id])
