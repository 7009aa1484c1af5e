"""An office's way of dividing its outgoing numbers into series, as its head decided (NĐ 30 Đ15; QĐ 28 Đ12 k3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, select

from contracts.registry import api
from services.registry.numbering import rules
from services.registry.numbering.tables import Scheme, Series
from shared.statements import Prepared
from shared.work import Work

IN_FORCE = Prepared(
    select(Scheme.division)
    .where(Scheme.office_id == bindparam("office"), Scheme.valid_from <= bindparam("day"))
    .order_by(Scheme.valid_from.desc())
    .limit(1)
)


async def division_on(work: Work, office_id: str, day: date) -> str:
    found: Any = await work.row(IN_FORCE, office=office_id, day=day)
    return found.division if found is not None else rules.COMBINED


async def decide(work: Work, decided: api.SchemeDecision) -> Scheme:
    """Enter the head's decision. Decisions for later years are replaced; past ones stay. Forbidden, NotOnNewYear,
    SchemeInUse."""
    work.principal.require("unit_admin")
    office_id = work.principal.office_id
    series = select(Series.year).where(Series.office_id == office_id, Series.kind.startswith(rules.OUTGOING))
    used = set(await work.all(series.distinct()))
    rules.check_start(decided.valid_from, years_in_use=used)
    await work.execute(delete(Scheme).where(Scheme.office_id == office_id, Scheme.valid_from >= decided.valid_from))
    scheme = Scheme(office_id=office_id, by_name=work.principal.name, **decided.model_dump())
    work.save(scheme)
    work.audit("registry.numbering-scheme-decided", office_id, **decided.model_dump(mode="json"))
    return scheme


async def of_office(work: Work) -> Sequence[Scheme]:
    """Every decision of the caller's office, the newest first."""
    own = select(Scheme).where(Scheme.office_id == work.principal.office_id)
    return await work.all(own.order_by(Scheme.valid_from.desc()))
