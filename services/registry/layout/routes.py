"""The layout check of a stored file over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from contracts.registry import api
from services.registry.files import actions as files
from services.registry.layout import reading
from services.registry.layout.report import report
from shared.web import Caller, Here

router = APIRouter(tags=["layout"])


@router.get("/v1/files/{sha256}/layout")
async def check_layout(runtime: Here, caller: Caller, sha256: str) -> api.LayoutReport:
    """Every rule of NĐ 30/2020, annex I that the file breaks, with its place. Nothing is changed or kept."""
    async with runtime.work(caller, reading=True) as work:
        source = await files.readable(work, sha256)
    return report(await reading.sheets_of(await runtime.blobs.get(sha256), source.name))
