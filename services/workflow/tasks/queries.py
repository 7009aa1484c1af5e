"""Lists of tasks and tasks in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, and_, literal, or_, select, tuple_

from contracts.workflow import api
from services.workflow.delegations.queries import stood_for
from services.workflow.tasks import rules
from services.workflow.tasks.tables import Task
from shared.clock import now
from shared.database import UtcTime
from shared.paging import BadCursor, Page, decode, encode
from shared.work import Work


async def my_tasks(work: Work, state: str, cursor: str | None, limit: int) -> Page[api.Task]:
    """`open`: by urgency, then by what is due first. `done`: newest first."""
    me, others = work.principal.id, await stood_for(work, "assign")
    whose = Task.person_id == me
    if others:
        whose = or_(whose, and_(Task.person_id.in_(list(others)), Task.kind == rules.ASSIGN))
    found = select(Task).where(whose, Task.open.is_(state == "open"))
    ordered = _open_from(found, cursor) if state == "open" else _done_from(found, cursor)
    rows = await work.all(ordered.limit(limit + 1))
    more = rows[limit - 1] if len(rows) > limit else None
    keys = (more.urgency, more.sort_at.isoformat(), str(more.id)) if more is not None else ()
    return Page(
        items=[view(row, others.get(row.person_id, "")) for row in rows[:limit]],
        next=encode(*keys) if keys else None,
    )


def _open_from(found: Select[Any], cursor: str | None) -> Select[Any]:
    if cursor:
        urgency, sort_at, key = _keys(cursor)
        later = tuple_(Task.sort_at, Task.id) > tuple_(literal(sort_at, UtcTime()), literal(key, Uuid()))
        found = found.where(or_(Task.urgency < urgency, and_(Task.urgency == urgency, later)))
    return found.order_by(Task.urgency.desc(), Task.sort_at, Task.id)


def _done_from(found: Select[Any], cursor: str | None) -> Select[Any]:
    if cursor:
        found = found.where(Task.id < _keys(cursor)[2])
    return found.order_by(Task.id.desc())


def _keys(cursor: str) -> tuple[int, datetime, UUID]:
    urgency, sort_at, key = decode(cursor, 3)
    try:
        return int(urgency), datetime.fromisoformat(sort_at), UUID(key)
    except (TypeError, ValueError) as error:
        raise BadCursor from error


async def of_object(work: Work, object_type: str, object_id: str) -> Sequence[Task]:
    return await work.all(
        select(Task).where(Task.object_type == object_type, Task.object_id == object_id).order_by(Task.id)
    )


async def mine_of(work: Work, tasks: Sequence[Task]) -> tuple[Task | None, str]:
    """The caller's first open task among these, and whom the caller stands in for."""
    others = await stood_for(work, "assign")
    for task in tasks:
        if task.open and task.person_id == work.principal.id:
            return task, ""
    for task in tasks:
        if task.open and task.kind == rules.ASSIGN and task.person_id in others:
            return task, others[task.person_id]
    return None, ""


def view(task: Task, on_behalf_of: str = "") -> api.Task:
    same = [
        "kind",
        "subject",
        "step",
        "role_tag",
        "object_type",
        "object_id",
        "sender",
        "note",
        "urgency",
        "due_at",
        "opened_at",
        "accepted_at",
        "closed_at",
        "closed_by_name",
        "outcome",
        "state",
        "urged",
        "frozen",
        "content_hash",
    ]
    return api.Task(
        **{name: getattr(task, name) for name in same},
        id=str(task.id),
        title=rules.TITLES[task.kind],
        overdue=bool(task.due_at and task.due_at < (task.closed_at or now())),
        on_behalf_of=on_behalf_of,
        next_act=rules.NEXT_ACTS[task.kind],
    )
