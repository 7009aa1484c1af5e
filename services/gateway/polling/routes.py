"""A receive cycle on demand."""

from __future__ import annotations

from fastapi import APIRouter

from contracts.gateway import api
from services.gateway.polling.actions import poll
from shared.web import Caller, Here

router = APIRouter(tags=["axes"])


@router.post("/v1/axes/{name}/poll")
async def poll_axis(runtime: Here, caller: Caller, name: str) -> api.PollResult:
    caller.require("clerk", "unit_admin", "system_admin")
    return await poll(runtime, name)
