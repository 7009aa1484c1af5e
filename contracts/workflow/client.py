"""Typed client of workflow."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.message import Model
from contracts.workflow import api


class TaskPage(Model):
    items: list[api.Task]
    next: str | None = None


class WorkflowClient(Client):
    service = "workflow"

    async def list_tasks(self, state: str = "open", cursor: str | None = None, limit: int | None = None) -> TaskPage:
        params = {"state": state, "cursor": cursor, "limit": limit}
        return TaskPage.model_validate(await self.call("GET", "/v1/tasks", params=params))

    async def get_object(self, object_type: str, object_id: str) -> api.Process:
        return api.Process.model_validate(await self.call("GET", f"/v1/objects/{object_type}/{object_id}"))

    async def give_opinion(self, task_id: str, body: api.OpinionText, **options: Any) -> api.Task:
        return await self._task(task_id, "opinion", body, **options)

    async def answer_opinion(self, opinion_id: str, body: api.OpinionAnswer) -> api.Opinion:
        return api.Opinion.model_validate(await self.call("POST", f"/v1/opinions/{opinion_id}/answer", json=body))

    async def approve(self, task_id: str, body: api.Approval, **options: Any) -> api.Task:
        return await self._task(task_id, "approve", body, **options)

    async def return_draft(self, task_id: str, body: api.Return, **options: Any) -> api.Task:
        return await self._task(task_id, "return", body, **options)

    async def consult(self, draft_id: str, body: api.Consultation, **options: Any) -> api.Process:
        answer = await self.call("POST", f"/v1/drafts/{draft_id}/consult", json=body, **options)
        return api.Process.model_validate(answer)

    async def assign(self, incoming_id: str, body: api.Assignment, **options: Any) -> api.Process:
        answer = await self.call("POST", f"/v1/incoming/{incoming_id}/assign", json=body, **options)
        return api.Process.model_validate(answer)

    async def transfer(self, incoming_id: str, body: api.Transfer, **options: Any) -> api.Process:
        answer = await self.call("POST", f"/v1/incoming/{incoming_id}/transfer", json=body, **options)
        return api.Process.model_validate(answer)

    async def accept(self, task_id: str, **options: Any) -> api.Task:
        return await self._task(task_id, "accept", None, **options)

    async def finish(self, task_id: str, body: api.Finish, **options: Any) -> api.Task:
        return await self._task(task_id, "finish", body, **options)

    async def urge(self, task_id: str, body: api.Urging, **options: Any) -> api.Task:
        return await self._task(task_id, "urge", body, **options)

    async def list_delegations(self) -> list[api.Delegation]:
        return [api.Delegation.model_validate(row) for row in await self.call("GET", "/v1/delegations")]

    async def delegate(self, body: api.NewDelegation) -> api.Delegation:
        return api.Delegation.model_validate(await self.call("POST", "/v1/delegations", json=body))

    async def end_delegation(self, delegation_id: str) -> api.Delegation:
        return api.Delegation.model_validate(await self.call("DELETE", f"/v1/delegations/{delegation_id}"))

    async def list_processes(self) -> list[api.ProcessDefinition]:
        return [api.ProcessDefinition.model_validate(row) for row in await self.call("GET", "/v1/processes")]

    async def create_process(self, body: api.NewProcess) -> api.ProcessDefinition:
        return api.ProcessDefinition.model_validate(await self.call("POST", "/v1/processes", json=body))

    async def list_notices(self) -> list[api.Notice]:
        return [api.Notice.model_validate(row) for row in await self.call("GET", "/v1/notices")]

    async def progress(self) -> api.Progress:
        return api.Progress.model_validate(await self.call("GET", "/v1/progress"))

    async def _task(self, task_id: str, act: str, body: Model | None, **options: Any) -> api.Task:
        answer = await self.call("POST", f"/v1/tasks/{task_id}/{act}", json=body, **options)
        return api.Task.model_validate(answer)

    async def elapsed(self, working_days: int) -> api.ElapsedTime:
        """Since when something must have waited to have had so many whole working days by now."""
        answer = await self.call("GET", "/v1/calendar/elapsed", params={"working_days": working_days})
        return api.ElapsedTime.model_validate(answer)
