"""Lead a draft from step to step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update

from contracts.workflow.api import Deadline, ProcessDefinition, StepDefinition
from contracts.workflow.events import DraftApprovedV1, DraftReturnedV1
from services.workflow.calendar.queries import calendar
from services.workflow.calendar.rules import Due
from services.workflow.organisation import queries as people
from services.workflow.organisation.tables import Person
from services.workflow.outgoing import rules
from services.workflow.outgoing.tables import Draft, Step
from services.workflow.processes.queries import deadline
from services.workflow.tasks import actions as tasks
from services.workflow.tasks import rules as kinds
from shared.clock import now
from shared.work import Work


def about(draft: Draft) -> tasks.About:
    return tasks.About("draft", draft.id, draft.office_id, draft.subject, draft.urgency)


def key(draft: Draft) -> tuple[str, str]:
    return ("draft", draft.id)


def process_of(draft: Draft) -> ProcessDefinition:
    return ProcessDefinition.model_validate(draft.definition)


async def due_of(work: Work, draft: Draft, limit: Deadline, start: datetime | None = None) -> Due:
    return (await calendar(work)).due(start or now(), limit, urgent=draft.urgency > 0)


async def begin(work: Work, draft: Draft) -> None:
    """A new round: the whole way is laid out, then the first step opens."""
    await void(work, draft, "Trình lại")
    draft.round += 1
    process = process_of(draft)
    rows: list[tuple[str, str, dict[str, Any]]] = [(s.step, s.name, s.model_dump(mode="json")) for s in process.steps]
    rows += [(s, name, {"deadline": d.model_dump(mode="json")}) for s, name, d in rules.clerk_steps(process)]
    work.save(
        *(
            Step(draft_id=draft.id, round=draft.round, place=place, step=step, name=name, definition=definition)
            for place, (step, name, definition) in enumerate(rows)
        )
    )
    await work.flush()
    await advance(work, draft)


async def void(work: Work, draft: Draft, note: str) -> None:
    """What has not been done of the present round will not be; what was done no longer counts."""
    old = update(Step).where(Step.draft_id == draft.id, Step.round == draft.round)
    await work.execute(old.where(Step.state.in_([rules.CURRENT, rules.EXPECTED])).values(state=rules.VOID, note=note))


async def current(work: Work, draft: Draft) -> Step | None:
    step: Step | None = await work.one(_of_round(draft).where(Step.state == rules.CURRENT).order_by(Step.place))
    return step


async def step_named(work: Work, draft: Draft, step: str) -> Step | None:
    found: Step | None = await work.one(_of_round(draft).where(Step.step == step))
    return found


def _of_round(draft: Draft) -> Select[Any]:
    return select(Step).where(Step.draft_id == draft.id, Step.round == draft.round)


async def advance(work: Work, draft: Draft) -> None:
    """Open the next step that somebody has to do; skip those which nobody does, saying why."""
    for step in await work.all(_of_round(draft).where(Step.state == rules.EXPECTED).order_by(Step.place)):
        definition = StepDefinition.model_validate(step.definition)
        doers, skipped = await _doers(work, draft, definition)
        if not doers and not skipped:
            await give_back(work, draft, step.step, f"Chưa có ai giữ vai trò của bước “{step.name}”.", "", "Hệ thống")
            return
        if not doers:
            step.state, step.note, step.at = rules.SKIPPED, skipped, now()
            continue
        if definition.step == "sign":
            _approved(work, draft)
        await _open(work, draft, step, definition.deadline, rules.TASK_OF_STEP[step.step], doers)
        return


async def open_clerk_step(work: Work, draft: Draft, name: str) -> None:
    """Number or issue, for every clerk of the office; the time runs from the signature (NĐ 30 Đ18; QĐ 28 Đ6)."""
    step = await step_named(work, draft, name)
    if step is None or step.state == rules.DONE:
        return
    limit = deadline(process_of(draft), name)
    doers = await people.first_holders(work, rules.CLERKS, draft.office_id)
    await _open(work, draft, step, limit, name, doers, start=draft.signed_at)


async def _open(
    work: Work,
    draft: Draft,
    step: Step,
    limit: Deadline,
    kind: str,
    doers: Sequence[Person],
    start: datetime | None = None,
) -> None:
    due = await due_of(work, draft, limit, start)
    step.state, step.due_at, step.at = rules.CURRENT, due.at, now()
    step.person_name = ", ".join(p.full_name for p in doers)[:600]
    await tasks.open_for(
        work, doers, kind, about(draft), due, sender=draft.drafter_name, step=step.step, content_hash=draft.content_hash
    )


async def _doers(work: Work, draft: Draft, step: StepDefinition) -> tuple[Sequence[Person], str]:
    """Who does the step; or nobody, and why it is skipped ("" = it must not be)."""
    if step.who == "signer":
        signer = await people.person(work, draft.signer_id)
        return ([signer] if signer and signer.active else []), ""
    unit = draft.unit_id if step.who == "unit_head" else None
    if step.who == "unit_head" and unit is None:
        found: Sequence[Person] = []
    else:
        found = await people.holders(work, step.who, draft.office_id, unit)
    if any(p.id == draft.signer_id for p in found):
        return [], "Người làm bước này là người ký văn bản."
    if any(p.id == draft.drafter_id for p in found):
        return [], "Người làm bước này là người soạn văn bản."
    if found or step.when_nobody == "skip":
        return found, "Cơ quan, đơn vị không có người giữ vai trò này."
    others = await people.first_holders(work, rules.STAND_INS, draft.office_id)
    return [p for p in others if p.id != draft.drafter_id], ""


def _approved(work: Work, draft: Draft) -> None:
    draft.state = rules.APPROVED
    work.emit(
        DraftApprovedV1(
            draft_id=draft.id,
            office_id=draft.office_id,
            content_hash=draft.content_hash,
            signer_id=draft.signer_id,
            at=now(),
            version=draft.version,
        ),
        key=draft.id,
        urgent=draft.urgency > 0,
    )


async def give_back(work: Work, draft: Draft, step: str, reason: str, by: str, by_name: str) -> None:
    """Back to the drafter, with the reason and a task: nothing lies without an owner."""
    await tasks.cancel(work, key(draft), "Dự thảo được trả lại", rules.RETURNING)
    await void(work, draft, "Dự thảo được trả lại")
    draft.state = rules.RETURNED
    work.emit(
        DraftReturnedV1(draft_id=draft.id, step=step, by=by, by_name=by_name, reason=reason, at=now()), key=draft.id
    )
    await ask_to_revise(work, draft, reason, by_name)


async def ask_to_revise(work: Work, draft: Draft, note: str, sender: str) -> None:
    drafter = await people.person(work, draft.drafter_id)
    doers = [drafter] if drafter and drafter.active else await people.first_holders(work, rules.CLERKS, draft.office_id)
    due = await due_of(work, draft, deadline(process_of(draft), kinds.REVISE))
    await tasks.open_for(work, doers, kinds.REVISE, about(draft), due, sender=sender, note=note)
