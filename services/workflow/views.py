"""Everything around one draft or incoming document, as its page shows it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from contracts.message import FileRef
from contracts.workflow import api
from services.workflow.access import find_draft, find_incoming
from services.workflow.incoming import queries as incoming
from services.workflow.incoming.tables import Assigned, IncomingWork
from services.workflow.outgoing.tables import Draft, Opinion, Step
from services.workflow.tasks import queries as tasks
from shared.problems import NotFound
from shared.work import Work


async def process(work: Work, object_type: str, object_id: str) -> api.Process:
    """Raises NotFound for another office's object and for one that workflow does not know."""
    await work.flush()
    if object_type == "draft":
        return await _of_draft(work, await find_draft(work, object_id))
    if object_type == "incoming":
        return await _of_incoming(work, await find_incoming(work, object_id))
    raise NotFound


async def _of_draft(work: Work, draft: Draft) -> api.Process:
    rows = await work.all(select(Step).where(Step.draft_id == draft.id).order_by(Step.round, Step.place))
    steps = [_step(row) for row in rows if row.round == draft.round or row.state != "void"]
    return await _process(work, "draft", draft.id, draft.state, draft.content_hash, steps, [])


async def _of_incoming(work: Work, row: IncomingWork) -> api.Process:
    parts = await incoming.assignments(work, row.id)
    found = await _process(work, "incoming", row.id, row.state, "", [], [_part(p) for p in parts])
    return found.model_copy(update={"frozen": row.frozen})


async def _process(
    work: Work,
    object_type: str,
    object_id: str,
    state: str,
    content_hash: str,
    steps: list[api.StepView],
    assignments: list[api.AssignmentView],
) -> api.Process:
    found = await tasks.of_object(work, object_type, object_id)
    own, instead_of = await tasks.mine_of(work, found)
    return api.Process(
        object_type=object_type,
        object_id=object_id,
        state=state,
        content_hash=content_hash,
        steps=steps,
        opinions=[opinion(row) for row in await _opinions(work, object_type, object_id)],
        tasks=[tasks.view(task) for task in found],
        my_task=tasks.view(own, instead_of) if own else None,
        assignments=assignments,
    )


async def _opinions(work: Work, object_type: str, object_id: str) -> Sequence[Opinion]:
    return await work.all(
        select(Opinion).where(Opinion.object_type == object_type, Opinion.object_id == object_id).order_by(Opinion.id)
    )


def _step(row: Step) -> api.StepView:
    fields = ["name", "step", "state", "round", "person_name", "content_hash", "at", "due_at", "note"]
    return api.StepView(**{f: getattr(row, f) for f in fields})


def opinion(row: Opinion) -> api.Opinion:
    fields = ["person_id", "person_name", "state", "text", "content_hash", "at", "due_at", "late", "required", "taken"]
    return api.Opinion(
        **{f: getattr(row, f) for f in fields},
        id=str(row.id),
        task_id=str(row.task_id),
        by_name=row.person_name,
        file=FileRef.model_validate(row.file) if row.file else None,
        taken_reason=row.taken_reason,
    )


def _part(row: Assigned) -> api.AssignmentView:
    fields = ["person_id", "person_name", "role_tag", "by_name", "direction", "due_at", "at", "state", "ended_at"]
    return api.AssignmentView(
        **{f: getattr(row, f) for f in fields},
        id=str(row.id),
        parent_id=str(row.parent_id) if row.parent_id else None,
    )
