"""A copy on paper: the source's pages as they are seen, then the block of the copy under a full-width rule."""

from __future__ import annotations

import io
from typing import Any

import pikepdf

from services.registry.copies import rules
from services.registry.copies.tables import CertifiedCopy
from services.registry.documents import paper
from services.registry.documents.typeset import compiled
from services.registry.offices import queries as offices
from shared.work import Work


async def block(work: Work, row: CertifiedCopy) -> dict[str, Any]:
    """The values of forms/copy_block.typ."""
    assert row.issued_date is not None
    office = await offices.office(work, row.office_id)
    signer = await offices.person(work, row.decided_by_id)
    return {
        "form": rules.kind_of(row.kind, row.issued_date).form,
        "office_name": office.name,
        "parent_name": office.parent_name,
        "code": row.code,
        "place": office.place,
        "date": {"day": row.issued_date.day, "month": row.issued_date.month, "year": row.issued_date.year},
        "signer_capacity": signer.capacity if signer else "",
        "signer_position": signer.position if signer else "",
        "signer_name": row.decided_by_name,
        "recipients": row.recipients,
        "archive": "Lưu: VT",
    }


def pages(source: bytes | None, values: dict[str, Any]) -> bytes:
    """The source's pages with all that stands on them drawn in, signatures too, then the block on a page of its own."""
    made = compiled("copy_block", values)
    if source is None:
        return made
    with paper.flattened(source) as whole, pikepdf.open(io.BytesIO(made)) as last:
        whole.pages.extend(last.pages)
        return paper.written(whole)
