"""The stamp ĐẾN of a registered document: page 1 as it is printed, the copy to print, the label."""

from __future__ import annotations

import hashlib

from fastapi import APIRouter, Response

from services.portal.pages.files.routes import images_of
from services.portal.visits import Visitor

router = APIRouter(include_in_schema=False)
WIDE = 900


def _pdf(content: bytes, name: str) -> Response:
    return Response(
        content, media_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@router.get("/den/{incoming_id}/dau-den.pdf")
async def label(visit: Visitor, incoming_id: str) -> Response:
    return _pdf(await visit.services.registry.arrival_stamp(incoming_id), "dau-den.pdf")


@router.get("/den/{incoming_id}/ban-co-dau-den.pdf")
async def copy(visit: Visitor, incoming_id: str) -> Response:
    return _pdf(await visit.services.registry.stamped_copy(incoming_id), "ban-co-dau-den.pdf")


@router.get("/den/{incoming_id}/dau-den.png")
async def first_page(visit: Visitor, incoming_id: str) -> Response:
    """Page 1 with its stamp. The received file stays as it is."""
    content = await visit.services.registry.stamped_copy(incoming_id)
    image = await images_of(visit).image(hashlib.sha256(content).hexdigest(), content, 1, WIDE)
    kind = "image/png" if image.startswith(b"\x89PNG") else "image/webp"
    return Response(image, media_type=kind, headers={"Cache-Control": "private, max-age=600"})
