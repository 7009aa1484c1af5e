"""Recall of an issued document (NĐ 30 Đ18 k4): a leader orders it, the clerk carries it out, every receiver answers.

Some receivers only (it went to a wrong place): they are asked to give their copy back, status 13, and the document
stays in force. All of them: it is recalled, by a message of edXML type 1, and nothing about it changes any more.
"""

from __future__ import annotations

from sqlalchemy import select

from contracts.registry import api
from contracts.registry.events import RecallOrderedV1, RecallRequestedV1
from services.registry.access import find
from services.registry.offices import queries as offices
from services.registry.outgoing import rules
from services.registry.outgoing.leaving import recipients_of
from services.registry.outgoing.tables import Copy, Outgoing, Recall
from services.registry.timeline.actions import record
from shared.clock import now
from shared.work import Work

LEADERS = ("leader", "deputy")


async def order(work: Work, key: str, reason: str) -> Outgoing:
    """A leader orders the recall; the clerks hear of it. Ordered already: the first order stands."""
    work.principal.require(*LEADERS)
    document = await find(work, Outgoing, key, lock=True)
    _issued(document)
    if await work.get(Recall, document.id) is None:
        await _write_order(work, document, reason)
        message = RecallOrderedV1(
            document_id=str(document.id),
            office_id=document.office_id,
            code=document.code,
            subject=document.subject,
            clerk_id=document.clerk_id,
            reason=reason,
            by_name=work.principal.name,
            at=now(),
        )
        work.emit(message, key=str(document.id))
        record(work, document.id, "recall-ordered", f"Ra lệnh thu hồi: {reason}")
    return document


async def recall(work: Work, key: str, organ_ids: list[str], reason: str) -> Outgoing:
    """Ask receivers to give it back. All of them: by a leader, whose act is the order, or by his order."""
    work.principal.require("clerk", *LEADERS)
    document = await find(work, Outgoing, key, lock=True)
    _issued(document)
    everyone = {r.organ_key: r.organ_id for r in await recipients_of(work, document)}
    wanted = [offices.normal(o) for o in organ_ids] or list(everyone)
    if unknown := [o for o in wanted if o not in everyone]:
        raise rules.UnknownRecipients(organs=", ".join(unknown))
    whole = set(wanted) == set(everyone)
    if whole:
        reason = await _carry_out(work, document, reason)
    work.emit(
        RecallRequestedV1(
            document_id=str(document.id),
            identifier=document.identifier or "",
            office=await offices.office_ref(work, document.office_id),
            recipients=tuple(everyone[o] for o in dict.fromkeys(wanted)),
            reason=reason,
            by=work.principal.id,
            by_name=work.principal.name,
            requested_at=now(),
            whole=whole,
        ),
        key=str(document.id),
        urgent=True,
    )
    record(work, document.id, "recall-requested", f"Thu hồi từ {len(set(wanted))} nơi nhận: {reason}", status="13")
    return document


def _issued(document: Outgoing) -> None:
    if document.state != rules.ISSUED:
        raise rules.WrongState(state=rules.NAMES[document.state], act="thu hồi")


async def _carry_out(work: Work, document: Outgoing, reason: str) -> str:
    """The reason that receivers read is the order's. Raises RecallNeedsOrder."""
    row = await work.get(Recall, document.id)
    if row is None:
        if not work.principal.has(*LEADERS):
            raise rules.RecallNeedsOrder(code=document.code)
        row = await _write_order(work, document, reason)
    row.sent_at, row.sent_by_name = now(), work.principal.name
    document.state, document.recalled_at = rules.RECALLED, row.sent_at
    return row.reason


async def _write_order(work: Work, document: Outgoing, reason: str) -> Recall:
    """With how far each receiver had come: who had opened it is not forgotten when 13 and 15 follow."""
    copies = await work.all(select(Copy).where(Copy.document_id == document.id))
    row = Recall(
        document_id=document.id,
        reason=reason,
        ordered_by_id=work.principal.id,
        ordered_by_name=work.principal.name,
        ordered_at=now(),
        before={copy.organ_key: copy.status_code or copy.state for copy in copies},
    )
    work.save(row)
    await work.flush()
    return row


async def view(work: Work, document: Outgoing) -> api.RecallView | None:
    """The order, and what each receiver answered."""
    row = await work.get(Recall, document.id)
    if row is None:
        return None
    copies = await work.all(select(Copy).where(Copy.document_id == document.id).order_by(Copy.organ_key))
    return api.RecallView(
        reason=row.reason,
        ordered_by=row.ordered_by_name,
        ordered_at=row.ordered_at,
        sent_by=row.sent_by_name,
        sent_at=row.sent_at,
        answers=[_answer(copy, row.before.get(copy.organ_key, "")) for copy in copies],
    )


def _answer(copy: Copy, before: str) -> api.RecallAnswer:
    answered = copy.status_code in rules.RECALL_ANSWERS
    return api.RecallAnswer(
        organ_id=copy.organ_id,
        name=copy.name,
        before=before,
        opened=before in rules.OPENED,
        state=copy.status_code or copy.state,
        answered_at=copy.at if answered else None,
        reason=copy.description if answered else "",
        staff=copy.staff if answered else "",
    )
