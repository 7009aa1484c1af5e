"""What other services tell about an outgoing document: approvals, signature, seal, deliveries."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update

from contracts.gateway.events import AnswerOverdueV1, CopyState, DeliveryChangedV1, DeliveryChangedV2
from contracts.signing.events import (
    InitialledV1,
    LeaderSignedV1,
    SealedV1,
    SealingFailedV1,
    SealWaitsV1,
    TimestampPendingV1,
)
from contracts.workflow.events import DraftApprovedV1, DraftReturnedV1, StepDoneV1
from services.registry.access import identifier
from services.registry.files.actions import hold
from services.registry.offices.queries import normal
from services.registry.outgoing import rules
from services.registry.outgoing.drafts import keep_version
from services.registry.outgoing.tables import Copy, Outgoing
from services.registry.timeline.actions import record
from shared.statements import Prepared
from shared.work import Work

STEPS = {"opinion": "Cho ý kiến", "content": "Duyệt nội dung", "form": "Kiểm tra thể thức", "initial": "Ký nháy"}
NAMED = 5  # receivers that a line of the timeline names
STATUSES = {
    "01": "đã đến",
    "02": "từ chối nhận",
    "03": "đã tiếp nhận",
    "04": "đã phân công",
    "05": "đang xử lý",
    "06": "đã hoàn thành",
    "13": "được yêu cầu trả lại",
    "15": "đồng ý trả lại",
    "16": "không đồng ý trả lại",
}
COPY_COLUMNS = ("organ_id", "name", "channel", "state", "status_code", "description", "staff", "at", "change")
TRANSPORT = {"waiting": "chờ gửi", "sent": "đã gửi", "failed": "gửi lỗi"}


def _newest(insert: Any) -> Any:
    """Copies as gateway tells of them; what it told before does not overwrite what it told later."""
    told = insert(Copy)
    fresh = {name: told.excluded[name] for name in COPY_COLUMNS}
    return told.on_conflict_do_update(
        index_elements=["document_id", "organ_key"], set_=fresh, where=Copy.change < told.excluded.change
    )


KNOWN = Prepared(select(Outgoing.id).where(Outgoing.id == bindparam("key")))
COPIES = Prepared(_newest)
REFUSED = Prepared(
    update(Outgoing)
    .where(Outgoing.id == bindparam("key"), Outgoing.refused_at.is_(None))
    .values(refused_at=bindparam("moment"))
)


async def _held(work: Work, key: str) -> Outgoing:
    return await work.locked(Outgoing, identifier(key))


async def step_done(work: Work, message: StepDoneV1) -> None:
    """An approval counts only for the content it was given for."""
    document = await _held(work, message.draft_id)
    text = STEPS.get(message.step, message.step)
    if message.content_hash == document.content_hash:
        document.state = rules.after_step(document.state, message.state)
    else:
        text += " (cho bản cũ, không còn hiệu lực)"
    record(
        work,
        document.id,
        "step-done",
        text,
        service="workflow",
        actor=message.by_name,
        at=message.at,
        step=message.step,
    )


async def draft_approved(work: Work, message: DraftApprovedV1) -> None:
    document = await _held(work, message.draft_id)
    if message.content_hash == document.content_hash:
        document.approved_hash = message.content_hash
        record(
            work, document.id, "draft-approved", "Đủ ý kiến duyệt, trình lãnh đạo ký", service="workflow", at=message.at
        )


async def draft_returned(work: Work, message: DraftReturnedV1) -> None:
    document = await _held(work, message.draft_id)
    if document.state in rules.APPROVAL or document.state == rules.NEEDS_REAPPROVAL:
        document.state, document.returned_reason, document.approved_hash = rules.RETURNED, message.reason, ""
    text = f"Trả lại: {message.reason}"
    record(work, document.id, "draft-returned", text, service="workflow", actor=message.by_name, at=message.at)


async def leader_signed(work: Work, message: LeaderSignedV1) -> None:
    """The signed file becomes a new version beside the one which was approved."""
    document = await _held(work, message.draft_id)
    fits = message.content_hash == document.content_hash and message.signer_id == document.signer_id
    if not fits or document.state not in (*rules.APPROVAL, rules.SIGNED_PENDING):
        text = "Có chữ ký cho bản không còn hiệu lực; không dùng"
        record(work, document.id, "signature-ignored", text, service="signing", actor=message.signer_name)
        return
    await _replace(
        work, document, [message.main_file.model_copy(update={"role": "main"})], message.signer_name, "signed"
    )
    document.state, document.signer_name, document.waiting_for = rules.SIGNED, message.signer_name, ""
    document.signer_position = message.signer_position or document.signer_position
    record(
        work,
        document.id,
        "signed",
        "Lãnh đạo ký số",
        service="signing",
        actor=message.signer_name,
        at=message.signed_at,
        sha256=message.main_file.sha256,
    )


async def timestamp_pending(work: Work, message: TimestampPendingV1) -> None:
    """Signed, the time stamper does not answer: shown where people wait, and nobody signs again (R12.36)."""
    if message.act == "copy":
        return  # of a copy: `copies` listens too
    document = await _held(work, message.object_id)
    if message.act == "leader" and document.state in rules.APPROVAL:
        document.state, document.waiting_for = rules.SIGNED_PENDING, message.reason
    elif message.act == "seal" and document.state == rules.NUMBERED:
        document.waiting_for, document.sealing_error = message.reason, ""
    else:
        return  # it came late: the signature is there already
    text = "Đã ký, đang chờ dấu thời gian; hệ thống tự thử lại"
    record(work, document.id, "timestamp-pending", text, service="signing", at=message.since)


async def initialled(work: Work, message: InitialledV1) -> None:
    """The signature stands beside the draft: who may read the draft may read it."""
    document = await _held(work, message.draft_id)
    await hold(work, document.office_id, [message.signature])
    text = "Ký nháy bằng chữ ký số"
    if message.content_hash != document.content_hash:
        text += " (cho bản cũ, không còn hiệu lực)"
    record(
        work, document.id, "initialled", text, service="signing", actor=message.by_name, at=message.at,
        sha256=message.signature.sha256, hash=message.content_hash,
    )  # fmt: skip


async def seal_waits(work: Work, message: SealWaitsV1) -> None:
    document = await _held(work, message.document_id)
    if document.state == rules.NUMBERED:
        document.waiting_for, document.sealing_error = message.reason, ""
        record(work, document.id, "seal-waits", message.reason, service="signing", device=message.device)


async def sealed(work: Work, message: SealedV1) -> None:
    document = await _held(work, message.document_id)
    if document.state != rules.NUMBERED:
        return
    files = [message.main_file.model_copy(update={"role": "main"})]
    files += [f.model_copy(update={"role": "annex"}) for f in message.annexes]
    await _replace(work, document, files, document.clerk_name, "sealed")
    document.state, document.legal_state = rules.SEALED, message.legal_state
    document.sealing_error = document.waiting_for = ""
    text = "Ghi số, ngày và ký số cơ quan"
    record(work, document.id, "sealed", text, service="signing", actor=document.clerk_name, at=message.sealed_at)


async def sealing_failed(work: Work, message: SealingFailedV1) -> None:
    document = await _held(work, message.document_id)
    if document.state == rules.NUMBERED:
        document.sealing_error, document.waiting_for = message.reason, ""
    record(work, document.id, "sealing-failed", f"Chưa ký số cơ quan được: {message.reason}", service="signing")


async def _replace(work: Work, document: Outgoing, files: list, by: str, reason: str) -> None:  # type: ignore[type-arg]
    """Put the signed files in the place of those of the same role; keep the others. The approved hash stays."""
    roles = {f.role for f in files}
    kept = [f for f in document.files if f["role"] not in roles]
    names = {f["role"]: f for f in document.files}
    new = [f.model_dump(mode="json") for f in files]
    for file in new:
        if file["role"] == "main" and "main" in names:
            file["name"], file["display_name"] = names["main"]["name"], names["main"]["display_name"]
    document.files = [*new, *kept]
    document.version += 1
    await hold(work, [document.office_id], files)
    keep_version(work, document, reason, {"subject": document.subject}, by)


async def delivery_changed(work: Work, message: DeliveryChangedV1) -> None:
    await deliveries_changed(work, DeliveryChangedV2.of(message))


async def deliveries_changed(work: Work, message: DeliveryChangedV2) -> None:
    """The newest state of each recipient's copy; every change stands in the timeline."""
    key = identifier(message.document_id)
    if await work.row(KNOWN, key=key) is None:
        return  # a recall or correction of a document which was issued elsewhere
    await work.run(COPIES, *(_copy(key, copy) for copy in message.copies))
    if refused := [copy.at for copy in message.copies if copy.status_code == "02"]:
        await work.run(REFUSED, {"key": key, "moment": min(refused)})
    for part, copy in enumerate(message.copies):
        what = STATUSES.get(copy.status_code or "") or TRANSPORT.get(copy.state, copy.state)
        record(
            work,
            key,
            "delivery-changed",
            f"{copy.recipient_name}: {what}" + (f" ({copy.description})" if copy.description else ""),
            service="gateway",
            actor=copy.staff,
            status=copy.status_code,
            at=copy.at,
            part=part,
            organ_id=copy.organ_id,
        )


def _copy(key: UUID, copy: CopyState) -> dict[str, Any]:
    return {
        "document_id": key,
        "organ_key": normal(copy.organ_id),
        "organ_id": copy.organ_id,
        "name": copy.recipient_name,
        "channel": copy.channel,
        "state": copy.state,
        "status_code": copy.status_code,
        "description": copy.description,
        "staff": copy.staff,
        "at": copy.at,
        "change": copy.change,
    }


async def answer_overdue(work: Work, message: AnswerOverdueV1) -> None:
    """Receivers that have neither accepted nor refused it in time; each late copy is told once."""
    document = await work.get(Outgoing, identifier(message.document_id))
    if document is None:
        return
    names = [copy.name for copy in message.receivers]
    more = f" và {len(names) - NAMED} nơi khác" if len(names) > NAMED else ""
    text = f"Quá {message.working_days} ngày làm việc chưa trả lời: {', '.join(names[:NAMED])}{more}"
    record(work, document.id, "answer-overdue", text, service="gateway", at=message.at, receivers=len(names))
