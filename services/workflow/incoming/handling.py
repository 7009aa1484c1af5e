"""What the people do who were given an incoming document: take it on, finish it, give it back; their leaders urge."""

from __future__ import annotations

from sqlalchemy import select

from contracts.workflow import api
from contracts.workflow.api import ProcessDefinition
from services.workflow.calendar.queries import calendar
from services.workflow.incoming import rules
from services.workflow.incoming.assigning import tell
from services.workflow.incoming.following import about, key
from services.workflow.incoming.queries import assignments
from services.workflow.incoming.tables import Assigned, IncomingWork
from services.workflow.notices.actions import notify
from services.workflow.organisation import queries as people
from services.workflow.processes.queries import deadline
from services.workflow.tasks import actions as tasks
from services.workflow.tasks import rules as kinds
from services.workflow.tasks.tables import Task
from shared.clock import now
from shared.problems import Forbidden
from shared.work import Work

GIVEN = (kinds.HANDLE, kinds.COORDINATE, kinds.INFORMATION)


async def accept(work: Work, task_id: str) -> Task:
    """Seen and taken on; the lead's acceptance is status 05. Repeated: the same answer."""
    task = await tasks.mine(work, task_id, GIVEN)
    if task.state == kinds.ACCEPTED:
        return task
    tasks.require_open(task)
    row = await work.locked(IncomingWork, task.object_id)
    await _take_on(work, task, row)
    work.audit("task.accepted", str(task.id), incoming=row.id)
    return task


async def _take_on(work: Work, task: Task, row: IncomingWork) -> None:
    tasks.accept(work, task)
    if task.kind == kinds.HANDLE and row.state == rules.ASSIGNED:
        row.state = rules.PROCESSING
        tell(work, row, "05", work.principal.name)


async def finish(work: Work, task_id: str, body: api.Finish) -> Task:
    """End one's part with its outcome; when the lead ends, the document is finished (status 06)."""
    task = await tasks.mine(work, task_id, GIVEN)
    if task.state == kinds.DONE:
        return task
    tasks.require_open(task)
    row, words = await work.locked(IncomingWork, task.object_id), kinds.OUTCOMES[body.outcome]
    await _take_on(work, task, row)
    await tasks.close(work, task, f"{words}. {body.note}".strip(" ") if body.note else words)
    await _end_part(work, task, rules.DONE)
    if task.kind == kinds.HANDLE:
        row.state = rules.COMPLETED
        await tasks.cancel(work, key(row), "Chủ trì đã kết thúc xử lý", [kinds.COORDINATE])
        await _end_coordinators(work, row)
        tell(work, row, "06", work.principal.name, body.note, words)
    work.audit("task.finished", str(task.id), incoming=row.id, outcome=body.outcome, note=body.note)
    return task


async def give_back(work: Work, task_id: str, reason: str) -> Task:
    """Not for me: back to who assigned it, with the reason (R11.17)."""
    task = await tasks.mine(work, task_id, GIVEN)
    tasks.require_open(task)
    row = await work.locked(IncomingWork, task.object_id)
    part = await _end_part(work, task, rules.ENDED)
    await tasks.close(work, task, f"Trả lại: {reason}")
    if task.kind == kinds.HANDLE and part is not None:
        row.state = rules.REGISTERED if row.state == rules.ASSIGNED else row.state
        assigner = await people.person(work, part.by_id)
        holders = [assigner] if assigner and assigner.active else []
        holders = holders or list(await people.first_holders(work, rules.ASSIGNERS, row.office_id))
        limit = deadline(ProcessDefinition.model_validate(row.definition), kinds.ASSIGN)
        due = (await calendar(work)).due(now(), limit, urgent=row.urgency > 0)
        me = work.principal.name
        await tasks.open_for(work, holders, kinds.ASSIGN, about(row), due, sender=me, note=reason, step="assign")
    work.audit("task.returned", str(task.id), incoming=row.id, reason=reason)
    return task


async def urge(work: Work, task_id: str, note: str) -> Task:
    """A leader, or who gave the task, asks to hurry. It is shown to the holder and kept."""
    task = await tasks.of_office(work, task_id)
    tasks.require_open(task)
    me = work.principal
    part = await work.one(select(Assigned).where(Assigned.task_id == task.id))
    if not me.has("leader", "deputy", "unit_head") and (part is None or part.by_id != me.id):
        raise Forbidden
    task.urged += 1
    text = f"{me.name} đôn đốc: {note}" if note else f"{me.name} đôn đốc việc này."
    await notify(work, task, "urged", text)
    work.audit("task.urged", str(task.id), note=note)
    return task


async def _end_part(work: Work, task: Task, state: str) -> Assigned | None:
    part: Assigned | None = await work.one(select(Assigned).where(Assigned.task_id == task.id).with_for_update())
    if part is not None:
        part.state, part.ended_at = state, now()
    return part


async def _end_coordinators(work: Work, row: IncomingWork) -> None:
    for part in await assignments(work, row.id):
        if part.state == rules.ACTIVE and part.role_tag == rules.COORDINATOR:
            part.state, part.ended_at = rules.ENDED, now()
