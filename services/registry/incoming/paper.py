"""Documents that come on paper: one series of arrival numbers with the electronic ones (NĐ 30 Đ22 k2)."""

from __future__ import annotations

from contracts.registry import api
from services.registry.files.actions import held
from services.registry.files.names import plain
from services.registry.incoming import rules
from services.registry.incoming.tables import Incoming
from services.registry.offices import queries as offices
from services.registry.timeline.actions import record
from shared.clock import now
from shared.database import new_id
from shared.work import Work

PAPER_STATE = "PAPER"


async def enter(work: Work, body: api.NewPaper) -> Incoming:
    """Write down what stands on the paper, with its scan where there is one; then it waits like any other."""
    work.principal.require("clerk")
    me, key = work.principal, new_id()
    office = await offices.office(work, me.office_id)
    files = await held(work, me.office_id, body.files)
    code = "/".join(part for part in (body.code_number.strip(), body.code_notation.strip()) if part)
    same = body.model_dump(exclude={"files", "code_number", "code_notation", "sender_organ_id"})
    row = Incoming(
        **same,
        id=key,
        arrival_id=f"paper:{key}",
        office_id=me.office_id,
        organ_id=office.organ_id,
        office_name=office.name,
        state=rules.CHECKED,
        medium=rules.PAPER,
        arrived_at=now(),
        sender_organ_id=body.sender_organ_id.strip(),
        code=code,
        code_key=rules.code_key(code),
        issuer_key=rules.issuer_key(body.sender_name),
        searched=plain(f"{code} {body.sender_name} {body.subject}").lower(),
        files=[f.model_dump(mode="json") for f in files],
        legal_state=PAPER_STATE,
    )
    work.save(row)
    await work.flush()
    record(work, row.id, "paper-entered", f"Nhận bản giấy của {row.sender_name}", code=code)
    return row
