"""A copy as people see it."""

from __future__ import annotations

from contracts.message import FileRef
from contracts.registry import api
from services.registry.copies import rules
from services.registry.copies.tables import CertifiedCopy
from services.registry.timeline.actions import entries
from shared.work import Work

SAME = [
    "kind", "state", "source_medium", "target_medium", "source_form", "source_kind", "source_code", "source_issuer",
    "source_date", "type_name", "subject", "purpose", "recipients", "asked_by_name", "decided_by_name", "decided_at",
    "reason", "number", "code", "clerk_name", "created_at",
]  # fmt: skip


def row(copy: CertifiedCopy) -> api.CopyView:
    return api.CopyView(
        **{name: getattr(copy, name) for name in SAME},
        id=str(copy.id),
        kind_name=rules.kind_of(copy.kind, copy.issued_date).name,
        state_name=rules.NAMES[copy.state],
        source_id=str(copy.source_id) if copy.source_id else None,
        issued_date=copy.issued_date.isoformat() if copy.issued_date else None,
        file=FileRef.model_validate(copy.file) if copy.file else None,
        result=FileRef.model_validate(copy.result) if copy.result else None,
    )


async def whole(work: Work, copy: CertifiedCopy) -> api.CopyView:
    await work.flush()
    return row(copy).model_copy(update={"timeline": await entries(work, copy.id)})
