"""Placement by hand over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from contracts.signing import api
from services.signing.pdf.byhand import Marked
from services.signing.placement import actions
from shared.blobs import TooLarge
from shared.web import Caller, Here, Transaction

router = APIRouter(tags=["placement"])
LIMIT = 100 * 2**20
Sha = Annotated[str, Path(pattern="^[0-9a-fA-F]{64}$")]


@router.post("/v1/placements/find")
async def find_places(
    request: Request,
    runtime: Here,
    caller: Caller,
    signer_name: Annotated[str, Query(max_length=200)] = "",
    type_name: Annotated[str, Query(max_length=100)] = "",
) -> api.PlacementView:
    """The raw bytes of a draft; the answer is where number, date, signature and seal would go. Nothing is kept."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > LIMIT:
            raise TooLarge(limit_mb=LIMIT // 2**20)
    found = await actions.find(runtime, caller, bytes(content), signer_name, type_name)
    return api.PlacementView(
        sha256=found.sha256,
        source=found.source,
        why=found.why,
        pages=[api.PageSize(width=width, height=height) for width, height in found.pages],
        boxes={
            name: api.PlacedBox(page=b.page, left=b.left, top=b.top, width=b.width, height=b.height)
            for name, b in found.boxes.items()
        },
    )


@router.put("/v1/placements/{sha256}", status_code=204)
async def keep_places(work: Transaction, sha256: Sha, body: api.NewPlacement) -> None:
    """The boxes that a person marked on this draft; with `type_name` also for the office's drafts of this type."""
    boxes = {name: Marked(**box.model_dump()) for name, box in body.boxes.items()}
    await actions.keep(work, sha256, boxes, body.type_name)


@router.delete("/v1/placements/{sha256}", status_code=204)
async def forget_places(work: Transaction, sha256: Sha) -> None:
    await actions.forget(work, sha256)
