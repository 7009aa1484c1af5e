"""Issue on paper over HTTP."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Response

from contracts.registry import api
from services.registry.documents.typeset import compiled
from services.registry.paper_issues import actions, queries
from shared.clock import today
from shared.web import Caller, Here, Transaction

Year = Annotated[int | None, Query(ge=1945, le=2999)]
Month = Annotated[int | None, Query(ge=1, le=12)]
PDF = "application/pdf"
router = APIRouter(tags=["paper"])


@router.get("/v1/documents/{document_id}/for-seal.pdf", response_class=Response)
async def print_for_seal(runtime: Here, caller: Caller, document_id: str) -> Response:
    """The version that the competent person signed, with number and date, to print and seal by hand."""
    return Response(await actions.print_for_seal(runtime, caller, document_id), media_type=PDF)


@router.get("/v1/documents/{document_id}/paper-issues")
async def list_paper_issues(work: Transaction, document_id: str) -> api.PaperIssues:
    return await queries.of_document(work, document_id)


@router.post("/v1/documents/{document_id}/paper-issues", status_code=201)
async def record_paper_issue(work: Transaction, document_id: str, body: api.NewPaperIssue) -> api.PaperIssueView:
    return await queries.one(work, await actions.record(work, document_id, body))


@router.post("/v1/paper-issues/{issue_id}/cancel")
async def cancel_paper_issue(work: Transaction, issue_id: str, body: api.CancelPaperIssue) -> api.PaperIssueView:
    return await queries.one(work, await actions.cancel(work, issue_id, body.reason))


@router.get("/v1/paper-issues/{issue_id}/envelopes.pdf", response_class=Response)
async def get_envelopes(runtime: Here, caller: Caller, issue_id: str, size: str = "307x220") -> Response:
    """A page an envelope, in its true size."""
    return Response(await actions.envelopes(runtime, caller, issue_id, size), media_type=PDF)


@router.get("/v1/paper-issues/{issue_id}/labels.pdf", response_class=Response)
async def get_labels(
    runtime: Here, caller: Caller, issue_id: str, first: Annotated[int, Query(ge=1, le=100)] = 1
) -> Response:
    """Sheets of address labels on A4; `first`: the first label of the sheet that is still there."""
    return Response(await actions.labels(runtime, caller, issue_id, first), media_type=PDF)


@router.get("/v1/postal-register")
async def get_postal_register(work: Transaction, year: Year = None, month: Month = None) -> list[api.RegisterRow]:
    """What went by post in a year or a month: the six columns of annex IV, part III."""
    return await queries.postal_rows(work, year or today().year, month)


@router.get("/v1/postal-register.pdf", response_class=Response)
async def get_postal_register_pdf(runtime: Here, caller: Caller, year: Year = None, month: Month = None) -> Response:
    async with runtime.work(caller, reading=True) as work:
        data = await queries.postal_book(work, year or today().year, month)
    return Response(await asyncio.to_thread(compiled, "register_book", data), media_type=PDF)
