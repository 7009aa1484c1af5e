"""Answers that are owed, over HTTP: list, counts, remind."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from contracts.gateway import answers as api
from services.gateway.reminders import actions, queries
from shared.paging import Page
from shared.web import Transaction

router = APIRouter(tags=["reminders"])


@router.get("/v1/owed-answers")
async def list_owed_answers(
    work: Transaction,
    late: bool = False,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[api.OwedAnswer]:
    """Copies of the office's documents that nobody has accepted or refused, the longest waiting first."""
    return await queries.page(work, late, cursor, limit)


@router.get("/v1/owed-answers/counts")
async def count_owed_answers(work: Transaction) -> api.OwedCounts:
    return await queries.counts(work)


@router.post("/v1/reminders")
async def remind(work: Transaction, body: api.RemindRequest) -> list[api.Reminded]:
    """Remind the receivers that owe an answer, each by what its way carries."""
    return await actions.remind(work, body)
