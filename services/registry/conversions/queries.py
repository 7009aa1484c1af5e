"""Reads of conversions."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from contracts.message import FileRef
from contracts.registry import api
from contracts.signing.api import VerdictView
from services.registry.access import identifier, visible
from services.registry.conversions import rules
from services.registry.conversions.tables import Conversion
from shared.work import Work


async def of_object(work: Work, object_id: str) -> list[api.ConversionView]:
    """Every conversion of the files of a document of the caller's office, the oldest first."""
    statement = visible(work, Conversion).where(Conversion.object_id == identifier(object_id))
    return [view(row) for row in await work.all(statement.order_by(Conversion.id))]


async def results(work: Work, object_id: UUID) -> Sequence[FileRef]:
    """The converted copies: what is destroyed with the document's files."""
    rows = await work.all(select(Conversion.result).where(Conversion.object_id == object_id))
    return [FileRef.model_validate(one) for one in rows]


def view(row: Conversion) -> api.ConversionView:
    verdict = VerdictView.model_validate(row.verdict) if row.verdict else None
    return api.ConversionView(
        id=str(row.id), kind=row.kind, object_id=str(row.object_id), format=row.format, tool=row.tool,
        source=FileRef.model_validate(row.source), result=FileRef.model_validate(row.result), by_name=row.by_name,
        at=row.at, signature_state=row.signature_state, signature_words=rules.STATES[row.signature_state],
        judged_at=verdict.judged_at if verdict else None, judge=verdict.judge if verdict else "",
        legal_state=verdict.legal_state if verdict else "",
        signatures=[one.sentence for one in verdict.signatures] if verdict else [],
        reasons=[one.message for one in verdict.reasons] if verdict else [],
    )  # fmt: skip
