"""The acts of persons."""

from __future__ import annotations

from fastapi import APIRouter

from contracts.signing import api
from services.signing.acts import leader
from shared.web import Caller, Here

router = APIRouter(tags=["acts"])


@router.post("/v1/acts/leader-sign")
async def leader_sign(runtime: Here, caller: Caller, body: api.LeaderSign) -> api.ActResult:
    return await leader.sign(runtime, caller, body)
