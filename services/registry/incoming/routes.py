"""Incoming documents over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from contracts.message import FileRef
from contracts.registry import api
from services.registry import links
from services.registry.access import find
from services.registry.incoming import actions, queries
from services.registry.incoming.tables import Incoming
from services.registry.outgoing.queries import brief
from services.registry.timeline.actions import entries
from shared.paging import Page
from shared.web import NO_CONTENT, Minimal, Transaction
from shared.work import Work

router = APIRouter(tags=["incoming"])


async def view(work: Work, row: Incoming) -> api.Incoming:
    await work.flush()
    same = [
        "state",
        "office_id",
        "office_name",
        "arrival_id",
        "arrival_number",
        "book",
        "arrived_at",
        "registered_at",
        "sender_name",
        "sender_organ_id",
        "identifier",
        "code",
        "subject",
        "type_name",
        "urgency",
        "promulgation_date",
        "signer_name",
        "signer_position",
        "legal_state",
        "due_date",
        "presented_to",
        "note",
        "refused_reason",
        "problems",
    ]
    question = row.in_reply_to_document_id
    return api.Incoming(
        **{name: getattr(row, name) for name in same},
        id=str(row.id),
        etag=row.updated_at.isoformat(),
        files=[FileRef.model_validate(f) for f in row.files],
        verdict=api.Verdict.model_validate(row.verdict) if row.verdict else None,
        duplicates_of=[_duplicate(d) for d in await queries.duplicates(work, row)],
        timeline=await entries(work, row.id),
        in_reply_to_document_id=str(question) if question else None,
        replies=await brief(work, await links.answers_of(work, row.id)),
        take_back=api.TakeBack(requested=row.take_back, reason=row.take_back_reason),
    )


def _duplicate(row: Incoming) -> api.DuplicateView:
    fields = ["arrival_number", "arrived_at", "code", "subject", "state"]
    return api.DuplicateView(id=str(row.id), **{f: getattr(row, f) for f in fields})


@router.get("/v1/incoming")
async def list_incoming(
    work: Transaction,
    state: str | None = None,
    q: str | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[api.IncomingRow]:
    return await queries.page(work, state, q, cursor, limit)


@router.get("/v1/incoming/{incoming_id}")
async def get_incoming(work: Transaction, incoming_id: str) -> api.Incoming:
    return await view(work, await find(work, Incoming, incoming_id))


@router.post("/v1/incoming/{incoming_id}/accept", responses=NO_CONTENT)
async def accept_incoming(
    work: Transaction, incoming_id: str, body: api.AcceptRequest, minimal: Minimal
) -> api.Incoming:
    row = await actions.accept(work, incoming_id, body)
    return minimal or await view(work, row)


@router.post("/v1/incoming/{incoming_id}/refuse", responses=NO_CONTENT)
async def refuse_incoming(
    work: Transaction, incoming_id: str, body: api.RefuseRequest, minimal: Minimal
) -> api.Incoming:
    row = await actions.refuse(work, incoming_id, body.reason)
    return minimal or await view(work, row)


@router.post("/v1/incoming/{incoming_id}/take-back", responses=NO_CONTENT)
async def answer_take_back(
    work: Transaction, incoming_id: str, body: api.TakeBackAnswer, minimal: Minimal
) -> api.Incoming:
    row = await actions.answer_take_back(work, incoming_id, body.agree, body.reason)
    return minimal or await view(work, row)
