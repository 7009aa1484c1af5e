"""A document that changes an issued one (NĐ 30 Đ18 k3). The issued one itself is never touched: it only says what
changed it.

Wrong in content: amend or replace it by a document of the same form (edXML types 2 and 3). Wrong in form, technique or
procedure only: correct it by a letter (công văn).
"""

from __future__ import annotations

from sqlalchemy import select

from contracts.registry import api
from contracts.registry.events import OfficeRef, ReplyTo
from services.registry.access import find
from services.registry.outgoing import rules
from services.registry.outgoing.tables import Outgoing
from services.registry.timeline.actions import record
from shared.work import Work


async def point_at(work: Work, document: Outgoing, form: api.NewDraft) -> None:
    """What the draft is going to change. Raises NotFound, ChangesUnissued, OtherForm, CorrectionIsLetter."""
    document.changes_id, document.change = None, ""
    if not form.changes_document_id:
        return
    old = await find(work, Outgoing, form.changes_document_id)
    rules.check_change(form.change, old.state, old.code, old.type_name, document.type_name)
    document.changes_id, document.change = old.id, form.change


async def meant(work: Work, document: Outgoing, office: OfficeRef) -> ReplyTo | None:
    """The changed document as edXML names it."""
    old = await work.get(Outgoing, document.changes_id) if document.changes_id else None
    if old is None:
        return None
    return ReplyTo(
        organ_id=office.organ_id,
        code=old.code,
        document_id=old.identifier or "",
        promulgation_date=old.issued_date.isoformat() if old.issued_date else "",
    )


async def issued(work: Work, document: Outgoing) -> None:
    """From now on the old one shows the new one everywhere. Raises ChangesUnissued where it was recalled meanwhile."""
    if document.changes_id is None:
        return
    old = await work.locked(Outgoing, document.changes_id)
    rules.check_change(document.change, old.state, old.code, old.type_name, document.type_name)
    note = rules.changed_note(document.change, document.code)
    old.changed_note = "; ".join(part for part in (old.changed_note, note) if part)
    record(work, old.id, "changed", note, by_document=str(document.id))


async def of(work: Work, document: Outgoing) -> list[api.ChangeView]:
    """The documents that change this one, drafts too, the oldest first."""
    rows = await work.all(select(Outgoing).where(Outgoing.changes_id == document.id).order_by(Outgoing.id))
    return [view(row, row.change) for row in rows]


def view(row: Outgoing, change: str) -> api.ChangeView:
    return api.ChangeView(id=str(row.id), code=row.code, subject=row.subject, state=row.state, change=change)


async def changes(work: Work, document: Outgoing) -> api.ChangeView | None:
    """The issued document that this one changes."""
    old = await work.get(Outgoing, document.changes_id) if document.changes_id else None
    return view(old, document.change) if old else None
