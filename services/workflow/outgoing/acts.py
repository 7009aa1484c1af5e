"""What people do with a draft that was handed in: approve, initial, give back."""

from __future__ import annotations

from sqlalchemy import func, select

from contracts.workflow import api
from contracts.workflow.events import StepDoneV1
from services.workflow.outgoing import rules, steps
from services.workflow.outgoing.tables import Draft, Opinion
from services.workflow.tasks import actions as tasks
from services.workflow.tasks import rules as kinds
from services.workflow.tasks.tables import Task
from shared.clock import now
from shared.work import Work


async def approve(work: Work, task_id: str, body: api.Approval) -> Task:
    """Content, form or initial, for exactly the content that was seen. Done already: the same answer again."""
    task = await tasks.mine(work, task_id, rules.APPROVING)
    if task.state == kinds.DONE:
        return task
    tasks.require_open(task)
    draft = await work.locked(Draft, task.object_id)
    if not body.content_hash == task.content_hash == draft.content_hash:
        raise rules.ContentChanged
    await _no_opinion_waits(work, draft)
    step = await steps.current(work, draft)
    assert step is not None and step.step == task.step
    me = work.principal
    step.state, step.at, step.person_name, step.content_hash = rules.DONE, now(), me.name, draft.content_hash
    step.note = body.note or ""
    await tasks.close(work, task, kinds.TITLES[task.kind])
    work.emit(
        StepDoneV1(
            draft_id=draft.id,
            step=step.step,
            state=rules.REACHED[step.step],
            by=me.id,
            by_name=me.name,
            content_hash=draft.content_hash,
            at=step.at,
        ),
        key=draft.id,
    )
    work.audit("draft.approved", draft.id, step=step.step, content_hash=draft.content_hash, note=step.note)
    await steps.advance(work, draft)
    return task


async def give_back(work: Work, task_id: str, reason: str) -> Task:
    """Back to the drafter, from any approval or the signature; the reason is told (NĐ 30 Đ12)."""
    task = await tasks.mine(work, task_id, rules.RETURNING)
    tasks.require_open(task)
    draft = await work.locked(Draft, task.object_id)
    me, step = work.principal, await steps.current(work, draft)
    if step is not None:
        step.state, step.at, step.person_name, step.note = "returned", now(), me.name, reason
    await tasks.close(work, task, f"Trả lại: {reason}")
    await steps.give_back(work, draft, task.step, reason, me.id, me.name)
    work.audit("draft.returned", draft.id, step=task.step, reason=reason)
    return task


async def _no_opinion_waits(work: Work, draft: Draft) -> None:
    waiting = await work.scalar(
        select(func.count())
        .select_from(Opinion)
        .where(
            Opinion.object_type == "draft",
            Opinion.object_id == draft.id,
            Opinion.state == "waiting",
            Opinion.required.is_(True),
        )
    )
    if waiting:
        raise rules.OpinionsWaiting(count=waiting)
