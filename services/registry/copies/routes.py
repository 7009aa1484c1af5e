"""Copies over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from contracts.registry import api
from services.registry.access import find, identifier, visible
from services.registry.copies import actions, authorities, rules, views
from services.registry.copies.tables import CertifiedCopy
from shared.paging import Page, decode, encode
from shared.web import Caller, Here, Transaction

router = APIRouter(tags=["copies"])


@router.get("/v1/copy-kinds")
async def list_kinds(caller: Caller) -> list[api.CopyKind]:
    """The kinds in force today, and from which medium to which each may be made."""
    edition = rules.kinds_on()
    return [api.CopyKind(**one.model_dump(), legal_basis=edition.legal_basis) for one in edition.kinds]


@router.post("/v1/copies", status_code=201)
async def ask_for_copy(runtime: Here, caller: Caller, body: api.NewCopy) -> api.CopyView:
    return views.row(await actions.ask(runtime, caller, body))


@router.get("/v1/copies")
async def list_copies(
    work: Transaction,
    state: str | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[api.CopyView]:
    """The office's copies, the youngest first."""
    statement = visible(work, CertifiedCopy).order_by(CertifiedCopy.id.desc()).limit(limit + 1)
    if state:
        statement = statement.where(CertifiedCopy.state.in_(state.split(",")))
    if cursor:
        statement = statement.where(CertifiedCopy.id < identifier(str(decode(cursor, 1)[0])))
    rows = await work.all(statement)
    following = encode(rows[limit - 1].id) if len(rows) > limit else None
    return Page(items=[views.row(one) for one in rows[:limit]], next=following)


@router.get("/v1/copies/{copy_id}")
async def get_copy(work: Transaction, copy_id: str) -> api.CopyView:
    return await views.whole(work, await find(work, CertifiedCopy, copy_id))


@router.post("/v1/copies/{copy_id}/decide")
async def decide_on_copy(work: Transaction, copy_id: str, body: api.CopyDecision) -> api.CopyView:
    return await views.whole(work, await actions.decide(work, copy_id, body.agree, body.reason))


@router.post("/v1/copies/{copy_id}/number")
async def number_copy(runtime: Here, caller: Caller, copy_id: str) -> api.CopyView:
    await actions.number(runtime, caller, copy_id)
    async with runtime.work(caller, reading=True) as work:
        return await views.whole(work, await find(work, CertifiedCopy, copy_id))


@router.post("/v1/copy-authorities", status_code=204)
async def give_authority(work: Transaction, body: api.NewCopyAuthority) -> None:
    await authorities.grant(work, body)
