"""The use of the system over HTTP: figures of a month, of twelve months, and the documents behind each figure."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from contracts.registry import api
from services.registry.usage import queries
from services.registry.usage.rules import month_of
from shared.paging import Page
from shared.web import Transaction

router = APIRouter(tags=["usage"])
Month = Annotated[str, Query(max_length=7, description="2026-11")]
Office = Annotated[str | None, Query(max_length=64)]


@router.get("/v1/usage")
async def get_usage(work: Transaction, month: Month, office_id: Office = None) -> api.UsageReport:
    return await queries.report(work, month_of(month), office_id)


@router.get("/v1/usage/months")
async def get_usage_months(work: Transaction, last: Month, office_id: Office = None) -> list[api.UsageMonth]:
    return await queries.months(work, month_of(last), office_id)


@router.get("/v1/usage/documents")
async def list_usage_documents(
    work: Transaction,
    month: Month,
    figure: api.UsageFigure,
    office_id: Office = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[api.UsageDocument]:
    return await queries.documents(work, figure, month_of(month), office_id, cursor, limit)
