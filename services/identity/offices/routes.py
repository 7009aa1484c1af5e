"""The directory over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from contracts.identity import api
from services.identity.offices import actions, levels, queries
from shared.web import Caller, Transaction

router = APIRouter(tags=["offices"])


@router.get("/v1/offices")
async def list_offices(work: Transaction, q: Annotated[str, Query(max_length=200)] = "") -> list[api.Office]:
    return await queries.offices(work, q)


@router.get("/v1/office-levels")
async def list_levels(_: Caller) -> list[api.OfficeLevel]:
    """The levels of government there are and were, with their legal basis."""
    return [api.OfficeLevel.model_validate(level.model_dump()) for level in levels.levels()]


@router.get("/v1/offices/{office_id}")
async def get_office(work: Transaction, office_id: str) -> api.Office:
    return await queries.office(work, office_id)


@router.post("/v1/offices", status_code=201)
async def create_office(work: Transaction, body: api.NewOffice) -> api.Office:
    office = await actions.create_office(work, body)
    return await queries.office(work, str(office.id))


@router.get("/v1/offices/{office_id}/units")
async def list_units(work: Transaction, office_id: str) -> list[api.Unit]:
    return await queries.units(work, office_id)


@router.post("/v1/offices/{office_id}/units", status_code=201)
async def create_unit(work: Transaction, office_id: str, body: api.NewUnit) -> api.Unit:
    return queries.unit_view(await actions.create_unit(work, office_id, body))


@router.get("/v1/organs")
async def list_organs(
    work: Transaction,
    q: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 20,
) -> list[api.OrganEntry]:
    return await queries.organs(work, q, limit)


@router.post("/v1/organs", status_code=201)
async def register_organ(work: Transaction, body: api.NewOrgan) -> api.OrganEntry:
    return await actions.register_organ(work, body)
