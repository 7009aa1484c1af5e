"""The clerk's desk for packages that wait for a decision."""

from __future__ import annotations

import tempfile
from pathlib import Path
from uuid import UUID

from fastapi import APIRouter

from contracts.gateway import api
from services.gateway.quarantine import actions
from services.gateway.quarantine.tables import REFUSED, RELEASED
from services.gateway.receiving.intake import Source, take_in
from services.gateway.routing.actions import primary_place
from shared.web import Caller, Here, Transaction

router = APIRouter(tags=["quarantine"])


@router.get("/v1/quarantine")
async def list_quarantine(work: Transaction) -> list[api.QuarantineEntry]:
    return await actions.entries(work)


@router.post("/v1/quarantine/{entry_id}/release")
async def release_quarantine(
    runtime: Here, caller: Caller, entry_id: UUID, body: api.QuarantineDecision
) -> api.ArrivalResult:
    """Read the package again and take it in for the office it was held for, or the caller's own."""
    async with runtime.work(caller) as work:
        row = await actions.undecided(work, entry_id)
        place = await primary_place(work, row.office_id or caller.office_id)
    with tempfile.TemporaryDirectory(prefix="release-") as folder:
        path = Path(folder) / "package.edxml"
        await runtime.blobs.copy_to(row.sha256, path)
        source = Source(row.to_code, row.channel, row.external_id, caller, place)
        result = await take_in(runtime, path, source)
    if result.state == "quarantined":
        raise actions.StillUntrusted(reason=result.explanation)
    async with runtime.work(caller) as work:
        await actions.decide(work, entry_id, RELEASED, body.note)
    return result


@router.post("/v1/quarantine/{entry_id}/refuse")
async def refuse_quarantine(work: Transaction, entry_id: UUID, body: api.QuarantineDecision) -> api.QuarantineEntry:
    return actions.view(await actions.decide(work, entry_id, REFUSED, body.note))
