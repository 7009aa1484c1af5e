"""The list of offices that have ended."""

from __future__ import annotations

from fastapi import APIRouter, Response

from contracts.signing import api
from services.signing.endings import actions, queries
from services.signing.endings.tables import Ending
from shared.web import Transaction

router = APIRouter(tags=["endings"])


@router.get("/v1/endings")
async def list_endings(work: Transaction) -> list[api.EndingView]:
    return [_view(one) for one in await queries.listed(work)]


@router.post("/v1/endings")
async def end_office(work: Transaction, body: api.NewEnding) -> api.EndingView:
    """From `ended_on` on nothing is signed by the office's certificate, and what is signed by it is not recognised."""
    return _view(await actions.end(work, body))


@router.delete("/v1/endings/{organ_id}", status_code=204)
async def take_ending_back(work: Transaction, organ_id: str) -> Response:
    await actions.take_back(work, organ_id)
    return Response(status_code=204)


def _view(row: Ending) -> api.EndingView:
    return api.EndingView.model_validate(row, from_attributes=True)
