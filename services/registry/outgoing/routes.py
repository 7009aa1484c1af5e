"""Outgoing documents over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query

from contracts.gateway.fitting import Fitting
from contracts.registry import api
from services.registry.access import find
from services.registry.annexes.reading import InBody
from services.registry.outgoing import drafts, fitting, issuing, papers, queries, recalling, views, voiding
from services.registry.outgoing.fitting import ByLink, CanBeSent
from services.registry.outgoing.reach import RecipientsChecked
from services.registry.outgoing.tables import Outgoing
from shared.paging import Page
from shared.web import NO_CONTENT, Caller, Here, Minimal, Transaction

router = APIRouter(tags=["outgoing"])


@router.post("/v1/drafts", status_code=201)
async def create_draft(named: InBody, work: Transaction, body: api.NewDraft) -> api.Document:
    return await views.document(work, await drafts.create_draft(work, body, named))


@router.put("/v1/drafts/{document_id}")
async def change_draft(
    named: InBody,
    work: Transaction,
    document_id: str,
    body: api.NewDraft,
    if_match: Annotated[str, Header()] = "",
) -> api.Document:
    return await views.document(work, await drafts.change_draft(work, document_id, body, if_match, named))


@router.post("/v1/drafts/{document_id}/submit", responses=NO_CONTENT)
async def submit_draft(
    _: RecipientsChecked, _fits: CanBeSent, work: Transaction, document_id: str, minimal: Minimal
) -> api.Document:
    document = await drafts.submit_draft(work, document_id)
    return minimal or await views.document(work, document)


@router.get("/v1/documents")
async def list_documents(
    work: Transaction,
    state: str | None = None,
    q: str | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[api.DocumentRow]:
    return await queries.page(work, state, q, cursor, limit)


@router.get("/v1/documents/{document_id}")
async def get_document(work: Transaction, document_id: str) -> api.Document:
    return await views.document(work, await find(work, Outgoing, document_id))


@router.get("/v1/documents/{document_id}/sending-plan")
async def sending_plan(runtime: Here, caller: Caller, document_id: str) -> Fitting:
    """Which partners would not take the document as it is, why, and what to do; nothing where all do."""
    return await fitting.plan(runtime, caller, document_id)


@router.post("/v1/documents/{document_id}/number", responses=NO_CONTENT)
async def number_document(work: Transaction, document_id: str, minimal: Minimal) -> api.Document:
    document = await issuing.number_document(work, document_id)
    return minimal or await views.document(work, document)


@router.post("/v1/documents/{document_id}/reseal", responses=NO_CONTENT)
async def reseal_document(work: Transaction, document_id: str, minimal: Minimal) -> api.Document:
    document = await issuing.reseal_document(work, document_id)
    return minimal or await views.document(work, document)


@router.post("/v1/documents/{document_id}/void", responses=NO_CONTENT)
async def void_number(work: Transaction, document_id: str, body: api.VoidRequest, minimal: Minimal) -> api.Document:
    document = await voiding.void_number(work, document_id, body.reason)
    return minimal or await views.document(work, document)


@router.post("/v1/documents/{document_id}/issue", responses=NO_CONTENT)
async def issue_document(
    _: RecipientsChecked,
    by_link: ByLink,
    work: Transaction,
    document_id: str,
    minimal: Minimal,
    body: api.IssueRequest | None = None,
) -> api.Document:
    document = await issuing.issue_document(work, document_id, bool(body and body.annexes_confirmed), by_link)
    return minimal or await views.document(work, document)


@router.post("/v1/documents/{document_id}/recall", responses=NO_CONTENT)
async def recall_document(
    work: Transaction, document_id: str, body: api.RecallRequest, minimal: Minimal
) -> api.Document:
    document = await recalling.recall(work, document_id, body.organ_ids, body.reason)
    return minimal or await views.document(work, document)


@router.post("/v1/documents/{document_id}/recall-order", responses=NO_CONTENT)
async def order_recall(work: Transaction, document_id: str, body: api.RecallOrder, minimal: Minimal) -> api.Document:
    document = await recalling.order(work, document_id, body.reason)
    return minimal or await views.document(work, document)


@router.post("/v1/documents/{document_id}/paper", responses=NO_CONTENT)
async def note_paper(work: Transaction, document_id: str, body: api.PaperNote, minimal: Minimal) -> api.Document:
    document = await papers.note(work, document_id, body.reason)
    return minimal or await views.document(work, document)


@router.delete("/v1/documents/{document_id}/paper", responses=NO_CONTENT)
async def take_paper_note_back(work: Transaction, document_id: str, minimal: Minimal) -> api.Document:
    document = await papers.take_back(work, document_id)
    return minimal or await views.document(work, document)
