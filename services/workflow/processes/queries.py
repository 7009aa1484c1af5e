"""Which process is in force for an office on a day."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path

from sqlalchemy import or_, select

from contracts.workflow.api import Deadline, ProcessDefinition
from services.workflow.processes.tables import OfficeProcess
from shared.clock import today
from shared.work import Work

DEFAULTS = Path(__file__).with_name("defaults.json")
OUTGOING, INCOMING = "outgoing", "incoming"


@cache
def defaults() -> tuple[ProcessDefinition, ...]:
    """The processes of every office that has none of its own."""
    return tuple(ProcessDefinition.model_validate(row) for row in json.loads(DEFAULTS.read_text("utf-8")))


def definition(row: OfficeProcess) -> ProcessDefinition:
    return ProcessDefinition.model_validate(row.definition | {"id": str(row.id), "office_id": row.office_id})


async def in_force(work: Work, office_id: str, kind: str, on: date | None = None) -> ProcessDefinition:
    """The office's own newest process of that day, or the default one."""
    day = on or today()
    row = await work.one(
        select(OfficeProcess)
        .where(
            OfficeProcess.office_id == office_id,
            OfficeProcess.kind == kind,
            OfficeProcess.valid_from <= day,
            or_(OfficeProcess.valid_to.is_(None), OfficeProcess.valid_to >= day),
        )
        .order_by(OfficeProcess.valid_from.desc(), OfficeProcess.id.desc())
    )
    if row is not None:
        return definition(row)
    return next(d for d in reversed(defaults()) if d.kind == kind and d.valid_from <= day)


def deadline(process: ProcessDefinition, kind: str) -> Deadline:
    """The deadline of a kind of task; what the process does not say, the default process says."""
    if kind in process.deadlines:
        return process.deadlines[kind]
    for default in defaults():
        if kind in default.deadlines:
            return default.deadlines[kind]
    return Deadline()
