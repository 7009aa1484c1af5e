"""Who has which part of an incoming document."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from services.workflow.incoming import rules
from services.workflow.incoming.tables import Assigned
from shared.work import Work


async def assignments(work: Work, incoming_id: str) -> Sequence[Assigned]:
    return await work.all(select(Assigned).where(Assigned.incoming_id == incoming_id).order_by(Assigned.id))


async def lead(work: Work, incoming_id: str) -> Assigned | None:
    """The present lead handler: the end of the chain."""
    row: Assigned | None = await work.one(
        select(Assigned).where(
            Assigned.incoming_id == incoming_id, Assigned.role_tag == rules.LEAD, Assigned.state == rules.ACTIVE
        )
    )
    return row


async def leads(work: Work, incoming_id: str, person_id: str) -> bool:
    found = await lead(work, incoming_id)
    return found is not None and found.person_id == person_id
