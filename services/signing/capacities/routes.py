"""The table of rights to sign."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from contracts.signing import api
from services.signing.capacities import actions, queries
from shared.web import Transaction

router = APIRouter(tags=["capacities"])


@router.get("/v1/capacities")
async def list_capacities(work: Transaction, person_id: str = "", given: bool = False) -> list[api.CapacityView]:
    """Of the caller's office; `given`: those which the caller has given to others."""
    return await queries.listed(work, person_id, work.principal.id if given else "")


@router.post("/v1/capacities", status_code=201)
async def give_capacity(work: Transaction, body: api.NewCapacity) -> api.CapacityView:
    return queries.view(await actions.give(work, body))


@router.delete("/v1/capacities/{capacity_id}")
async def end_capacity(work: Transaction, capacity_id: UUID) -> api.CapacityView:
    return queries.view(await actions.end(work, capacity_id))
