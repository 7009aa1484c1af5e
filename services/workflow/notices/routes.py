"""The caller's notices, and the progress of the units for those who lead."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter
from sqlalchemy import and_, case, func, select

from contracts.workflow import api
from services.workflow.notices.tables import Notice
from services.workflow.tasks.tables import Task
from shared.clock import now
from shared.web import Transaction

router = APIRouter(tags=["notices"])
SOON = timedelta(days=3)


@router.get("/v1/notices")
async def list_notices(work: Transaction) -> list[api.Notice]:
    """The newest hundred."""
    mine = select(Notice).where(Notice.person_id == work.principal.id).order_by(Notice.id.desc()).limit(100)
    fields = ["kind", "text", "object_type", "object_id", "at", "seen_at"]
    return [
        api.Notice(**{f: getattr(row, f) for f in fields}, id=str(row.id), task_id=str(row.task_id or ""))
        for row in await work.all(mine)
    ]


@router.get("/v1/progress")
async def progress(work: Transaction) -> api.Progress:
    """Open work of every unit of the office, counted now (R12.13)."""
    work.principal.require("leader", "deputy", "unit_head", "clerk")
    at = now()
    late = case((Task.due_at < at, 1), else_=0)
    soon = case((and_(Task.due_at >= at, Task.due_at < at + SOON), 1), else_=0)
    counted = await work.execute(
        select(
            Task.unit_id,
            func.max(Task.unit_name),
            func.count(),
            func.sum(soon),
            func.sum(late),
            func.min(Task.opened_at),
        )
        .where(Task.office_id == work.principal.office_id, Task.open.is_(True))
        .group_by(Task.unit_id)
        .order_by(func.sum(late).desc(), func.max(Task.unit_name))
    )
    units = [
        api.UnitProgress(
            unit_id=unit_id, unit_name=name or "", open=count, due_soon=near, overdue=over, oldest_opened_at=oldest
        )
        for unit_id, name, count, near, over, oldest in counted
    ]
    return api.Progress(at=at, units=units)
