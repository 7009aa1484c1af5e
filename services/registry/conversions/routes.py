"""Conversions to the archival format over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from contracts.registry import api
from services.registry.conversions import actions, queries
from shared.web import Caller, Here, Transaction

router = APIRouter(tags=["conversions"])


@router.post("/v1/conversions", status_code=201)
async def convert_for_archive(runtime: Here, caller: Caller, body: api.NewConversion) -> api.ConversionView:
    """A PDF/A copy of a stored file beside it: the file stays, tool, hashes and the signatures before are kept."""
    return queries.view(await actions.make(runtime, caller, body))


@router.get("/v1/conversions/{object_id}")
async def list_conversions(work: Transaction, object_id: str) -> list[api.ConversionView]:
    """Of the files of one incoming or outgoing document."""
    return await queries.of_object(work, object_id)
