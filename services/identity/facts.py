"""Tell every fact anew: for a service that joined later and has no copy yet."""

from __future__ import annotations

from fastapi import APIRouter

from services.identity.offices import actions as offices
from services.identity.people import actions as people
from shared.web import Transaction
from shared.work import Work

router = APIRouter(tags=["facts"])


async def tell_all(work: Work) -> None:
    """Offices first, then people. Receivers take the whole present state over, so telling twice does no harm."""
    await offices.tell_all(work)
    await people.tell_all(work)


@router.post("/v1/facts:tell", status_code=202)
async def tell_facts(work: Transaction) -> None:
    work.principal.require("system_admin")
    await tell_all(work)
    work.audit("facts.told", "identity")
