"""Administration of partners."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from contracts.gateway import partners as api
from services.gateway.axes.kinds import kinds
from services.gateway.partners import actions, probing, queries
from shared.web import Caller, Here, Transaction

router = APIRouter(tags=["partners"])


@router.get("/v1/partner-kinds")
async def list_partner_kinds(caller: Caller) -> list[api.PartnerKind]:
    caller.require(actions.ADMINISTRATOR)
    return [queries.kind_view(kind) for kind in kinds().values()]


@router.get("/v1/partners")
async def list_partners(work: Transaction) -> list[api.Partner]:
    return await queries.listed(work)


@router.get("/v1/partners/{partner_id}")
async def get_partner(work: Transaction, partner_id: UUID) -> api.Partner:
    return await queries.one(work, partner_id)


@router.post("/v1/partners", status_code=201)
async def create_partner(work: Transaction, body: api.NewPartner) -> api.Partner:
    return await queries.viewed(work, await actions.create_partner(work, body))


@router.put("/v1/partners/{partner_id}")
async def change_partner(work: Transaction, partner_id: UUID, body: api.PartnerChange) -> api.Partner:
    return await queries.viewed(work, await actions.change_partner(work, partner_id, body))


@router.post("/v1/partners/{partner_id}/pause")
async def pause_partner(work: Transaction, partner_id: UUID, body: api.PartnerPause) -> api.Partner:
    return await queries.viewed(work, await actions.pause_partner(work, partner_id, body.reason))


@router.post("/v1/partners/{partner_id}/resume")
async def resume_partner(work: Transaction, partner_id: UUID) -> api.Partner:
    return await queries.viewed(work, await actions.resume_partner(work, partner_id))


@router.post("/v1/partners/{partner_id}/secrets")
async def rotate_partner_secrets(work: Transaction, partner_id: UUID, body: api.PartnerSecrets) -> api.Partner:
    return await queries.viewed(work, await actions.rotate_secrets(work, partner_id, body.secrets))


@router.post("/v1/partners/{partner_id}/test")
async def test_partner(runtime: Here, caller: Caller, partner_id: UUID) -> api.PartnerTest:
    """Ask the partner with its present configuration, paused or not, for what waits; nothing is taken."""
    return await probing.probe(runtime, caller, partner_id)


@router.post("/v1/partners:reseal")
async def reseal_partners(work: Transaction) -> int:
    return await actions.reseal(work)
