"""Look for answers that have become late."""

from __future__ import annotations

from contracts.workflow.client import WorkflowClient
from services.gateway.patience.rules import patience
from services.gateway.reminders.actions import mark_late
from shared.service import Runtime


async def watch_answers(runtime: Runtime) -> None:
    """The job: each late answer is told and reminded of once by itself. workflow keeps the calendar."""
    days = patience().reply_within_working_days
    elapsed = await runtime.client(WorkflowClient).elapsed(days)
    while True:
        async with runtime.work() as work:
            if not await mark_late(work, elapsed.began_before):
                return
