"""The calendar as it stands now."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from services.workflow.calendar.rules import Calendar
from services.workflow.calendar.tables import SpecialDay
from shared.statements import Prepared
from shared.work import Work

DAYS = Prepared(select(SpecialDay.day, SpecialDay.working))


async def special_days(work: Work) -> Sequence[SpecialDay]:
    return await work.all(select(SpecialDay).order_by(SpecialDay.day))


async def calendar(work: Work) -> Calendar:
    return Calendar({row.day: row.working for row in await work.rows(DAYS)})
