"""Tasks, drafts and incoming documents over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from contracts.workflow import api
from services.workflow import views
from services.workflow.incoming import assigning, handling
from services.workflow.outgoing import acts, opinions
from services.workflow.outgoing.rules import RETURNING
from services.workflow.tasks import queries
from services.workflow.tasks.actions import mine
from shared.paging import Page
from shared.web import Transaction

router = APIRouter(tags=["tasks"])


@router.get("/v1/tasks")
async def list_tasks(
    work: Transaction,
    state: Literal["open", "done"] = "open",
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[api.Task]:
    """The caller's tasks: the most urgent first, then what is due first."""
    return await queries.my_tasks(work, state, cursor, limit)


@router.get("/v1/objects/{object_type}/{object_id}")
async def get_object(work: Transaction, object_type: str, object_id: str) -> api.Process:
    return await views.process(work, object_type, object_id)


@router.post("/v1/drafts/{draft_id}/consult")
async def consult(work: Transaction, draft_id: str, body: api.Consultation) -> api.Process:
    await opinions.consult(work, draft_id, body)
    return await views.process(work, "draft", draft_id)


@router.post("/v1/tasks/{task_id}/opinion")
async def give_opinion(work: Transaction, task_id: str, body: api.OpinionText) -> api.Task:
    return queries.view(await opinions.give_opinion(work, task_id, body))


@router.post("/v1/opinions/{opinion_id}/answer")
async def answer_opinion(work: Transaction, opinion_id: str, body: api.OpinionAnswer) -> api.Opinion:
    return views.opinion(await opinions.answer_opinion(work, opinion_id, body))


@router.post("/v1/tasks/{task_id}/approve")
async def approve(work: Transaction, task_id: str, body: api.Approval) -> api.Task:
    return queries.view(await acts.approve(work, task_id, body))


@router.post("/v1/tasks/{task_id}/return")
async def return_task(work: Transaction, task_id: str, body: api.Return) -> api.Task:
    """A draft goes back to its drafter; a task given by a leader goes back to who gave it."""
    task = await mine(work, task_id)
    if task.kind in RETURNING:
        return queries.view(await acts.give_back(work, task_id, body.reason))
    return queries.view(await handling.give_back(work, task_id, body.reason))


@router.post("/v1/tasks/{task_id}/accept")
async def accept(work: Transaction, task_id: str) -> api.Task:
    return queries.view(await handling.accept(work, task_id))


@router.post("/v1/tasks/{task_id}/finish")
async def finish(work: Transaction, task_id: str, body: api.Finish) -> api.Task:
    return queries.view(await handling.finish(work, task_id, body))


@router.post("/v1/tasks/{task_id}/urge")
async def urge(work: Transaction, task_id: str, body: api.Urging) -> api.Task:
    return queries.view(await handling.urge(work, task_id, body.note))


@router.post("/v1/incoming/{incoming_id}/assign")
async def assign(work: Transaction, incoming_id: str, body: api.Assignment) -> api.Process:
    await assigning.assign(work, incoming_id, body)
    return await views.process(work, "incoming", incoming_id)


@router.post("/v1/incoming/{incoming_id}/transfer")
async def transfer(work: Transaction, incoming_id: str, body: api.Transfer) -> api.Process:
    await assigning.transfer(work, incoming_id, body)
    return await views.process(work, "incoming", incoming_id)
