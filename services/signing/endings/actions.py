"""Write down that an office ends, or that it was a mistake."""

from __future__ import annotations

from contracts.signing import api
from services.signing.endings.tables import Ending
from shared.clock import now
from shared.problems import NotFound
from shared.work import Work


async def end(work: Work, body: api.NewEnding) -> Ending:
    """Said again, the later word counts; both are in the audit log."""
    work.principal.require("system_admin")
    row = await work.get(Ending, body.organ_id, lock=True)
    if row is None:
        row = Ending(organ_id=body.organ_id, recorded_at=now())
        work.save(row)
    row.name, row.ended_on, row.legal_basis = body.name, body.ended_on, body.legal_basis
    row.recorded_at, row.recorded_by = now(), work.principal.name
    facts = {"name": body.name, "ended_on": str(body.ended_on), "legal_basis": body.legal_basis}
    work.audit("office.ended", body.organ_id, **facts)
    return row


async def take_back(work: Work, organ_id: str) -> None:
    """The office goes on."""
    work.principal.require("system_admin")
    row = await work.get(Ending, organ_id, lock=True)
    if row is None:
        raise NotFound
    await work.session.delete(row)
    work.audit("office.goes-on", organ_id, ended_on=str(row.ended_on))
