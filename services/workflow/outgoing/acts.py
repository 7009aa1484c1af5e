"""What people do with a draft that was handed in: approve, initial, give back."""

from __future__ import annotations

from sqlalchemy import func, select

from contracts.signing.events import InitialledV1
from contracts.workflow import api
from contracts.workflow.events import StepDoneV1
from services.workflow.outgoing import rules, steps
from services.workflow.outgoing.tables import Draft, Opinion, Step
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
    if step.definition.get("signed") and step.signed_hash != draft.content_hash:
        raise rules.InitialUnsigned
    me = work.principal
    await _step_is_done(work, draft, step, task, me.id, me.name, body.note or "")
    return task


async def _step_is_done(work: Work, draft: Draft, step: Step, task: Task, by: str, by_name: str, note: str) -> None:
    step.state, step.at, step.person_name, step.content_hash = rules.DONE, now(), by_name, draft.content_hash
    step.note = note
    await tasks.close(work, task, kinds.TITLES[task.kind], by_name)
    work.emit(
        StepDoneV1(
            draft_id=draft.id, step=step.step, state=rules.REACHED[step.step], by=by, by_name=by_name,
            content_hash=draft.content_hash, at=step.at,
        ),
        key=draft.id,
    )  # fmt: skip
    work.audit("draft.approved", draft.id, step=step.step, content_hash=draft.content_hash, note=note, by=by)
    await steps.advance(work, draft)


async def initialled(work: Work, message: InitialledV1) -> None:
    """The initial was made with a key: that is the approval too, as soon as no opinion is waited for (R12.5)."""
    draft = await work.locked(Draft, message.draft_id)
    step = await steps.current(work, draft)
    if step is None or step.step != "initial" or message.content_hash != draft.content_hash:
        return  # for a content or at a step that is over
    task = await tasks.open_of(work, steps.key(draft), kinds.INITIAL, message.by)
    if task is None:
        return  # it is not this person's turn
    step.signed_hash = message.content_hash
    if await _waiting_opinions(work, draft):
        task.note = "Đã ký nháy số; còn ý kiến bắt buộc chưa có. Khi đủ ý kiến, hãy bấm Ký nháy để chuyển tiếp."
        return
    await _step_is_done(work, draft, step, task, message.by, message.by_name, "Ký nháy bằng chữ ký số")


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
    waiting = await _waiting_opinions(work, draft)
    if waiting:
        raise rules.OpinionsWaiting(count=waiting)


async def _waiting_opinions(work: Work, draft: Draft) -> int:
    waiting = select(func.count()).select_from(Opinion).where(Opinion.object_type == "draft")
    waiting = waiting.where(Opinion.object_id == draft.id, Opinion.state == "waiting", Opinion.required.is_(True))
    return await work.scalar(waiting) or 0
