"""Where every copy is, and trying again."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from contracts.gateway import api
from services.gateway.deliveries import actions, queries
from shared.web import Transaction

router = APIRouter(tags=["deliveries"])


@router.get("/v1/deliveries")
async def list_deliveries(work: Transaction, document_id: str) -> list[api.Delivery]:
    return await queries.of_document(work, document_id)


@router.post("/v1/deliveries/{delivery_id}/retry")
async def retry_delivery(work: Transaction, delivery_id: UUID) -> api.Delivery:
    return (await queries.views(work, [await actions.retry(work, delivery_id)]))[0]
