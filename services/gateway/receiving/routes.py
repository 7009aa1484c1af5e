"""Packages brought by hand."""

from __future__ import annotations

import tempfile
from pathlib import Path
from uuid import UUID

from fastapi import APIRouter, Request

from contracts.gateway import api
from services.gateway.connections import settings_of
from services.gateway.edxml import Limits
from services.gateway.receiving.history import statuses_of
from services.gateway.receiving.intake import Source, take_in
from services.gateway.receiving.tables import Arrival
from shared.blobs import StreamTooLarge, TooLarge
from shared.problems import NotFound
from shared.web import Caller, Here, Transaction

router = APIRouter(tags=["receiving"])


@router.post("/v1/packages")
async def import_package(runtime: Here, caller: Caller, request: Request) -> api.ArrivalResult:
    """Take in the raw edXML of the body as if an axis had brought it."""
    caller.require("clerk", "unit_admin", "system_admin")
    limit = settings_of(runtime).package_limit_mb
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit * 2**20:
        raise TooLarge(limit_mb=limit)
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        path, size = Path(folder) / "package.edxml", 0
        with path.open("wb") as file:
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit * 2**20:
                    raise StreamTooLarge(limit_mb=limit)
                file.write(chunk)
        return await take_in(runtime, path, Source(principal=caller), Limits(package_bytes=limit * 2**20))


@router.get("/v1/arrivals/{arrival_id}/statuses")
async def list_arrival_statuses(work: Transaction, arrival_id: UUID) -> list[api.DeliveryStatus]:
    """What the office told the sender, and what the sender asked, lawful or not. Others' arrivals do not exist."""
    row = await work.get(Arrival, arrival_id)
    if row is None or not (work.principal.is_service or row.office_id == work.principal.office_id):
        raise NotFound
    return [
        api.DeliveryStatus(code=s.code, at=s.at, description=s.description or s.note, staff=s.staff, applied=s.applied)
        for s in await statuses_of(work, row)
    ]
