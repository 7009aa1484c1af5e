"""Ask the authorities about what arrived without proof of its certificates."""

from __future__ import annotations

from contracts.gateway.events import DocumentArrivedV2
from services.signing.verdicts import arrivals, waiting
from services.signing.verdicts.actions import report_on
from services.signing.verdicts.tables import UnansweredArrival
from shared.problems import Refusal
from shared.service import Runtime


async def ask_authorities(runtime: Runtime) -> None:
    """The job: the network is asked outside of any transaction; the verdict is told when nothing is missing."""
    async with runtime.work(reading=True) as work:
        rows = await waiting.due(work)
    for row in rows:
        message = DocumentArrivedV2.model_validate(row.message)
        try:
            for file in arrivals.signed_files(message):
                await report_on(runtime, file.sha256, annex=file.role == "annex")
        except Refusal:  # the file is no longer there, or cannot be judged now
            await _settle(runtime, row.arrival_id, None)
        else:
            await _settle(runtime, row.arrival_id, message)


async def _settle(runtime: Runtime, arrival_id: str, message: DocumentArrivedV2 | None) -> None:
    async with runtime.work() as work:
        row = await work.get(UnansweredArrival, arrival_id, lock=True)
        if row is None:
            return
        said, complete = await arrivals.verdict_on(work, message) if message is not None else (None, False)
        if said is not None and complete:
            work.emit(said, key=said.arrival_ids[0])
        await waiting.settle(work, row, answered=complete)
