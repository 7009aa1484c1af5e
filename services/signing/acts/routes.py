"""The acts of persons."""

from __future__ import annotations

from fastapi import APIRouter

from contracts.signing import api
from services.signing.acts import leader, queries
from shared.web import Caller, Here, Transaction

router = APIRouter(tags=["acts"])


@router.post("/v1/acts/leader-sign")
async def leader_sign(runtime: Here, caller: Caller, body: api.LeaderSign) -> api.ActResult:
    return await leader.sign(runtime, caller, body)


@router.get("/v1/acts")
async def list_acts(work: Transaction, object_id: str) -> list[api.ActView]:
    """What was signed on a draft or document, how far it is, and every step of it."""
    return await queries.of_object(work, object_id)
