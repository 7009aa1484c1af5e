"""An arrival that changes a document which is here already: an update, a replacement, a letter of correction."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from contracts.registry import api
from services.registry.incoming.tables import Incoming
from services.registry.outgoing.rules import AMEND, CORRECT, REPLACE, changed_note
from services.registry.timeline.actions import record
from shared.work import Work

CHANGES = {2: AMEND, 3: REPLACE, 0: CORRECT}  # by edXML type


async def link(work: Work, sender: str, changed: str, business_type: int, keys: Iterable[UUID]) -> None:
    """The one document of this sender with this identifier, at each office that got the change."""
    for row in await work.all(select(Incoming).where(Incoming.id.in_(list(keys)))):
        same = (Incoming.office_id == row.office_id, Incoming.identifier == changed, Incoming.id != row.id)
        found = await work.all(select(Incoming).where(*same, Incoming.sender_organ_id == sender).limit(2))
        if len(found) != 1:
            continue
        [old] = found
        row.changes_id, row.change = old.id, CHANGES.get(business_type, CORRECT)
        note = changed_note(row.change, row.code)
        old.changed_note = "; ".join(part for part in (old.changed_note, note) if part)
        record(work, old.id, "changed", note, service="gateway", by_document=str(row.id))
    await work.flush()


async def of(work: Work, row: Incoming) -> list[api.ChangeView]:
    found = await work.all(select(Incoming).where(Incoming.changes_id == row.id).order_by(Incoming.id))
    return [_view(one, one.change) for one in found]


async def changes(work: Work, row: Incoming) -> api.ChangeView | None:
    old = await work.get(Incoming, row.changes_id) if row.changes_id else None
    return _view(old, row.change) if old else None


def _view(row: Incoming, change: str) -> api.ChangeView:
    return api.ChangeView(id=str(row.id), code=row.code, subject=row.subject, state=row.state, change=change)
