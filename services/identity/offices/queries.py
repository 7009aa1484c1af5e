"""The directory: offices, units, the recipients picker."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from contracts.identity import api
from services.identity.offices import actions
from services.identity.offices.tables import ExternalOrgan, Office, OrganCode, Unit
from services.identity.text import fold
from shared.work import Work


async def office(work: Work, office_id: str) -> api.Office:
    return (await _views(work, [await actions.find(work, office_id)]))[0]


async def offices(work: Work, q: str = "") -> list[api.Office]:
    """The offices whose name, abbreviation or code holds every word of `q`; accents do not matter."""
    rows = await work.all(select(Office).where(*_words(Office.search, q)).order_by(Office.name))
    return await _views(work, list(rows))


async def names(work: Work, keys: Collection[UUID]) -> dict[UUID, str]:
    """The names of offices and units by their identifiers."""
    found: dict[UUID, str] = {}
    for table in (Office, Unit):
        rows = await work.execute(select(table.id, table.name).where(table.id.in_(keys)))
        found |= {row[0]: row[1] for row in rows}
    return found


async def _views(work: Work, rows: list[Office]) -> list[api.Office]:
    ids = {row.id for row in rows}
    parents = {row.parent_id for row in rows if row.parent_id}
    found = await work.execute(select(Office.id, Office.name).where(Office.id.in_(parents)))
    names: dict[UUID, str] = {row[0]: row[1] for row in found}
    codes: dict[UUID, list[str]] = defaultdict(list)
    listed = select(OrganCode).where(OrganCode.office_id.in_(ids)).order_by(OrganCode.position)
    for code in await work.all(listed):
        codes[code.office_id].append(code.value)
    return [_view(row, names.get(row.parent_id, "") if row.parent_id else "", codes[row.id]) for row in rows]


def _view(row: Office, parent_name: str, codes: list[str]) -> api.Office:
    return api.Office(
        id=str(row.id),
        name=row.name,
        short_name=row.short_name,
        abbreviation=row.abbreviation,
        level=row.level,
        parent_id=str(row.parent_id) if row.parent_id else None,
        parent_name=parent_name,
        place=row.place,
        organ_ids=tuple(codes),
        active=row.active,
    )


async def units(work: Work, office_id: str) -> list[api.Unit]:
    row = await actions.find(work, office_id)
    found = await work.all(select(Unit).where(Unit.office_id == row.id).order_by(Unit.name))
    return [unit_view(unit) for unit in found]


def unit_view(unit: Unit) -> api.Unit:
    return api.Unit(
        id=str(unit.id),
        office_id=str(unit.office_id),
        name=unit.name,
        abbreviation=unit.abbreviation,
        active=unit.active,
    )


async def organs(work: Work, q: str, limit: int) -> list[api.OrganEntry]:
    """Whom one may write to: active offices here, then organs outside; found by words or by any code."""
    primary = OrganCode.position == 0
    inside = select(OrganCode.value, Office.name, Office.id).join(Office, Office.id == OrganCode.office_id)
    inside = inside.where(primary, Office.active.is_(True), *_words(Office.search, q))
    here = (await work.execute(inside.order_by(Office.name).limit(limit))).all()
    outside = select(OrganCode.value, ExternalOrgan.name, ExternalOrgan.verified)
    outside = outside.join(ExternalOrgan, ExternalOrgan.id == OrganCode.external_id)
    outside = outside.where(primary, *_words(ExternalOrgan.search, q))
    there = (await work.execute(outside.order_by(ExternalOrgan.name).limit(limit))).all()
    entries = [api.OrganEntry(organ_id=code, name=name, office_id=str(key)) for code, name, key in here]
    entries += [api.OrganEntry(organ_id=code, name=name, verified=known) for code, name, known in there]
    return entries[:limit]


def _words(column: Any, q: str) -> list[ColumnElement[bool]]:
    """Every word of the question is somewhere in the folded text."""
    return [column.contains(word, autoescape=True) for word in fold(q).split()]
