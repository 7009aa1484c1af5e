"""Who may see what waits; lists and counts.

The own office's is for its clerks and administrators, what belongs to nobody for administrators. What wears a mark of
secrecy is for the clerks of the office concerned alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select

from contracts.gateway import api
from services.gateway.lamps.actions import lamp_of
from services.gateway.patience.rules import patience
from services.gateway.quarantine import rules
from services.gateway.quarantine.rules import HELD
from services.gateway.quarantine.tables import Quarantined
from services.gateway.trust.checks import SCANNER, scanner_of
from services.gateway.trust.rules import SCAN_WAITING
from shared.auth import Principal
from shared.clock import now
from shared.work import Work

SECRETS = tuple(code for code, reason in rules.REASONS.items() if reason.secret)
ADMINISTRATORS = ("system_admin", "unit_admin")


def may_see(caller: Principal, row: Quarantined) -> bool:
    own = row.office_id == caller.office_id
    if rules.reason(row.reason_code).secret:
        return own and caller.has("clerk")
    return caller.is_service or own or (row.office_id is None and caller.has(*ADMINISTRATORS))


def _seen(caller: Principal) -> ColumnElement[bool]:
    """The same as a condition."""
    caller.require(*rules.DECIDERS)
    own = Quarantined.office_id == caller.office_id
    open_ones = Quarantined.reason_code.not_in(SECRETS)
    if caller.is_service:
        return open_ones
    nobodys = and_(Quarantined.office_id.is_(None), literal(caller.has(*ADMINISTRATORS)))
    secret = and_(own, Quarantined.reason_code.in_(SECRETS), literal(caller.has("clerk")))
    return or_(and_(open_ones, or_(own, nobodys)), secret)


async def entries(work: Work, state: str | None, reason_code: str | None) -> list[Quarantined]:
    """The newest five hundred that the caller may decide."""
    statement = select(Quarantined).where(_seen(work.principal)).order_by(Quarantined.id.desc()).limit(500)
    if state:
        statement = statement.where(Quarantined.state == state)
    if reason_code:
        statement = statement.where(Quarantined.reason_code == reason_code)
    return list(await work.all(statement))


async def counts(work: Work) -> list[api.QuarantineCount]:
    """What waits for the caller, by reason: how many, since when, how many for too long."""
    late = case((Quarantined.arrived_at < too_long_ago(), 1), else_=0)
    statement = (
        select(Quarantined.reason_code, func.count(), func.min(Quarantined.arrived_at), func.sum(late))
        .where(_seen(work.principal), Quarantined.state == HELD)
        .group_by(Quarantined.reason_code)
        .order_by(func.min(Quarantined.arrived_at))
    )
    found: Any = (await work.execute(statement)).all()
    return [
        api.QuarantineCount(reason_code=code, name=rules.reason(code).name, count=count, oldest=oldest, overdue=over)
        for code, count, oldest, over in found
    ]


async def scanner(work: Work) -> api.ScannerState:
    """Without one nothing is scanned, and the pages say so."""
    work.principal.require(*rules.DECIDERS)
    if scanner_of(work.runtime) is None:
        return api.ScannerState(configured=False)
    lamp = await lamp_of(work, SCANNER)
    counted = select(func.count()).select_from(Quarantined)
    waiting = await work.scalar(counted.where(Quarantined.state == HELD, Quarantined.reason_code == SCAN_WAITING))
    if lamp is None:
        return api.ScannerState(configured=True, up=True, waiting=waiting or 0)
    return api.ScannerState(
        configured=True,
        up=lamp.up,
        since=lamp.since,
        last_error="" if lamp.up else lamp.last_error,
        waiting=waiting or 0,
    )


async def keeps(work: Work, sha256: str) -> bool:
    """Whether an entry still needs these bytes."""
    statement = select(Quarantined.id).where(Quarantined.sha256 == sha256, Quarantined.purged.is_(False))
    return await work.one(statement.limit(1)) is not None


def too_long_ago() -> datetime:
    return now() - timedelta(hours=patience().quarantine_ageing_hours)
