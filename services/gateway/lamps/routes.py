"""Lamps of the axes."""

from fastapi import APIRouter

from contracts.gateway import api
from services.gateway.lamps import actions
from shared.web import Transaction

router = APIRouter(tags=["axes"])


@router.get("/v1/axes")
async def list_axes(work: Transaction) -> list[api.AxisLamp]:
    work.principal.require("clerk", "leader", "deputy", "unit_admin", "system_admin")
    return await actions.lamps(work)


@router.post("/v1/axes/{name}/try")
async def try_axis(work: Transaction, name: str) -> api.AxisLamp:
    """Do not wait for the end of the pause: the next package may try at once."""
    work.principal.require("clerk", "unit_admin", "system_admin")
    return await actions.try_at_once(work, name)
