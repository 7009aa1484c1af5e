"""Administration of the keys of partners."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from contracts.gateway import partners as api
from services.gateway.credentials import actions
from shared.web import Transaction

router = APIRouter(tags=["partners"])


@router.get("/v1/partners/{partner_id}/credentials")
async def list_credentials(work: Transaction, partner_id: UUID) -> list[api.Credential]:
    return [actions.view(row) for row in await actions.credentials(work, partner_id)]


@router.post("/v1/partners/{partner_id}/credentials", status_code=201)
async def create_credential(work: Transaction, partner_id: UUID, body: api.NewCredential) -> api.CreatedCredential:
    return actions.created_view(*await actions.create_credential(work, partner_id, body))


@router.post("/v1/partners/{partner_id}/credentials/{credential_id}/rotate", status_code=201)
async def rotate_credential(
    work: Transaction, partner_id: UUID, credential_id: UUID, body: api.CredentialRotation
) -> api.CreatedCredential:
    return actions.created_view(*await actions.rotate_credential(work, partner_id, credential_id, body))


@router.delete("/v1/partners/{partner_id}/credentials/{credential_id}")
async def revoke_credential(work: Transaction, partner_id: UUID, credential_id: UUID) -> api.Credential:
    return actions.view(await actions.revoke_credential(work, partner_id, credential_id))
