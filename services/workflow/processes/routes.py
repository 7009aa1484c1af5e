"""See the processes of one's office; publish a new one with the decision that orders it."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy import select

from contracts.workflow import api
from services.workflow.processes import queries, rules
from services.workflow.processes.tables import OfficeProcess
from shared.web import Transaction

router = APIRouter(tags=["processes"])


@router.get("/v1/processes")
async def list_processes(work: Transaction) -> list[api.ProcessDefinition]:
    """The office's own, newest first, then those of every office."""
    rows = await work.all(
        select(OfficeProcess)
        .where(OfficeProcess.office_id == work.principal.office_id)
        .order_by(OfficeProcess.valid_from.desc(), OfficeProcess.id.desc())
    )
    return [*(queries.definition(row) for row in rows), *queries.defaults()]


@router.post("/v1/processes", status_code=201)
async def create_process(work: Transaction, body: api.NewProcess) -> api.ProcessDefinition:
    """In force from its first day on. Work that runs stays on the process it began with."""
    work.principal.require("unit_admin")
    rules.check(body)
    row = OfficeProcess(
        office_id=work.principal.office_id,
        kind=body.kind,
        valid_from=body.valid_from,
        valid_to=body.valid_to,
        definition=body.model_dump(mode="json"),
    )
    work.save(row)
    await work.flush()
    work.audit("process.published", str(row.id), kind=body.kind, legal_basis=body.legal_basis)
    return queries.definition(row)
