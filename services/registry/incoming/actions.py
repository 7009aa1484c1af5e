"""The clerk's acts on an incoming document: accept one or several."""

from __future__ import annotations

from contracts.registry import api
from contracts.registry.events import DocumentRegisteredV1, ReplyTo
from services.registry.access import find
from services.registry.incoming import duplicates, rules
from services.registry.incoming.arriving import arrival_of, office_ref
from services.registry.incoming.tables import Incoming
from services.registry.numbering import actions as numbering
from services.registry.numbering.rules import INCOMING
from services.registry.timeline.actions import record
from shared.clock import now
from shared.problems import Refusal
from shared.work import Work


async def accept(work: Work, key: str, body: api.AcceptRequest) -> Incoming:
    """Register: the next arrival number of the office in this year (NĐ 30 Đ22 k2), status 03. Repeated: the same."""
    work.principal.require("clerk")
    row = await find(work, Incoming, key, lock=True)
    if row.arrival_number is not None and row.state in rules.HANDLING:
        return row
    rules.require(row.state, {rules.CHECKED}, "tiếp nhận")
    if not body.note.strip() and (number := await duplicates.registered_before(work, row)) is not None:
        raise rules.DuplicateNeedsNote(number=number)
    given = await numbering.give(work, row.office_id, INCOMING, row.id)
    row.arrival_number, row.arrival_year, row.registered_at = given.number, given.year, now()
    row.book, row.presented_to, row.note = body.book, body.presented_to, body.note
    row.due_date, row.clerk_name, row.state = body.due_date or row.due_date, work.principal.name, rules.REGISTERED
    row.due_at = rules.end_of(row.due_date)
    work.emit(_registered(work, row), key=str(row.id), urgent=row.urgency > 0)
    record(work, row.id, "registered", f"Vào sổ, số đến {given.number}", status="03", number=given.number)
    return row


async def accept_several(work: Work, body: api.AcceptSeveral) -> list[api.AcceptResult]:
    """One after the other, in the order given, so the numbers follow it. What cannot be accepted says why; the rest
    is accepted."""
    work.principal.require("clerk")
    results = []
    for key in dict.fromkeys(body.ids):
        try:
            async with work.session.begin_nested():
                row = await accept(work, key, body)
                await work.flush()
        except Refusal as refusal:
            results.append(api.AcceptResult(id=key, kind=refusal.kind, message=refusal.text))
        else:
            results.append(api.AcceptResult(id=key, arrival_number=row.arrival_number))
    return results


def _registered(work: Work, row: Incoming) -> DocumentRegisteredV1:
    same = [
        "sender_organ_id",
        "sender_name",
        "code",
        "subject",
        "type_name",
        "urgency",
        "due_date",
        "presented_to",
        "identifier",
    ]
    assert row.arrival_number is not None and row.registered_at is not None
    return DocumentRegisteredV1(
        **{name: getattr(row, name) for name in same},
        incoming_id=str(row.id),
        arrival_id=arrival_of(row),
        office=office_ref(row),
        arrival_number=row.arrival_number,
        registered_at=row.registered_at,
        clerk_id=work.principal.id,
        clerk_name=work.principal.name,
        reply_to=ReplyTo.model_validate(row.reply_to) if row.reply_to else None,
    )
