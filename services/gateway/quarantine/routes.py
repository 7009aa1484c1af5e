"""The clerk's desk for packages that wait for a decision."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Literal
from uuid import UUID

from fastapi import APIRouter

from contracts.gateway import api
from services.gateway.quarantine import actions, queries, rules
from services.gateway.quarantine.tables import Quarantined
from services.gateway.receiving.disposal import destroy_package
from services.gateway.receiving.intake import Source, take_in
from shared.auth import Principal
from shared.service import Runtime
from shared.web import Caller, Here, Transaction

router = APIRouter(tags=["quarantine"])
State = Literal["held", "released", "refused", "returned"]


@router.get("/v1/quarantine")
async def list_quarantine(
    work: Transaction, state: State | None = None, reason_code: str | None = None
) -> list[api.QuarantineEntry]:
    return [actions.view(row) for row in await queries.entries(work, state, reason_code)]


@router.get("/v1/quarantine/counts")
async def count_quarantine(work: Transaction) -> list[api.QuarantineCount]:
    """What waits for the caller by reason, and what has waited for too long."""
    return await queries.counts(work)


@router.get("/v1/quarantine/scanner")
async def get_scanner(work: Transaction) -> api.ScannerState:
    return await queries.scanner(work)


@router.post("/v1/quarantine/{entry_id}/release")
async def release_quarantine(
    runtime: Here, caller: Caller, entry_id: UUID, body: api.QuarantineDecision
) -> api.ArrivalResult:
    """Read the package again and take it in for the office it was held for, or the one named. What else is wrong with
    it holds it again, for that reason."""
    async with runtime.work(caller) as work:
        row = await actions.undecided(work, entry_id)
        place = await actions.release_to(work, row, body.office_id)
    source = Source(
        row.to_code, row.channel, row.external_id, caller, place, frozenset({row.reason_code, *row.forgiven})
    )
    with tempfile.TemporaryDirectory(prefix="release-") as folder:
        path = Path(folder) / "package.edxml"
        await runtime.blobs.copy_to(row.sha256, path)
        result = await take_in(runtime, path, source)
    if result.state == "quarantined" and result.quarantine_id == str(entry_id):
        raise rules.StillUntrusted(reason=result.explanation)
    async with runtime.work(caller) as work:
        await actions.decide(work, entry_id, rules.RELEASED, body.note)
    return result


@router.post("/v1/quarantine/{entry_id}/return")
async def return_quarantine(
    runtime: Here, caller: Caller, entry_id: UUID, body: api.QuarantineDecision
) -> api.QuarantineEntry:
    """Status 02 with the reason to the sender."""
    async with runtime.work(caller) as work:
        row = await actions.give_back(work, entry_id, body.note)
    return await _done(runtime, caller, row)


@router.post("/v1/quarantine/{entry_id}/refuse")
async def refuse_quarantine(
    runtime: Here, caller: Caller, entry_id: UUID, body: api.QuarantineDecision
) -> api.QuarantineEntry:
    async with runtime.work(caller) as work:
        row = await actions.decide(work, entry_id, rules.REFUSED, body.note)
    return await _done(runtime, caller, row)


@router.post("/v1/quarantine/{entry_id}/reopen")
async def reopen_quarantine(work: Transaction, entry_id: UUID, body: api.QuarantineDecision) -> api.QuarantineEntry:
    """Take a refusal back."""
    return actions.view(await actions.reopen(work, entry_id, body.note))


async def _done(runtime: Runtime, caller: Principal, row: Quarantined) -> api.QuarantineEntry:
    if row.purged:
        await destroy_package(runtime, row.sha256, row.sender_code, row.identifier)
    return actions.view(row)
