"""What other services tell about an incoming document: arrival, verdict, progress, take-back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, case, delete, insert, select, update

from contracts.gateway.events import (
    AnswerRemindedV1,
    ArrivalRef,
    DocumentArrivedV1,
    DocumentArrivedV2,
    StatusIgnoredV1,
    TakeBackRequestedV1,
)
from contracts.registry.events import (
    IncomingReceivedV2,
    IncomingRef,
    IncomingUrgedV1,
    OfficeRef,
    ReplyLinkedV1,
    TakeBackAskedV1,
)
from contracts.signing.events import FilesValidatedV1, FilesValidatedV2
from contracts.workflow.events import IncomingDueV1, IncomingProgressV1
from services.registry import links
from services.registry.access import identifier
from services.registry.files.actions import hold
from services.registry.files.names import plain
from services.registry.incoming import changing, rules
from services.registry.incoming.tables import EarlyVerdict, Incoming
from services.registry.outgoing.queries import by_identifier
from services.registry.timeline.actions import record
from shared.clock import VN
from shared.database import new_id
from shared.problems import NotFound
from shared.statements import Prepared, among
from shared.work import Work

PROGRESS = {"04": "Phân công xử lý", "05": "Đang xử lý", "06": "Xử lý xong"}
SAME = [  # of all copies of one document
    "arrived_at",
    "sender_organ_id",
    "sender_name",
    "identifier",
    "subject",
    "type_name",
    "urgency",
    "business_type",
    "promulgation_date",
    "signer_name",
    "signer_position",
    "due_date",
]

KNOWN = Prepared(select(Incoming.arrival_id).where(among(Incoming.arrival_id, "arrival_ids")))
ARRIVALS = Prepared(insert(Incoming))
TO_JUDGE = Prepared(
    select(
        Incoming.id,
        Incoming.arrival_id,
        Incoming.office_id,
        Incoming.organ_id,
        Incoming.office_name,
        Incoming.state,
        Incoming.verdict,
        Incoming.subject,
        Incoming.sender_name,
        Incoming.code,
        Incoming.urgency,
    )
    .where(among(Incoming.arrival_id, "arrival_ids"))
    .order_by(Incoming.id)
    .with_for_update()
)
JUDGED = Prepared(
    update(Incoming)
    .where(among(Incoming.id, "keys"))
    .values(
        legal_state=bindparam("judged"),
        verdict=bindparam("said", type_=Incoming.verdict.type),
        state=case((Incoming.state == rules.ARRIVED, rules.CHECKED), else_=Incoming.state),
    )
)
EARLY = Prepared(
    lambda insert: insert(EarlyVerdict).on_conflict_do_update(
        index_elements=["arrival_id"], set_={"message": insert(EarlyVerdict).excluded.message}
    )
)
WAITING = Prepared(
    select(EarlyVerdict.arrival_id, EarlyVerdict.message).where(among(EarlyVerdict.arrival_id, "arrival_ids"))
)
TAKEN_UP = Prepared(delete(EarlyVerdict).where(EarlyVerdict.arrival_id == bindparam("arrival")))


async def document_arrived(work: Work, message: DocumentArrivedV1) -> None:
    await documents_arrived(work, DocumentArrivedV2.of(message))


async def documents_arrived(work: Work, message: DocumentArrivedV2) -> None:
    """At each office the document stands before the clerk once signing has looked at it."""
    arrival_ids = [one.arrival_id for one in message.arrivals]
    await work.alone(*arrival_ids)
    known = {row.arrival_id for row in await work.rows(KNOWN, arrival_ids=arrival_ids)}
    rows = [_row(message, one) for one in message.arrivals if one.arrival_id not in known]
    await work.run(ARRIVALS, *rows)
    await hold(work, [row["office_id"] for row in rows], message.files)
    text = f"Nhận từ {message.sender_name}"
    for row in rows:
        record(
            work,
            row["id"],
            "document-arrived",
            text,
            service="gateway",
            status="01",
            at=message.arrived_at,
            code=row["code"],
        )
    if message.reply_to and message.reply_to.document_id:
        keys = [row["id"] for row in rows]
        await _link_replies(work, message.reply_to.document_id, keys)
        if message.reply_to.organ_id == message.sender_organ_id or message.business_type in (2, 3):
            await changing.link(
                work, message.sender_organ_id, message.reply_to.document_id, message.business_type, keys
            )
    await _take_up_verdicts(work, [row["arrival_id"] for row in rows])


def _row(message: DocumentArrivedV2, one: ArrivalRef) -> dict[str, Any]:
    code = "/".join(part for part in (message.code_number, message.code_notation) if part)
    return {
        **{name: getattr(message, name) for name in SAME},
        "id": new_id(),
        "arrival_id": one.arrival_id,
        "office_id": one.office.office_id,
        "organ_id": one.office.organ_id,
        "office_name": one.office.name,
        "state": rules.ARRIVED,
        "code": code,
        "code_key": rules.code_key(code),
        "issuer_key": rules.issuer_key(message.sender_name),
        "searched": plain(f"{code} {message.sender_name} {message.subject}").lower(),
        "files": [f.model_dump(mode="json") for f in message.files],
        "problems": [*one.problems, *message.problems],
        "reply_to": message.reply_to.model_dump(mode="json") if message.reply_to else None,
    }


async def _link_replies(work: Work, answered: str, keys: list[UUID]) -> None:
    """An answer to one of our documents is linked both ways."""
    for row in await work.all(select(Incoming).where(Incoming.id.in_(keys))):
        question = await by_identifier(work, row.office_id, answered)
        if question is None:
            continue
        row.in_reply_to_document_id = question.id
        await links.join(work, row.office_id, row.id, question.id)
        linked = ReplyLinkedV1(incoming_id=str(row.id), document_id=str(question.id), office=office_ref(row))
        work.emit(linked, key=str(row.id))
        text = f"{row.sender_name} trả lời bằng văn bản {row.code}"
        record(work, question.id, "reply-linked", text, incoming_id=str(row.id))
    await work.flush()


def arrival_of(row: Incoming) -> str:
    """gateway's arrival; nothing for a document on paper, whose sender waits for no status."""
    return row.arrival_id if row.medium == rules.ELECTRONIC else ""


def office_ref(row: Incoming) -> OfficeRef:
    return OfficeRef(office_id=row.office_id, organ_id=row.organ_id, name=row.office_name)


async def files_validated(work: Work, message: FilesValidatedV1) -> None:
    await files_judged(work, FilesValidatedV2.of(message))


async def files_judged(work: Work, message: FilesValidatedV2) -> None:
    """The verdict may overtake the arrival: then it waits for it."""
    await work.alone(*message.arrival_ids)
    arrived = await _judge(work, message)
    kept = message.model_dump(mode="json", exclude={"arrival_ids"})
    waiting = [{"arrival_id": key, "message": kept} for key in message.arrival_ids if key not in arrived]
    await work.run(EARLY, *waiting)


async def _take_up_verdicts(work: Work, arrival_ids: list[str]) -> None:
    early = await work.rows(WAITING, arrival_ids=arrival_ids)
    for row in early:
        await _judge(work, FilesValidatedV2.model_validate({**row.message, "arrival_ids": [row.arrival_id]}))
    await work.run(TAKEN_UP, *({"arrival": row.arrival_id} for row in early))


async def _judge(work: Work, message: FilesValidatedV2) -> set[str]:
    """Write the verdict to those of its arrivals that are here, and name them. The clerks hear of the first one; a
    later one (an authority has answered) is on record."""
    rows = await work.rows(TO_JUDGE, arrival_ids=list(message.arrival_ids))
    verdict = message.model_dump(mode="json", include={"valid", "reasons", "signatures"})
    if rows:
        keys = [row.id for row in rows]
        await work.run(JUDGED, {"keys": keys, "judged": message.legal_state, "said": verdict})
    text = "Chữ ký số hợp lệ" if message.valid else "Chữ ký số chưa hợp lệ: " + "; ".join(message.reasons)
    first = [row for row in rows if row.verdict is None]
    for row in [row for row in rows if row.verdict != verdict]:
        work.audit("registry.files-validated", str(row.id), text=text, legal_state=message.legal_state)
    if shown := [row for row in first if row.state in (rules.ARRIVED, rules.CHECKED)]:
        _show(work, shown, message.legal_state)
    return {row.arrival_id for row in rows}


def _show(work: Work, rows: list[Any], legal_state: str) -> None:
    """They are copies of one document."""
    one = rows[0]
    work.emit(
        IncomingReceivedV2(
            incoming=tuple(IncomingRef(incoming_id=str(row.id), office=office_ref(row)) for row in rows),
            subject=one.subject,
            sender_name=one.sender_name,
            code=one.code,
            urgency=one.urgency,
            legal_state=legal_state,
        ),
        key=str(one.id),
        urgent=one.urgency > 0,
    )


async def incoming_progress(work: Work, message: IncomingProgressV1) -> None:
    row = await work.locked(Incoming, identifier(message.incoming_id))
    if row.state == rules.TAKE_BACK_REQUESTED:
        row.state_before = rules.after_progress(row.state_before, message.status)
    else:
        row.state = rules.after_progress(row.state, message.status)
    if message.status == "06" and row.finished_at is None:
        row.finished_at = message.at
    text = " – ".join(part for part in (PROGRESS.get(message.status, ""), message.outcome, message.note) if part)
    record(
        work,
        row.id,
        "incoming-progress",
        text,
        service="workflow",
        actor=message.by_name,
        status=message.status,
        at=message.at,
    )


async def incoming_due(work: Work, message: IncomingDueV1) -> None:
    """The term that its leader set; one that is finished keeps the term by which it was."""
    row = await work.locked(Incoming, identifier(message.incoming_id))
    if row.finished_at is None and row.destroyed_at is None:
        row.due_at = message.due_at


async def take_back_requested(work: Work, message: TakeBackRequestedV1) -> None:
    """The sender wants it back; the clerk answers (NĐ 30 Đ18 k5)."""
    row = await _of_arrival(work, message.arrival_id)
    if row is None:
        raise NotFound  # gateway's arrival is on its way: try again
    if row.state in (rules.DESTROYED, rules.REJECTED):
        return
    if row.state != rules.TAKE_BACK_REQUESTED:
        row.state_before, row.state = row.state, rules.TAKE_BACK_REQUESTED
    row.take_back, row.take_back_reason = True, message.reason
    work.emit(
        TakeBackAskedV1(
            incoming_id=str(row.id),
            office=office_ref(row),
            subject=row.subject,
            sender_name=row.sender_name,
            reason=message.reason,
            at=message.at,
        ),
        key=str(row.id),
    )
    text = f"Bên gửi yêu cầu trả lại: {message.reason}"
    record(work, row.id, "take-back-requested", text, service="gateway", status="13", at=message.at)


async def status_ignored(work: Work, message: StatusIgnoredV1) -> None:
    """Shown, and nothing follows from it."""
    row = await _of_arrival(work, message.arrival_id)
    if row is None:
        raise NotFound  # gateway's arrival is on its way: try again
    text = f"Không áp dụng trạng thái {message.code} của bên gửi: {message.note}"
    record(work, row.id, "status-ignored", text, service="gateway", status=message.code, at=message.at)


async def answer_reminded(work: Work, message: AnswerRemindedV1) -> None:
    """The sender asks for an answer; when it is there already, there is nothing to do."""
    row = await _of_arrival(work, message.arrival_id)
    if row is None:
        raise NotFound  # gateway's arrival is on its way: try again
    if row.state not in (rules.ARRIVED, rules.CHECKED, rules.TAKE_BACK_REQUESTED):
        return
    who = f"{message.sender_name} ({message.by_name})" if message.by_name else message.sender_name
    what = "yêu cầu trả lại" if row.state == rules.TAKE_BACK_REQUESTED else "văn bản"
    day = message.since.astimezone(VN).strftime("%d/%m/%Y")
    text = f"{who} nhắc trả lời {what} {row.code} đã gửi ngày {day}"
    work.emit(
        IncomingUrgedV1(
            incoming_id=str(row.id),
            office=office_ref(row),
            subject=row.subject,
            sender_name=row.sender_name,
            code=row.code,
            text=text,
            at=message.at,
        ),
        key=str(row.id),
    )
    record(work, row.id, "answer-reminded", text, service="gateway", at=message.at)


async def _of_arrival(work: Work, arrival_id: str) -> Incoming | None:
    found: Incoming | None = await work.one(select(Incoming).where(Incoming.arrival_id == arrival_id).with_for_update())
    return found
