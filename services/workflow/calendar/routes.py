"""Read the special days; enter one on the ground of a notice (administrators of the system)."""

from __future__ import annotations

from fastapi import APIRouter

from contracts.workflow import api
from services.workflow.calendar.queries import special_days
from services.workflow.calendar.tables import SpecialDay
from shared.web import Transaction

router = APIRouter(tags=["calendar"])


@router.get("/v1/calendar")
async def list_special_days(work: Transaction) -> list[api.CalendarDay]:
    rows = await special_days(work)
    return [
        api.CalendarDay(day=row.day, working=row.working, name=row.name, legal_basis=row.legal_basis) for row in rows
    ]


@router.post("/v1/calendar", status_code=201)
async def set_special_day(work: Transaction, body: api.CalendarDay) -> api.CalendarDay:
    work.principal.require("system_admin")
    await work.session.merge(SpecialDay(**body.model_dump()))
    work.audit("calendar.set", body.day.isoformat(), working=body.working, legal_basis=body.legal_basis)
    return body
