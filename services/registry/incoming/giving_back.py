"""The sender recalls a document that arrived here (NĐ 30 Đ18 k4b): agree (15), or not (16) with a reason.

Agreed, its content is destroyed: nobody finds or reads it any more, and the files leave the store unless somebody else
holds them. What stays is the tombstone: number, sender, dates, names and hashes of the files, who decided, and why.
What must be kept by law (an inspection, a court) is not destroyed.
"""

from __future__ import annotations

from uuid import UUID

from contracts.message import FileRef
from contracts.registry.events import RecallAnsweredV1
from services.registry.access import find
from services.registry.conversions.queries import results as converted_copies
from services.registry.files import disposal
from services.registry.files.actions import let_go
from services.registry.files.names import plain
from services.registry.incoming import refusals, rules
from services.registry.incoming.arriving import office_ref
from services.registry.incoming.queries import uses as incoming_uses
from services.registry.incoming.tables import Incoming
from services.registry.outgoing.queries import uses as outgoing_uses
from services.registry.timeline.actions import record
from shared.clock import now
from shared.service import Runtime
from shared.work import Work

HOLDERS = ("leader", "deputy", "unit_admin")


async def hold_by_law(work: Work, key: str, reason: str) -> Incoming:
    """From now on the document may not be destroyed."""
    work.principal.require(*HOLDERS)
    row = await find(work, Incoming, key, lock=True)
    if row.state in (rules.DESTROYED, rules.REJECTED):
        raise rules.WrongState(state=rules.NAMES[row.state], act="lưu giữ theo quy định")
    row.legal_hold, row.held_by = reason, work.principal.name
    record(work, row.id, "legal-hold", f"Lưu giữ theo quy định, không được hủy: {reason}")
    return row


async def release_hold(work: Work, key: str) -> Incoming:
    work.principal.require(*HOLDERS)
    row = await find(work, Incoming, key, lock=True)
    if row.legal_hold:
        record(work, row.id, "legal-hold-ended", f"Thôi lưu giữ theo quy định (trước đây: {row.legal_hold})")
        row.legal_hold = row.held_by = ""
    return row


async def answer_take_back(work: Work, key: str, agree: bool, reason: str) -> Incoming:
    """Raises LegalHold where the document is to be given back and may not be destroyed."""
    work.principal.require("clerk", "leader", "deputy")
    row = await find(work, Incoming, key, lock=True)
    rules.require(row.state, {rules.TAKE_BACK_REQUESTED}, "trả lời yêu cầu trả lại")
    if agree and row.legal_hold:
        raise rules.LegalHold(reason=row.legal_hold)
    kept = reason.strip() if agree else refusals.reason(reason.strip() or row.legal_hold)
    row.state, row.take_back = (rules.DESTROYED if agree else row.state_before), False
    if agree:
        await _destroy(work, row)
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
    text = "Đồng ý trả lại văn bản, hủy nội dung" if agree else f"Không đồng ý trả lại: {kept}"
    record(work, row.id, "take-back-answered", text, status="15" if agree else "16")
    return row


async def _destroy(work: Work, row: Incoming) -> None:
    """Out of the index and out of everybody's reach at once; out of the store once this is committed."""
    row.destroyed_at = now()
    row.due_at = row.due_at if row.finished_at else None  # nothing is left to finish
    row.searched = plain(f"{row.code} {row.sender_name}").lower()
    await work.flush()
    files = [*(FileRef.model_validate(f) for f in row.files), *await converted_copies(work, row.id)]
    await let_go(work, row.office_id, [f for f in files if not await _used(work, row.office_id, f.sha256)])


async def _used(work: Work, office_id: str, sha256: str) -> bool:
    """The same file may stand in another document of the office."""
    return await incoming_uses(work, office_id, sha256) or await outgoing_uses(work, office_id, sha256)


async def answered(work: Work, message: RecallAnsweredV1) -> None:
    """What is left to do is long work: see `empty_store`."""


async def empty_store(runtime: Runtime, message: RecallAnsweredV1) -> None:
    """The files of a document that was given back leave the store."""
    if not message.agreed:
        return
    async with runtime.work(reading=True) as work:
        row = await work.get(Incoming, UUID(message.incoming_id))
        hashes = await _hashes(work, row) if row is not None and row.destroyed_at else []
    await disposal.destroy(runtime, hashes)


async def _hashes(work: Work, row: Incoming) -> list[str]:
    """Of the files that arrived and of the copies that were made of them."""
    copies = await converted_copies(work, row.id)
    return [*(str(f["sha256"]) for f in row.files), *(one.sha256 for one in copies)]
