"""Packages brought by hand."""

from __future__ import annotations

import tempfile
from pathlib import Path

from fastapi import APIRouter, Request

from contracts.gateway import api
from services.gateway.connections import settings_of
from services.gateway.edxml import Limits
from services.gateway.receiving.intake import Source, take_in
from shared.blobs import TooLarge
from shared.web import Caller, Here

router = APIRouter(tags=["receiving"])


@router.post("/v1/packages")
async def import_package(runtime: Here, caller: Caller, request: Request) -> api.ArrivalResult:
    """Take in the raw edXML of the body as if an axis had brought it."""
    caller.require("clerk", "unit_admin", "system_admin")
    limit = settings_of(runtime).package_limit_mb
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        path, size = Path(folder) / "package.edxml", 0
        with path.open("wb") as file:
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit * 2**20:
                    raise TooLarge(limit_mb=limit)
                file.write(chunk)
        return await take_in(runtime, path, Source(principal=caller), Limits(package_bytes=limit * 2**20))
