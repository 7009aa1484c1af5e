"""Which process is in force for an office on a day."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, or_, select

from contracts.workflow.api import Deadline, ProcessDefinition
from services.workflow.processes.tables import OfficeProcess
from shared.clock import today
from shared.statements import Prepared, among
from shared.work import Work

DEFAULTS = Path(__file__).with_name("defaults.json")
OUTGOING, INCOMING = "outgoing", "incoming"
IN_FORCE = Prepared(
    select(OfficeProcess.id, OfficeProcess.office_id, OfficeProcess.definition)
    .where(
        among(OfficeProcess.office_id, "office_ids"),
        OfficeProcess.kind == bindparam("kind"),
        OfficeProcess.valid_from <= bindparam("day"),
        or_(OfficeProcess.valid_to.is_(None), OfficeProcess.valid_to >= bindparam("day")),
    )
    .order_by(OfficeProcess.valid_from, OfficeProcess.id)
)


@cache
def defaults() -> tuple[ProcessDefinition, ...]:
    """The processes of every office that has none of its own."""
    return tuple(ProcessDefinition.model_validate(row) for row in json.loads(DEFAULTS.read_text("utf-8")))


def definition(row: Any) -> ProcessDefinition:
    return ProcessDefinition.model_validate(row.definition | {"id": str(row.id), "office_id": row.office_id})


async def in_force(work: Work, office_id: str, kind: str) -> ProcessDefinition:
    """The office's own newest process of today, or the default one."""
    return (await in_force_at(work, [office_id], kind))[office_id]


async def in_force_at(work: Work, office_ids: Sequence[str], kind: str) -> dict[str, ProcessDefinition]:
    """The same for many offices in one query."""
    day = today()
    default = next(d for d in reversed(defaults()) if d.kind == kind and d.valid_from <= day)
    found = dict.fromkeys(office_ids, default)
    for row in await work.rows(IN_FORCE, office_ids=office_ids, kind=kind, day=day):
        found[row.office_id] = definition(row)  # the newest one comes last
    return found


def deadline(process: ProcessDefinition, kind: str) -> Deadline:
    """The deadline of a kind of task; what the process does not say, the default process says."""
    if kind in process.deadlines:
        return process.deadlines[kind]
    for default in defaults():
        if kind in default.deadlines:
            return default.deadlines[kind]
    return Deadline()
