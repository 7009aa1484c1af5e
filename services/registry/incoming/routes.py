"""Incoming documents over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from contracts.message import FileRef
from contracts.registry import api
from services.registry import links
from services.registry.access import find
from services.registry.incoming import actions, changing, duplicates, giving_back, paper, queries, refusing
from services.registry.incoming.tables import Incoming
from services.registry.outgoing.queries import brief
from services.registry.timeline.actions import entries
from shared.paging import Page
from shared.web import NO_CONTENT, Caller, Minimal, Transaction
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
        "refused_at",
        "proper_organ_id",
        "medium",
        "problems",
        "changed_note",
        "legal_hold",
        "held_by",
        "destroyed_at",
    ]
    question = row.in_reply_to_document_id
    first = await work.get(Incoming, row.linked_to_id) if row.linked_to_id else None
    return api.Incoming(
        **{name: getattr(row, name) for name in same},
        id=str(row.id),
        etag=row.updated_at.isoformat(),
        files=[FileRef.model_validate(f) for f in row.files],
        verdict=api.Verdict.model_validate(row.verdict) if row.verdict else None,
        duplicates_of=[duplicates.view(row, d) for d in await duplicates.of(work, row)],
        linked_to=duplicates.view(row, first) if first else None,
        timeline=await entries(work, row.id),
        changes=await changing.changes(work, row),
        changed_by=await changing.of(work, row),
        in_reply_to_document_id=str(question) if question else None,
        replies=await brief(work, await links.answers_of(work, row.id)),
        take_back=api.TakeBack(requested=row.take_back, reason=row.take_back_reason),
    )


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


@router.post("/v1/incoming:accept")
async def accept_several(work: Transaction, body: api.AcceptSeveral) -> list[api.AcceptResult]:
    """Several at once; each says what became of it."""
    return await actions.accept_several(work, body)


@router.post("/v1/incoming", status_code=201)
async def enter_paper(work: Transaction, body: api.NewPaper) -> api.Incoming:
    """A document that came on paper waits for acceptance like any other; its doubles are shown."""
    return await view(work, await paper.enter(work, body))


@router.get("/v1/refusal-reasons")
async def list_refusal_reasons(caller: Caller) -> api.RefusalReasons:
    return refusing.ready_made()


@router.post("/v1/incoming/{incoming_id}/refuse", responses=NO_CONTENT)
async def refuse_incoming(
    work: Transaction, incoming_id: str, body: api.RefuseRequest, minimal: Minimal
) -> api.Incoming:
    row = await refusing.refuse(work, incoming_id, body)
    return minimal or await view(work, row)


@router.get("/v1/reports/refusals")
async def get_refusal_report(work: Transaction, first: date, last: date) -> api.RefusalReport:
    """Refused documents of these days, by reason."""
    return await refusing.report(work, first, last)


@router.get("/v1/reports/refusals/documents")
async def list_refused(work: Transaction, first: date, last: date, key: str | None = None) -> list[api.RefusedRow]:
    return await refusing.refused(work, first, last, key)


@router.get("/v1/incoming/{incoming_id}/duplicates/{other_id}")
async def compare_duplicates(work: Transaction, incoming_id: str, other_id: str) -> api.Comparison:
    return await duplicates.compare(work, incoming_id, other_id)


@router.post("/v1/incoming/{incoming_id}/link", responses=NO_CONTENT)
async def link_incoming(work: Transaction, incoming_id: str, body: api.LinkRequest, minimal: Minimal) -> api.Incoming:
    """A second copy belongs to the registered one."""
    row = await duplicates.link(work, incoming_id, body.to, body.note)
    return minimal or await view(work, row)


@router.post("/v1/incoming/{incoming_id}/take-back", responses=NO_CONTENT)
async def answer_take_back(
    work: Transaction, incoming_id: str, body: api.TakeBackAnswer, minimal: Minimal
) -> api.Incoming:
    row = await giving_back.answer_take_back(work, incoming_id, body.agree, body.reason)
    return minimal or await view(work, row)


@router.put("/v1/incoming/{incoming_id}/legal-hold", responses=NO_CONTENT)
async def hold_by_law(work: Transaction, incoming_id: str, body: api.LegalHold, minimal: Minimal) -> api.Incoming:
    """It may not be destroyed, whoever recalls it."""
    row = await giving_back.hold_by_law(work, incoming_id, body.reason)
    return minimal or await view(work, row)


@router.delete("/v1/incoming/{incoming_id}/legal-hold", responses=NO_CONTENT)
async def release_hold(work: Transaction, incoming_id: str, minimal: Minimal) -> api.Incoming:
    row = await giving_back.release_hold(work, incoming_id)
    return minimal or await view(work, row)
