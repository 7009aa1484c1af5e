"""Where every copy is, and trying again."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from contracts.gateway import api
from services.gateway.deliveries import actions, packages, queries
from shared.web import Transaction

router = APIRouter(tags=["deliveries"])


@router.get("/v1/deliveries")
async def list_deliveries(work: Transaction, document_id: str) -> list[api.Delivery]:
    return await queries.of_document(work, document_id)


@router.get("/v1/sent-packages/{document_id}")
async def get_sent_package(work: Transaction, document_id: str) -> api.SentPackage:
    """The files that left for the recipients, by their hashes."""
    return await packages.sent(work, document_id)


@router.post("/v1/deliveries/{delivery_id}/retry")
async def retry_delivery(work: Transaction, delivery_id: UUID) -> api.Delivery:
    return (await queries.views(work, [await actions.retry(work, delivery_id)]))[0]
