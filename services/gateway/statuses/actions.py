"""Statuses in both directions: what receivers report on our documents, what our offices tell the senders."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, bindparam, not_, or_, select

from contracts.registry.events import RecallRequestedV1
from services.gateway.deliveries import actions as deliveries
from services.gateway.deliveries import copies, queries
from services.gateway.deliveries.copies import Copy
from services.gateway.deliveries.rules import DOCUMENT
from services.gateway.deliveries.tables import OutPackage
from services.gateway.edxml import Status
from services.gateway.receiving.actions import held_document, take_back
from services.gateway.receiving.history import note, take_up
from services.gateway.receiving.tables import Arrival
from services.gateway.routing.actions import codes_of_one, local_places
from services.gateway.routing.rules import LOCAL
from services.gateway.sending import queue
from services.gateway.statuses.rules import (
    ANSWERS,
    ASK,
    FROM_RECEIVER,
    FROM_SENDER,
    Move,
    Place,
    contact,
    move,
    normal_code,
)
from services.gateway.statuses.tables import StatusRecord
from shared.problems import NotFound, Refusal
from shared.statements import Prepared
from shared.work import Work

CHANGES = ("update", "replace")  # kinds of copies that change an earlier document
_SAME = and_(StatusRecord.code == bindparam("code"), StatusRecord.at == bindparam("at"))
NOTED = Prepared(  # exactly this status, and those that came too early
    select(not_(_SAME).label("early")).where(
        StatusRecord.delivery_id == bindparam("copy"), or_(_SAME, StatusRecord.applied.is_(False))
    )
)


class IncomingUnknown(Refusal):
    kind = "incoming-unknown"
    message = "Chưa có thông tin tiếp nhận của văn bản đến này. Hệ thống sẽ tự thử lại."


async def record(
    work: Work,
    copy: Copy,
    code: str,
    at: datetime,
    description: str = "",
    staff: str = "",
    *,
    recall: bool = False,
) -> bool:
    """Store one status of a copy; apply it where the order allows. The same one again changes nothing."""
    noted = await work.rows(NOTED, copy=copy.id, code=code, at=at)
    if any(not row.early for row in noted):
        return False
    judged = _judged(copy, code, recall=recall)
    said = {"description": description, "staff": staff, "applied": judged.applied, "note": judged.note}
    await work.run(deliveries.STATUSES, {"delivery_id": copy.id, "code": code, "at": at, **said})
    if judged.applied:
        _apply(work, copy, judged.place, at, description, staff)
        if noted:
            await _take_up(work, copy)
        await copies.save(work, copy)
    return judged.applied


def _judged(row: Copy, code: str, *, recall: bool = False) -> Move:
    return move(Place(row.status_code, row.status_before), code, change=row.kind in CHANGES, recall=recall)


def _apply(work: Work, row: Copy, place: Place, at: datetime, description: str, staff: str) -> None:
    row.state = row.status_code = place.code
    row.status_before = place.before
    row.round += place.code in FROM_SENDER
    deliveries.keep_time(row)
    deliveries.tell(work, row, at, description, staff)


async def _take_up(work: Work, row: Copy) -> None:
    """What came too early is lawful now: packages overtake one another when one has to be fetched again. An answer to
    an earlier request is none to a later one."""
    early = select(StatusRecord).where(
        StatusRecord.delivery_id == row.id, StatusRecord.applied.is_(False), StatusRecord.code.in_(FROM_RECEIVER)
    )
    waiting = list(await work.all(early.order_by(StatusRecord.at, StatusRecord.code)))
    asked = await _last_asked(work, row) if any(one.code in ANSWERS for one in waiting) else None
    while (found := next((one for one in waiting if _fits(row, one, asked)), None)) is not None:
        waiting.remove(found)
        found.applied, found.note = True, ""
        _apply(work, row, _judged(row, found.code).place, found.at, found.description, found.staff)


def _fits(row: Copy, early: StatusRecord, asked: datetime | None) -> bool:
    if early.code in ANSWERS and asked is not None and early.at < asked:
        return False
    return _judged(row, early.code).applied


async def _last_asked(work: Work, row: Copy) -> datetime | None:
    asked = (StatusRecord.delivery_id == row.id, StatusRecord.code == ASK, StatusRecord.applied.is_(True))
    found: datetime | None = await work.one(select(StatusRecord.at).where(*asked).order_by(StatusRecord.at.desc()))
    return found


async def reported(work: Work, status: Status, to_code: str) -> str:
    """A status package arrived. Returns in Vietnamese why nobody here knows its document, or nothing."""
    code, about = normal_code(status.code), status.response_for
    staff = contact(status.staff.name, status.staff.mobile) if status.staff else ""
    if code in FROM_SENDER:
        places = await local_places(work, [to_code] if to_code else [])
        office = next(iter(places.values())).office_id if places else None
        held = await held_document(work, status.sender.organ_id, [about.document_id], office)
        if held is None:
            return f"Không tìm thấy văn bản {about.code or about.document_id} mà nơi gửi muốn lấy lại."
        await take_back(work, held, status.description, status.timestamp)
        return ""
    sender = status.sender.organ_id
    found = await copies.reported_on(work, about.document_id, about.code, [sender])
    if not found:
        found = await copies.reported_on(work, about.document_id, about.code, await codes_of_one(work, sender))
    if not found:
        return f"Không tìm thấy văn bản {about.code or about.document_id} đã gửi đến {status.sender.organ_id}."
    meant = next((row for row in found if _judged(row, code).applied), found[0])
    await record(work, meant, code, status.timestamp, status.description, staff)
    return ""


async def answer(
    work: Work, row: Arrival, code: str, at: datetime, description: str = "", staff: str = "", phone: str = ""
) -> None:
    """Tell the sender of an arrival: a local one at once, another one by a queued status package."""
    judged = await note(work, row, code, at, description, contact(staff, phone))
    if judged is None or not judged.applied:
        return
    await _tell_sender(work, row, code, at, description, staff, phone)
    while (early := await take_up(work, row)) is not None:
        await _tell_sender(work, row, early.code, early.at, early.description, early.staff, "")


async def _tell_sender(
    work: Work, row: Arrival, code: str, at: datetime, description: str, staff: str, phone: str
) -> None:
    if row.channel == LOCAL and row.delivery_id:
        for copy in await copies.of_arrival(work, row.delivery_id, row.id):
            await record(work, copy, code, at, description, contact(staff, phone))
        return
    content = {
        "organ_id": row.sender_organ_id,
        "from_name": row.office_name,
        "code": row.code,
        "identifier": row.identifier,
        "promulgation_date": row.promulgation_date,
        "at": at.isoformat(),
        "description": description,
        "staff": staff,
        "phone": phone,
    }
    await queue.status(
        work,
        subject_id=row.id,
        code=code,
        round=row.round,
        axis=row.channel,
        office_id=row.office_id,
        from_code=row.organ_id,
        to_code=row.sender_organ_id,
        content=content,
    )


async def arrival(work: Work, arrival_id: str) -> Arrival:
    try:
        return await work.locked(Arrival, UUID(arrival_id))
    except ValueError as error:
        raise NotFound from error


async def progressed(work: Work, incoming_id: str, code: str, at: datetime, description: str, staff: str) -> None:
    """workflow knows the incoming document, not the arrival; registry tells which belongs to which."""
    row = await work.one(select(Arrival).where(Arrival.incoming_id == incoming_id).with_for_update())
    if row is None:
        raise IncomingUnknown
    await answer(work, row, code, at, description, staff)


async def ask_back(work: Work, message: RecallRequestedV1) -> None:
    """13 to every recipient named; where the whole document is recalled, a document of edXML type 1."""
    remote = []
    for row in await copies.of_organs(work, message.document_id, message.recipients):
        if row.office_id != message.office.office_id:
            raise NotFound
        if row.kind != DOCUMENT:
            continue
        reason = message.reason
        applied = await record(work, row, "13", message.requested_at, reason, message.by_name, recall=message.whole)
        if not applied:
            continue
        if row.channel == LOCAL and row.arrival_id:
            held = await work.locked(Arrival, row.arrival_id)
            await take_back(work, held, reason, message.requested_at, recall=message.whole)
        else:
            remote.append(row)
    if message.whole and remote:
        await deliveries.deliver_recall(work, message, remote)
        return
    for row in remote:
        await _send_ask(work, message, row, await queries.package_of(work, row.package_id))


async def _send_ask(work: Work, message: RecallRequestedV1, row: Copy, package: OutPackage) -> None:
    content = {
        "organ_id": message.office.organ_id,
        "from_name": message.office.name,
        "code": package.code,
        "identifier": package.identifier,
        "promulgation_date": str(package.content.get("issued_date") or ""),
        "at": message.requested_at.isoformat(),
        "description": message.reason,
        "staff": message.by_name,
    }
    await queue.status(
        work,
        subject_id=row.id,
        code="13",
        round=row.round,
        axis=row.channel,
        office_id=message.office.office_id,
        from_code=message.office.organ_id,
        to_code=row.organ_id,
        content=content,
    )
