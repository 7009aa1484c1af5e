"""The arrival stamp over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.registry.stamps import actions
from shared.web import Caller, Here

router = APIRouter(tags=["stamps"])


@router.get("/v1/incoming/{incoming_id}/arrival-stamp.pdf", response_class=Response)
async def get_stamp(runtime: Here, caller: Caller, incoming_id: str) -> Response:
    """The stamp "ĐẾN" alone, in its true size, to print on a label."""
    return Response(await actions.label(runtime, caller, incoming_id), media_type="application/pdf")


@router.get("/v1/incoming/{incoming_id}/stamped.pdf", response_class=Response)
async def get_stamped(runtime: Here, caller: Caller, incoming_id: str) -> Response:
    """A copy of the main file for printing with the stamp on its first page; the original is not touched."""
    return Response(await actions.stamped(runtime, caller, incoming_id), media_type="application/pdf")
