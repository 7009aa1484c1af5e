"""Read the special days; enter one on the ground of a notice (administrators of the system)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from contracts.workflow import api
from services.workflow.calendar.queries import calendar, special_days
from services.workflow.calendar.tables import SpecialDay
from shared.clock import now
from shared.web import Transaction

router = APIRouter(tags=["calendar"])


@router.get("/v1/calendar")
async def list_special_days(work: Transaction) -> list[api.CalendarDay]:
    rows = await special_days(work)
    return [
        api.CalendarDay(day=row.day, working=row.working, name=row.name, legal_basis=row.legal_basis) for row in rows
    ]


@router.get("/v1/calendar/elapsed")
async def get_elapsed(work: Transaction, working_days: Annotated[int, Query(ge=0, le=60)]) -> api.ElapsedTime:
    """Since when something must have waited to have had so many whole working days by now."""
    return api.ElapsedTime(
        working_days=working_days, began_before=(await calendar(work)).began_before(now(), working_days)
    )


@router.post("/v1/calendar", status_code=201)
async def set_special_day(work: Transaction, body: api.CalendarDay) -> api.CalendarDay:
    work.principal.require("system_admin")
    await work.session.merge(SpecialDay(**body.model_dump()))
    work.audit("calendar.set", body.day.isoformat(), working=body.working, legal_basis=body.legal_basis)
    return body
