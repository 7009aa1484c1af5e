"""The verification sheet over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.registry.proofs import actions
from shared.web import Caller, Here

router = APIRouter(tags=["proofs"])


@router.get("/v1/documents/{document_id}/proof.pdf", response_class=Response)
async def get_proof(runtime: Here, caller: Caller, document_id: str) -> Response:
    """Whether the stored original is what was sent, and its signatures as of now, to print."""
    return Response(await actions.sheet(runtime, caller, document_id), media_type="application/pdf")
