"""What keeps an issued document provable."""

from __future__ import annotations

from fastapi import APIRouter, Response
from sqlalchemy import select

from contracts.message import FileRef
from contracts.signing import api
from services.signing.preserving.tables import Preserved
from shared.problems import NotFound
from shared.web import Here, Transaction
from shared.work import Work

router = APIRouter(tags=["preserving"])


@router.get("/v1/preserved/{document_id}")
async def list_preserved(work: Transaction, document_id: str) -> list[api.PreservedView]:
    """Every signed file of a document of the caller's office, and how long it is provable."""
    rows = select(Preserved).where(
        Preserved.document_id == document_id, Preserved.office_id == work.principal.office_id
    )
    return [_view(row) for row in await work.all(rows.order_by(Preserved.place))]


@router.get("/v1/preserved/{document_id}/{place}/pdf", response_class=Response)
async def get_preserved_file(runtime: Here, work: Transaction, document_id: str, place: int) -> Response:
    """The kept copy: the issued file with its archive time stamps."""
    row = await _own(work, document_id, place)
    return Response(await runtime.blobs.get(row.kept_sha256), media_type="application/pdf")


async def _own(work: Work, document_id: str, place: int) -> Preserved:
    row = await work.get(Preserved, (document_id, place))
    if row is None or row.office_id != work.principal.office_id or not row.kept_sha256:
        raise NotFound
    found: Preserved = row
    return found


def _view(row: Preserved) -> api.PreservedView:
    verdict = row.verdict or {}
    return api.PreservedView(
        document_id=row.document_id, place=row.place, issued=FileRef.model_validate(row.issued),
        kept_sha256=row.kept_sha256, stamps=row.stamps, stamped_at=row.stamped_at, until=row.until,
        levels=[one["level"] for one in verdict.get("signatures", []) if one["role"] != "timestamp"],
        reason=row.reason, next_at=row.next_at,
    )  # fmt: skip
