"""The clerk's acts on an incoming document: accept, refuse, answer a take-back."""

from __future__ import annotations

from contracts.message import FileRef
from contracts.registry import api
from contracts.registry.events import DocumentRegisteredV1, IncomingRefusedV1, RecallAnsweredV1, ReplyTo
from services.registry.access import find
from services.registry.files.actions import let_go
from services.registry.incoming import queries, rules
from services.registry.incoming.arriving import office_ref
from services.registry.incoming.tables import Incoming
from services.registry.numbering import actions as numbering
from services.registry.numbering.rules import INCOMING
from services.registry.offices import queries as offices
from services.registry.timeline.actions import record
from shared.clock import now
from shared.work import Work


async def accept(work: Work, key: str, body: api.AcceptRequest) -> Incoming:
    """Register: the next arrival number of the office in this year (NĐ 30 Đ22 k2), status 03. Repeated: the same."""
    work.principal.require("clerk")
    row = await find(work, Incoming, key, lock=True)
    if row.arrival_number is not None and row.state in rules.HANDLING:
        return row
    rules.require(row.state, {rules.CHECKED}, "tiếp nhận")
    if not body.note.strip() and (number := await queries.registered_before(work, row)) is not None:
        raise rules.DuplicateNeedsNote(number=number)
    given = await numbering.give(work, row.office_id, INCOMING, row.id)
    row.arrival_number, row.arrival_year, row.registered_at = given.number, given.year, now()
    row.book, row.presented_to, row.note = body.book, body.presented_to, body.note
    row.due_date, row.clerk_name, row.state = body.due_date or row.due_date, work.principal.name, rules.REGISTERED
    work.emit(_registered(work, row), key=str(row.id), urgent=row.urgency > 0)
    record(work, row.id, "registered", f"Vào sổ, số đến {given.number}", status="03", number=given.number)
    return row


def _registered(work: Work, row: Incoming) -> DocumentRegisteredV1:
    same = [
        "arrival_id",
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
        office=office_ref(row),
        arrival_number=row.arrival_number,
        registered_at=row.registered_at,
        clerk_id=work.principal.id,
        clerk_name=work.principal.name,
        reply_to=ReplyTo.model_validate(row.reply_to) if row.reply_to else None,
    )


async def refuse(work: Work, key: str, reason: str) -> Incoming:
    """Send back with a reason, status 02; no number is used up."""
    work.principal.require("clerk")
    row = await find(work, Incoming, key, lock=True)
    rules.require(row.state, {rules.ARRIVED, rules.CHECKED}, "từ chối")
    row.refused_reason, row.state = rules.reason(reason), rules.REJECTED
    clerk = await offices.person(work, work.principal.id)
    work.emit(
        IncomingRefusedV1(
            incoming_id=str(row.id),
            arrival_id=row.arrival_id,
            office=office_ref(row),
            reason=row.refused_reason,
            clerk_id=work.principal.id,
            clerk_name=work.principal.name,
            refused_at=now(),
            clerk_phone=clerk.phone if clerk else "",
        ),
        key=str(row.id),
    )
    record(work, row.id, "refused", f"Từ chối: {row.refused_reason}", status="02")
    return row


async def answer_take_back(work: Work, key: str, agree: bool, reason: str) -> Incoming:
    """Agree (15): the office can read the files no more. Not agree (16), with a reason: everything stays."""
    work.principal.require("clerk", "leader", "deputy")
    row = await find(work, Incoming, key, lock=True)
    rules.require(row.state, {rules.TAKE_BACK_REQUESTED}, "trả lời yêu cầu trả lại")
    kept = reason.strip() if agree else rules.reason(reason)
    row.state, row.take_back = (rules.DESTROYED if agree else row.state_before), False
    if agree:
        await let_go(work, row.office_id, [FileRef.model_validate(f) for f in row.files])
    work.emit(
        RecallAnsweredV1(
            incoming_id=str(row.id),
            arrival_id=row.arrival_id,
            office=office_ref(row),
            agreed=agree,
            reason=kept,
            clerk_id=work.principal.id,
            clerk_name=work.principal.name,
            answered_at=now(),
        ),
        key=str(row.id),
    )
    text = "Đồng ý trả lại văn bản" if agree else f"Không đồng ý trả lại: {kept}"
    record(work, row.id, "take-back-answered", text, status="15" if agree else "16")
    return row
