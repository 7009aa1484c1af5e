"""Who decides on copies beside the head: by a written decision, from and until a day (NĐ 30 Đ27)."""

from __future__ import annotations

from datetime import date

from contracts.registry import api
from services.registry.access import identifier
from services.registry.copies.tables import CopyAuthority
from services.registry.offices import queries as offices
from services.registry.timeline.actions import record
from shared.clock import today
from shared.problems import NotFound
from shared.work import Work


async def grant(work: Work, form: api.NewCopyAuthority) -> None:
    """Only the head gives it. Given again, the newer decision counts."""
    work.principal.require("leader")
    office_id = work.principal.office_id
    person = await offices.person(work, form.person_id)
    if person is None or person.office_id != office_id or not person.active:
        raise NotFound
    ends = date.fromisoformat(form.valid_to) if form.valid_to else None
    await work.session.merge(
        CopyAuthority(office_id=office_id, person_id=person.id, basis=form.basis, valid_from=today(), valid_to=ends)
    )
    record(
        work, identifier(person.id), "copy-authority-given", f"Giao ký bản sao theo {form.basis}", until=form.valid_to
    )


async def granted(work: Work, office_id: str, person_id: str) -> bool:
    row = await work.get(CopyAuthority, (office_id, person_id))
    return row is not None and row.valid_from <= today() and (row.valid_to is None or today() <= row.valid_to)
