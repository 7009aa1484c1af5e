"""Keep what cannot be trusted; let a person decide."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, literal, or_, select

from contracts.gateway import api
from contracts.gateway.events import PackageQuarantinedV1
from services.gateway.quarantine.tables import HELD, Quarantined
from shared.auth import Principal
from shared.clock import now
from shared.database import new_id
from shared.problems import NotFound, Refusal
from shared.work import Work

DECIDERS = ("clerk", "unit_admin", "system_admin")


class AlreadyDecided(Refusal):
    kind = "already-decided"
    message = "Gói tin này đã được xử lý. Tải lại trang để xem kết quả."


class StillUntrusted(Refusal):
    kind = "still-untrusted"
    message = "Chưa thể tiếp nhận gói tin: {reason}"


@dataclass(frozen=True)
class Held:
    """What is known of a package that is held."""

    sha256: str
    reason_code: str
    reason: str
    channel: str
    external_id: str
    sender: str
    to_code: str
    subject: str
    office_id: str | None


async def hold(work: Work, held: Held) -> UUID:
    """Keep the package; the same one for the same reason is kept once."""
    same = select(Quarantined.id).where(
        Quarantined.sha256 == held.sha256,
        Quarantined.reason_code == held.reason_code,
        Quarantined.to_code == held.to_code,
    )
    known: UUID | None = await work.one(same)
    if known is not None:
        return known
    row = Quarantined(id=new_id(), arrived_at=now(), **vars(held))
    work.save(row)
    message = PackageQuarantinedV1(
        quarantine_id=str(row.id), reason_code=held.reason_code, reason=held.reason, at=row.arrived_at
    )
    work.emit(message, key=str(row.id))
    work.audit("gateway.quarantine", str(row.id), reason=held.reason_code, sha256=held.sha256)
    return row.id


async def entries(work: Work) -> list[api.QuarantineEntry]:
    """What the caller may decide: the own office's; what belongs to nobody is for administrators."""
    caller = work.principal
    caller.require(*DECIDERS)
    statement = select(Quarantined).order_by(Quarantined.id.desc()).limit(500)
    if not caller.is_service:
        nobodys = and_(Quarantined.office_id.is_(None), literal(caller.has("system_admin", "unit_admin")))
        statement = statement.where(or_(Quarantined.office_id == caller.office_id, nobodys))
    return [view(row) for row in await work.all(statement)]


def view(row: Quarantined) -> api.QuarantineEntry:
    return api.QuarantineEntry(
        id=str(row.id),
        reason_code=row.reason_code,
        reason=row.reason,
        **{"from": row.sender},
        subject=row.subject,
        arrived_at=row.arrived_at,
        state=row.state,
        note=row.note,
    )


def _may_see(caller: Principal, row: Quarantined) -> bool:
    if caller.is_service or row.office_id == caller.office_id:
        return True
    return row.office_id is None and caller.has("system_admin", "unit_admin")


async def undecided(work: Work, entry_id: UUID) -> Quarantined:
    """The entry, if the caller may decide it and nobody has."""
    row = await work.locked(Quarantined, entry_id)
    if not _may_see(work.principal, row):
        raise NotFound
    work.principal.require(*DECIDERS)
    if row.state != HELD:
        raise AlreadyDecided
    return row


async def decide(work: Work, entry_id: UUID, state: str, note: str) -> Quarantined:
    row = await undecided(work, entry_id)
    row.state, row.note, row.decided_by = state, note, work.principal.id
    work.audit(f"gateway.quarantine-{state}", str(row.id), note=note)
    return row
