"""For whom the caller may act today."""

from __future__ import annotations

from sqlalchemy import select

from services.workflow.delegations.tables import Delegation
from shared.clock import today
from shared.work import Work


async def stood_for(work: Work, scope: str) -> dict[str, str]:
    """Person → name of those who let the caller do this today."""
    day = today()
    rows = await work.all(
        select(Delegation).where(
            Delegation.to_person_id == work.principal.id,
            Delegation.office_id == work.principal.office_id,
            Delegation.valid_from <= day,
            Delegation.valid_to >= day,
            Delegation.ended_at.is_(None),
        )
    )
    return {row.from_person_id: row.from_name for row in rows if scope in row.scopes}
