"""Ask for opinions, give one, take it in or not (QĐ 51 Đ12 k1 b)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from contracts.workflow import api
from contracts.workflow.events import OpinionGivenV1
from services.workflow.access import find_draft
from services.workflow.calendar.rules import Due
from services.workflow.incoming.queries import leads
from services.workflow.organisation.queries import colleagues
from services.workflow.outgoing import rules, steps
from services.workflow.outgoing.tables import Draft, Opinion
from services.workflow.processes.queries import deadline
from services.workflow.tasks import actions as tasks
from services.workflow.tasks import rules as kinds
from services.workflow.tasks.tables import Task
from shared.clock import now
from shared.problems import Forbidden, Invalid, NotFound
from shared.work import Work


class DueInThePast(Invalid):
    kind = "due-in-the-past"
    message = "Hạn đã chọn ở trong quá khứ. Hãy chọn hạn từ hôm nay trở đi."


async def consult(work: Work, draft_id: str, body: api.Consultation) -> Draft:
    """Ask people of the office. By the drafter, the drafter's unit or whoever the draft waits for."""
    draft = await find_draft(work, draft_id, lock=True)
    await _may_ask(work, draft)
    if draft.state not in (rules.RUNNING, rules.APPROVED, rules.CHANGED, rules.RETURNED):
        raise rules.NotOnItsWay
    if body.due_at is not None and body.due_at <= now():
        raise DueInThePast
    asked = await _asked_already(work, draft)
    people = [p for p in await colleagues(work, body.person_ids, draft.office_id) if p.id not in asked]
    due = Due(body.due_at) if body.due_at else None
    due = due or await steps.due_of(work, draft, deadline(steps.process_of(draft), kinds.OPINION))
    opened = await tasks.open_for(
        work,
        people,
        kinds.OPINION,
        steps.about(draft),
        due,
        sender=work.principal.name,
        note=body.note,
        step="opinion",
        content_hash=draft.content_hash,
    )
    for task in opened:
        _each_alone(task)
        work.save(_waiting(work, task, due, body.required))
    work.audit("draft.consulted", draft.id, people=[p.id for p in people], required=body.required)
    await work.flush()
    return draft


def _each_alone(task: Task) -> None:
    """Everybody gives an opinion of their own: one does not end another's task."""
    task.group_id = task.id


def _waiting(work: Work, task: Task, due: Due, required: bool) -> Opinion:
    return Opinion(
        object_type=task.object_type,
        object_id=task.object_id,
        office_id=task.office_id,
        task_id=task.id,
        person_id=task.person_id,
        person_name=task.person_name,
        asked_by_name=work.principal.name,
        content_hash=task.content_hash,
        due_at=due.at,
        required=required,
    )


async def _may_ask(work: Work, draft: Draft) -> None:
    me = work.principal
    if me.id == draft.drafter_id or (me.unit_id is not None and me.unit_id == draft.unit_id):
        return
    held = select(Task).where(
        Task.object_type == "draft", Task.object_id == draft.id, Task.person_id == me.id, Task.open.is_(True)
    )
    if await work.one(held) is None:
        raise Forbidden


async def _asked_already(work: Work, draft: Draft) -> set[str]:
    waiting = select(Opinion.person_id).where(
        Opinion.object_type == "draft", Opinion.object_id == draft.id, Opinion.state == "waiting"
    )
    return set(await work.all(waiting))


async def give_opinion(work: Work, task_id: str, body: api.OpinionText) -> Task:
    """An opinion on a draft, or a coordinator's to the lead. Bound to the content that was asked about."""
    task = await tasks.mine(work, task_id, [kinds.OPINION, kinds.COORDINATE])
    tasks.require_open(task)
    if body.file is not None and not await work.runtime.blobs.exists(body.file.sha256):
        raise NotFound
    row = await work.one(select(Opinion).where(Opinion.task_id == task.id))
    if row is None:
        row = _waiting(work, task, Due(task.due_at or now()), required=False)
        work.save(row)
    row.state, row.text, row.at = "given", body.text, now()
    row.file = body.file.model_dump(mode="json") if body.file else None
    row.content_hash, row.late = task.content_hash, bool(task.due_at and row.at > task.due_at)
    await tasks.close(work, task, "Đã cho ý kiến")
    me = work.principal
    if task.object_type == "draft":
        work.emit(
            OpinionGivenV1(
                draft_id=task.object_id,
                by=me.id,
                by_name=me.name,
                text=body.text,
                content_hash=task.content_hash,
                at=row.at,
            ),
            key=task.object_id,
        )
    work.audit("opinion.given", task.object_id, late=row.late, content_hash=task.content_hash)
    return task


async def answer_opinion(work: Work, opinion_id: str, body: api.OpinionAnswer) -> Opinion:
    """Taken in or not, and why: by the drafter, or the lead handler. Not after the approval."""
    row = await _opinion(work, opinion_id)
    if row.object_type == "draft":
        draft = await work.locked(Draft, row.object_id)
        if work.principal.id != draft.drafter_id:
            raise Forbidden
        if draft.state not in (rules.RUNNING, rules.CHANGED, rules.RETURNED):
            raise rules.OpinionsClosed
    elif not await leads(work, row.object_id, work.principal.id):
        raise Forbidden
    row.taken, row.taken_reason = body.taken, body.reason
    work.audit("opinion.answered", row.object_id, taken=body.taken, reason=body.reason)
    return row


async def _opinion(work: Work, opinion_id: str) -> Opinion:
    try:
        row = await work.locked(Opinion, UUID(opinion_id))
    except ValueError as error:
        raise NotFound from error
    if row.office_id != work.principal.office_id:
        raise NotFound
    return row
