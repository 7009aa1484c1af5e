"""Keep what cannot be trusted; let a person release, return or refuse it, and take a refusal back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from contracts.gateway import api
from contracts.gateway.events import PackageQuarantinedV1
from services.gateway.quarantine import rules
from services.gateway.quarantine.queries import may_see
from services.gateway.quarantine.rules import HELD, REFUSED, RELEASED, RETURNED
from services.gateway.quarantine.tables import Quarantined
from services.gateway.routing.actions import primary_place
from services.gateway.routing.rules import Place
from services.gateway.sending import queue
from shared.clock import now
from shared.database import new_id
from shared.problems import NotFound
from shared.work import Work


@dataclass(frozen=True)
class Held:
    """What is known of a package that is held."""

    sha256: str
    reason_code: str
    reason: str
    channel: str
    external_id: str
    sender: str
    sender_code: str
    identifier: str
    code: str
    promulgation_date: str
    to_code: str
    subject: str
    office_id: str | None
    forgiven: list[str]


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
    row = Quarantined(id=new_id(), state=HELD, arrived_at=now(), **vars(held))
    work.save(row)
    secret = rules.reason(held.reason_code).secret
    message = PackageQuarantinedV1(
        quarantine_id=str(row.id),
        reason_code=held.reason_code,
        reason=held.reason,
        at=row.arrived_at,
        office_id=held.office_id or "",
        title="" if secret else held.subject or held.code,
    )
    work.emit(message, key=str(row.id))
    work.audit("gateway.quarantine", str(row.id), reason=held.reason_code, sha256=held.sha256, office=held.office_id)
    return row.id


async def undecided(work: Work, entry_id: UUID) -> Quarantined:
    """The entry, if the caller may decide it and nobody has. Others' do not exist."""
    row = await work.locked(Quarantined, entry_id)
    _known(work, row)
    if row.state != HELD:
        raise rules.AlreadyDecided
    return row


def _known(work: Work, row: Quarantined) -> None:
    """What the caller may not see does not exist; who sees it without being one of its deciders is forbidden."""
    if not may_see(work.principal, row):
        raise NotFound
    work.principal.require(*rules.deciders(row.reason_code))


async def release_to(work: Work, row: Quarantined, office_id: str | None) -> Place:
    """For which office it is let out: its own, the caller's, or, by who administers all of them, any."""
    rules.may_release(row.reason_code)
    wanted = office_id or row.office_id or work.principal.office_id
    everybodys = work.principal.is_service or work.principal.has("system_admin")
    if not everybodys and wanted != work.principal.office_id:
        raise NotFound
    place = await primary_place(work, wanted)
    if place is None:
        raise NotFound
    return place


async def decide(work: Work, entry_id: UUID, state: str, note: str) -> Quarantined:
    """Close the entry with its reason."""
    row = await undecided(work, entry_id)
    _close(work, row, state, note)
    return row


def _close(work: Work, row: Quarantined, state: str, note: str) -> None:
    me = work.principal
    row.state, row.note, row.decided_by, row.decided_by_name, row.decided_at = state, note, me.id, me.name, now()
    row.purged = row.purged or (state != RELEASED and rules.reason(row.reason_code).secret)
    work.audit(f"gateway.quarantine-{state}", str(row.id), note=note, reason=row.reason_code, purged=row.purged)


async def give_back(work: Work, entry_id: UUID, note: str) -> Quarantined:
    """Status 02 to the sender with the reason; the package is closed. A state secret's content is destroyed."""
    row = await undecided(work, entry_id)
    rules.may_return(row.sender_code, row.identifier, row.code)
    own = await primary_place(work, row.office_id or work.principal.office_id)
    await queue.status(
        work,
        subject_id=row.id,
        code="02",
        round=0,
        axis=row.channel,
        office_id=row.office_id or work.principal.office_id,
        from_code=row.to_code or (own.organ_id if own else ""),
        to_code=row.sender_code,
        content={
            "organ_id": row.sender_code,
            "from_name": own.name if own else "",
            "code": row.code,
            "identifier": row.identifier,
            "promulgation_date": row.promulgation_date,
            "at": now().isoformat(),
            "description": note,
            "staff": work.principal.name,
        },
    )
    _close(work, row, RETURNED, note)
    return row


async def reopen(work: Work, entry_id: UUID, note: str) -> Quarantined:
    """Take a refusal back: it waits again. What was released or returned has left, and what was destroyed is gone."""
    row = await work.locked(Quarantined, entry_id)
    _known(work, row)
    if row.state != REFUSED or row.purged:
        raise rules.NothingToUndo
    row.state, row.note, row.decided_at = HELD, "", None
    work.audit("gateway.quarantine-reopened", str(row.id), note=note)
    return row


def view(row: Quarantined) -> api.QuarantineEntry:
    reason = rules.reason(row.reason_code)
    can_return = bool(row.sender_code and (row.identifier or row.code.strip("/")))
    return api.QuarantineEntry(
        id=str(row.id),
        reason_code=row.reason_code,
        reason_name=reason.name,
        reason=row.reason,
        **{"from": row.sender},
        to_code=row.to_code,
        code=row.code,
        subject=row.subject,
        channel=row.channel,
        office_id=row.office_id,
        arrived_at=row.arrived_at,
        state=row.state,
        note=row.note,
        decided_by=row.decided_by_name,
        decided_at=row.decided_at,
        can_release=row.state == HELD and reason.may_release,
        can_return=row.state == HELD and can_return,
        can_reopen=row.state == REFUSED and not row.purged,
        secret=reason.secret,
        purged=row.purged,
    )
