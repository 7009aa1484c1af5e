"""The traffic over HTTP: figures by day and partner, and the packages behind each figure."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from contracts.gateway import traffic as api
from services.gateway.traffic import queries
from shared.paging import Page
from shared.web import Transaction

router = APIRouter(tags=["traffic"])
What = Literal["sent", "received", "failed"]


@router.get("/v1/traffic")
async def list_traffic(work: Transaction, first: date, last: date) -> list[api.TrafficDay]:
    """Days on which nothing passed are left out."""
    return await queries.by_day(work, first, last)


@router.get("/v1/traffic/packages")
async def list_traffic_packages(
    work: Transaction,
    what: What,
    first: date,
    last: date,
    axis: str | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[api.TrafficPackage]:
    return await queries.packages(work, what, first, last, axis, cursor, limit)
