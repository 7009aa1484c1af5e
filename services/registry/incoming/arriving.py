"""What other services tell about an incoming document: arrival, verdict, progress, take-back."""

from __future__ import annotations

from sqlalchemy import select

from contracts.gateway.events import DocumentArrivedV1, StatusIgnoredV1, TakeBackRequestedV1
from contracts.registry.events import IncomingReceivedV1, OfficeRef, ReplyLinkedV1, TakeBackAskedV1
from contracts.signing.events import FilesValidatedV1
from contracts.workflow.events import IncomingProgressV1
from services.registry import links
from services.registry.access import identifier
from services.registry.files.actions import hold
from services.registry.files.names import plain
from services.registry.incoming import rules
from services.registry.incoming.tables import EarlyVerdict, Incoming
from services.registry.outgoing.queries import by_identifier
from services.registry.timeline.actions import record
from shared.problems import NotFound
from shared.work import Work

PROGRESS = {"04": "Phân công xử lý", "05": "Đang xử lý", "06": "Xử lý xong"}


async def document_arrived(work: Work, message: DocumentArrivedV1) -> None:
    """A document stands before the clerk once signing has looked at it."""
    await work.alone(message.arrival_id)
    if await _of_arrival(work, message.arrival_id) is not None:
        return
    notation = message.code_notation
    same = [
        "arrival_id",
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
    code = "/".join(part for part in (message.code_number, notation) if part)
    row = Incoming(
        **{name: getattr(message, name) for name in same},
        office_id=message.office.office_id,
        organ_id=message.office.organ_id,
        office_name=message.office.name,
        state=rules.ARRIVED,
        code=code,
        searched=plain(f"{code} {message.sender_name} {message.subject}").lower(),
        files=[f.model_dump(mode="json") for f in message.files],
        problems=list(message.problems),
        reply_to=message.reply_to.model_dump(mode="json") if message.reply_to else None,
        legal_state="",
    )
    work.save(row)
    await work.flush()
    await hold(work, row.office_id, message.files)
    text = f"Nhận từ {message.sender_name}"
    record(work, row.id, "document-arrived", text, service="gateway", status="01", at=message.arrived_at, code=code)
    await _link_reply(work, row)
    early = await work.get(EarlyVerdict, message.arrival_id)
    if early is not None:
        _judge(work, row, FilesValidatedV1.model_validate(early.message))
        await work.session.delete(early)


async def _link_reply(work: Work, row: Incoming) -> None:
    """An answer to one of our documents is linked both ways."""
    if not row.reply_to or not row.reply_to.get("document_id"):
        return
    question = await by_identifier(work, row.office_id, row.reply_to["document_id"])
    if question is None:
        return
    row.in_reply_to_document_id = question.id
    await links.join(work, row.office_id, row.id, question.id)
    work.emit(
        ReplyLinkedV1(incoming_id=str(row.id), document_id=str(question.id), office=office_ref(row)), key=str(row.id)
    )
    text = f"{row.sender_name} trả lời bằng văn bản {row.code}"
    record(work, question.id, "reply-linked", text, incoming_id=str(row.id))


def office_ref(row: Incoming) -> OfficeRef:
    return OfficeRef(office_id=row.office_id, organ_id=row.organ_id, name=row.office_name)


async def files_validated(work: Work, message: FilesValidatedV1) -> None:
    """The verdict may overtake the arrival: then it waits for it."""
    await work.alone(message.arrival_id)
    row = await _of_arrival(work, message.arrival_id)
    if row is None:
        await work.session.merge(EarlyVerdict(arrival_id=message.arrival_id, message=message.model_dump(mode="json")))
    else:
        _judge(work, row, message)


def _judge(work: Work, row: Incoming, message: FilesValidatedV1) -> None:
    first = row.verdict is None
    row.legal_state = message.legal_state
    row.verdict = message.model_dump(mode="json", include={"valid", "reasons", "signatures"})
    if row.state == rules.ARRIVED:
        row.state = rules.CHECKED
    if not first:
        return
    text = "Chữ ký số hợp lệ" if message.valid else "Chữ ký số chưa hợp lệ: " + "; ".join(message.reasons)
    work.audit("registry.files-validated", str(row.id), text=text, legal_state=message.legal_state)
    if row.state == rules.CHECKED:
        work.emit(
            IncomingReceivedV1(
                incoming_id=str(row.id),
                office=office_ref(row),
                subject=row.subject,
                sender_name=row.sender_name,
                code=row.code,
                urgency=row.urgency,
                legal_state=row.legal_state,
            ),
            key=str(row.id),
            urgent=row.urgency > 0,
        )


async def incoming_progress(work: Work, message: IncomingProgressV1) -> None:
    row = await work.locked(Incoming, identifier(message.incoming_id))
    if row.state == rules.TAKE_BACK_REQUESTED:
        row.state_before = rules.after_progress(row.state_before, message.status)
    else:
        row.state = rules.after_progress(row.state, message.status)
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


async def _of_arrival(work: Work, arrival_id: str) -> Incoming | None:
    found: Incoming | None = await work.one(select(Incoming).where(Incoming.arrival_id == arrival_id).with_for_update())
    return found
