"""Does a document fit; and the door of linked files, open to whoever holds the address."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from contracts.gateway import fitting as api
from contracts.registry.events import DocumentIssuedV1
from services.gateway.fitting import actions
from services.gateway.fitting.links import PATH
from shared.problems import NotFound
from shared.web import Here, Transaction

router = APIRouter(tags=["fitting"])


@router.post("/v1/packages:fit")
async def fit_package(work: Transaction, body: DocumentIssuedV1) -> api.Fitting:
    """Nothing is kept: the document as it would be issued, against the limit of every partner it goes through."""
    return await actions.check(work, body)


@router.get(f"{PATH}/{{token}}", response_class=StreamingResponse)
async def fetch_linked_file(runtime: Here, token: str) -> StreamingResponse:
    async with runtime.work() as work:
        row = await actions.fetch(work, token)
    if not await runtime.blobs.exists(row.sha256):
        raise NotFound
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(row.name)}",
        "Content-Length": str(row.size),
        "ETag": f'"{row.sha256}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
        "Cache-Control": "private, no-store",
    }
    return StreamingResponse(runtime.blobs.stream(row.sha256), media_type=row.content_type, headers=headers)
