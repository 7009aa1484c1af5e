"""Warnings once before and once after the deadline; silence is no opinion."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from services.workflow.notices.actions import end_silence, tell_late, warn
from shared.clock import now
from tests.unit.workflow.office import COLLEAGUE, DRAFTER, HEAD, handed_in, office, post, process, tasks_of


async def kinds_of(system, person) -> list[str]:
    return [n["kind"] for n in (await system.client("workflow", person).get("/v1/notices")).json()]


async def test_each_warning_is_told_once(tmp_path):
    async with office(tmp_path) as system:
        await handed_in(system)
        [task] = await tasks_of(system, HEAD)
        runtime = system.runtime("workflow")
        due = datetime.fromisoformat(task["due_at"])
        for _ in range(2):
            async with runtime.work() as work:
                await warn(work, due - timedelta(minutes=1))
        assert await kinds_of(system, HEAD) == ["due-soon"]
        for _ in range(2):
            async with runtime.work() as work:
                await tell_late(work, due + timedelta(minutes=1))
        assert await kinds_of(system, HEAD) == ["overdue", "due-soon"]


@pytest.mark.requirement("R12.3")
async def test_silence_until_the_deadline_is_no_opinion(tmp_path):
    async with office(tmp_path) as system:
        draft = await handed_in(system)
        due = (now() + timedelta(hours=1)).isoformat()
        await post(system, DRAFTER, f"/v1/drafts/{draft}/consult", person_ids=[COLLEAGUE.id, HEAD.id], due_at=due)
        mine = [t for t in await tasks_of(system, HEAD) if t["kind"] == "opinion"]
        await post(system, HEAD, f"/v1/tasks/{mine[0]['id']}/opinion", text="Đồng ý")
        async with system.runtime("workflow").work() as work:
            assert await end_silence(work, now() + timedelta(hours=2)) == 1
        said = {o["person_id"]: o["state"] for o in (await process(system, DRAFTER, "draft", draft))["opinions"]}
        assert said == {COLLEAGUE.id: "none", HEAD.id: "given"}
        assert await tasks_of(system, COLLEAGUE) == []
