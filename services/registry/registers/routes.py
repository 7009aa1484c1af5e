"""Registers and counts over HTTP."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from contracts.registry import api
from services.registry.documents.typeset import compiled
from services.registry.incoming import queries as incoming
from services.registry.outgoing import queries as outgoing
from services.registry.registers import rows
from shared.clock import today
from shared.web import Caller, Here, Transaction

Year = Annotated[int | None, Query(ge=1945, le=2999)]
router = APIRouter(tags=["registers"])
Direction = Literal["outgoing", "incoming"]


@router.get("/v1/registers/{direction}.pdf", response_class=Response)
async def get_register_pdf(runtime: Here, caller: Caller, direction: Direction, year: Year = None) -> Response:
    async with runtime.work(caller, reading=True) as work:
        data = await rows.book(work, direction, year or today().year)
    pdf = await asyncio.to_thread(compiled, "register_book", data)
    return Response(pdf, media_type="application/pdf")


@router.get("/v1/registers/{direction}")
async def get_register(work: Transaction, direction: Direction, year: Year = None) -> list[api.RegisterRow]:
    read = rows.outgoing_rows if direction == "outgoing" else rows.incoming_rows
    return await read(work, year or today().year)


@router.get("/v1/counts")
async def get_counts(work: Transaction) -> api.Counts:
    out, come = await outgoing.counts(work), await incoming.counts(work)
    return api.Counts(
        drafts=out.get("DRAFT", 0),
        returned=out.get("RETURNED", 0) + out.get("NEEDS_REAPPROVAL", 0),
        to_number=out.get("SIGNED", 0),
        to_issue=out.get("SEALED", 0),
        incoming_waiting=come.get("CHECKED", 0) + come.get("ARRIVED", 0),
        take_backs=come.get("TAKE_BACK_REQUESTED", 0),
    )
