"""Pictures of signatures and seals: propose, look at, approve, refuse."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from contracts.signing import api
from services.signing.images import actions
from services.signing.images.tables import Image
from shared.blobs import TooLarge
from shared.web import Caller, Here, Transaction

router = APIRouter(tags=["images"])
LARGEST = 4 * 2**20
Width = Annotated[float | None, Query(gt=0, le=200)]


@router.get("/v1/images")
async def list_images(work: Transaction) -> list[api.ImageView]:
    """Of the caller's office."""
    return [view(row) for row in await actions.listed(work)]


@router.post("/v1/images", status_code=201)
async def propose_image(
    request: Request, runtime: Here, caller: Caller, owner_kind: Literal["person", "office"], owner_id: str,
    width_mm: Width = None,
) -> api.ImageView:  # fmt: skip
    """The raw bytes of a PNG with a transparent background; `width_mm` as measured on paper."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > LARGEST:
            raise TooLarge(limit_mb=LARGEST // 2**20)
    return view(await actions.propose(runtime, caller, bytes(content), owner_kind, owner_id, width_mm))


@router.get("/v1/images/{image_id}/png")
async def get_png(runtime: Here, work: Transaction, image_id: UUID) -> Response:
    row = await actions.readable(work, image_id)
    return Response(await runtime.blobs.get(row.sha256), media_type="image/png")


@router.post("/v1/images/{image_id}/approve")
async def approve_image(work: Transaction, image_id: UUID) -> api.ImageView:
    return view(await actions.approve(work, image_id))


@router.post("/v1/images/{image_id}/refuse")
async def refuse_image(work: Transaction, image_id: UUID, body: api.Reason) -> api.ImageView:
    return view(await actions.refuse(work, image_id, body.reason))


def view(row: Image) -> api.ImageView:
    return api.ImageView(
        id=str(row.id), owner_kind=row.owner_kind, owner_id=row.owner_id, owner_name=row.owner_name,
        width_mm=row.width_mm, height_mm=row.height_mm, state=row.state, proposed_at=row.proposed_at,
        proposed_by=row.proposed_by, holder_at=row.holder_at, holder_by=row.holder_by, unit_at=row.unit_at,
        unit_by=row.unit_by, note=row.note,
    )  # fmt: skip
