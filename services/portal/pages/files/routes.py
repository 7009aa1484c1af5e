"""Files: pages as images, the file itself. The right to see is asked of registry at every request."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Response

from contracts.client import Problem
from services.portal.pdf_pages import ENCODER, WIDTHS, NotDrawn, PageImages
from services.portal.visits import Visit, Visitor
from shared.problems import NotFound

router = APIRouter(include_in_schema=False)
KEPT = "private, max-age=86400"


@router.get("/tep/{sha256}/{number}")
async def page_image(
    visit: Visitor, sha256: str, number: int, rong: Annotated[int, Query(alias="rong")] = 900
) -> Response:
    """One page of a PDF, from 1."""
    if rong not in WIDTHS or not 1 <= number <= 500:
        raise NotFound
    content = await visit.services.registry.get_file(sha256)
    etag = f'"{sha256[:16]}-{number}-{rong}-{ENCODER}"'
    if visit.request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"ETag": etag, "Cache-Control": KEPT})
    image = await images_of(visit).image(sha256, content, number, rong)
    kind = "image/png" if image.startswith(b"\x89PNG") else "image/webp"
    return Response(image, media_type=kind, headers={"ETag": etag, "Cache-Control": KEPT})


@router.get("/tep/{sha256}")
async def download(visit: Visitor, sha256: str, ten: str = "tep") -> Response:
    content = await visit.services.registry.get_file(sha256)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(ten[:200])}",
        "Content-Security-Policy": "sandbox",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)


def images_of(visit: Visit) -> PageImages:
    images: PageImages = visit.runtime.state["pages"]
    return images


async def look_at(visit: Visit, files: list[dict[str, Any]], chosen: int) -> dict[str, Any]:
    """What the viewer needs: the chosen file and the sizes of its pages, or why there are none."""
    if not files:
        return {"chosen": None, "sizes": [], "view_error": ""}
    file = files[chosen if 0 <= chosen < len(files) else 0]
    if file.get("content_type") != "application/pdf":
        return {"chosen": file, "sizes": [], "view_error": ""}
    try:
        content = await visit.services.registry.get_file(file["sha256"])
        sizes = await images_of(visit).sizes(file["sha256"], content)
    except (Problem, NotDrawn) as error:
        reason = error.message if isinstance(error, Problem) else error.text
        return {"chosen": file, "sizes": [], "view_error": reason}
    return {"chosen": file, "sizes": sizes, "view_error": ""}
