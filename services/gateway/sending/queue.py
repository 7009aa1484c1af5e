"""Put packages into the queue; claim them in order; settle them.

Order: packages to one receiver leave one after the other, the more urgent first. One that is under way or waits for its
next try holds back those after it of the same urgency or less, to the same receiver only; a dead letter holds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, and_, bindparam, exists, insert, null, or_, select, update
from sqlalchemy.orm import aliased

from services.gateway.sending.tables import AGAIN, FAILED, RELAY, SENDING, SENT, UNFINISHED, WAITING, Shipment
from shared.clock import now
from shared.database import UtcTime
from shared.statements import Prepared, among
from shared.work import Work

EDOC, BATCH = "edoc", 500
_HOLDING = aliased(Shipment)
_HELD_BACK = exists().where(
    _HOLDING.axis == Shipment.axis,
    _HOLDING.to_code == Shipment.to_code,
    or_(_HOLDING.state == AGAIN, _HOLDING.state == SENDING),
    or_(_HOLDING.rank < Shipment.rank, and_(_HOLDING.rank == Shipment.rank, _HOLDING.id < Shipment.id)),
)
_MOMENT, _LEASE = bindparam("moment", type_=UtcTime), bindparam("lease", type_=UtcTime)
_COME_DUE = Prepared(  # whose time has come, and whose sender must be dead: they stand in line at their old place
    update(Shipment)
    .where(
        Shipment.axis == bindparam("partner"),
        or_(
            and_(Shipment.state == AGAIN, Shipment.next_at <= _MOMENT),
            and_(Shipment.state == SENDING, Shipment.lease_until < _MOMENT),
        ),
    )
    .values(state=WAITING, lease_until=null())
)
_NEXT = Prepared(
    select(*Shipment.__table__.columns)
    .where(Shipment.axis == bindparam("partner"), Shipment.state == WAITING, ~_HELD_BACK)
    .order_by(Shipment.rank, Shipment.id)
    .limit(bindparam("room", type_=Integer))
    .with_for_update(skip_locked=True)
)
_TAKEN = Prepared(
    update(Shipment)
    .where(Shipment.id == bindparam("shipment"))
    .values(state=SENDING, lease_until=_LEASE, maybe_sent=True, attempts=Shipment.attempts + 1)
)
_WAITS = Prepared(
    select(Shipment.id).where(Shipment.axis == bindparam("partner"), among(Shipment.state, "states")).limit(1)
)
_NEW = Prepared(insert(Shipment))
_NEW_ONCE = Prepared(lambda insert: insert(Shipment).on_conflict_do_nothing())
_SENT = Prepared(
    update(Shipment)
    .where(Shipment.id == bindparam("shipment"))
    .values(
        state=SENT, last_error="", reason_code="", lease_until=null(), down=False, maybe_sent=False,
        external_id=bindparam("given", type_=Shipment.external_id.type),
        sent_at=bindparam("moment", type_=Shipment.sent_at.type),
    )
)  # fmt: skip


def document(
    work: Work,
    *,
    delivery_id: UUID,
    package_id: UUID,
    axis: str,
    office_id: str,
    from_code: str,
    to_code: str,
    title: str,
    notation: str,
    urgency: int,
) -> None:
    """A document for one receiver."""
    work.append(
        _NEW,
        subject_id=delivery_id,
        code=EDOC,
        package_id=package_id,
        axis=axis,
        office_id=office_id,
        from_code=from_code,
        to_code=to_code,
        title=title,
        notation=notation,
        urgency=urgency,
        rank=-urgency,
    )


async def status(
    work: Work,
    *,
    subject_id: UUID,
    code: str,
    round: int,
    axis: str,
    office_id: str,
    from_code: str,
    to_code: str,
    content: dict[str, Any],
) -> None:
    """A status for one receiver; the same one again is not queued twice."""
    row = {
        "subject_id": subject_id,
        "code": code,
        "round": round,
        "axis": axis,
        "office_id": office_id,
        "from_code": from_code,
        "to_code": to_code,
        "content": content,
    }
    await work.run(_NEW_ONCE, row)


def relay(
    work: Work,
    *,
    item_id: UUID,
    axis: str,
    from_code: str,
    to_code: str,
    title: str,
    notation: str,
    urgency: int,
    content: dict[str, Any],
) -> None:
    """Somebody else's package, on its way through this hub. `content`: message_type, sha256."""
    work.append(
        _NEW,
        subject_id=item_id,
        code=RELAY,
        axis=axis,
        from_code=from_code,
        to_code=to_code,
        title=title,
        notation=notation[:200],
        urgency=urgency,
        rank=-urgency,
        content=content,
    )


async def again(work: Work, subject_id: UUID) -> None:
    """A person wants it tried again at once."""
    statement = select(Shipment).where(Shipment.subject_id == subject_id, Shipment.code == "edoc").with_for_update()
    row = await work.one(statement)
    if row is not None and row.state in (WAITING, AGAIN, FAILED):
        row.state, row.next_at, row.queued_at, row.reason_code = WAITING, now(), now(), ""


async def claim(work: Work, axis: str, limit: int, lease: timedelta) -> Sequence[tuple[Shipment, bool]]:
    """The next packages in order, and whether each may already have been sent. Replicas never claim the same one."""
    await work.alone(f"claim:{axis}")
    moment = now()
    await work.run(_COME_DUE, {"partner": axis, "moment": moment})
    rows = [Shipment(**row._asdict()) for row in await work.rows(_NEXT, partner=axis, room=limit)]
    claimed = [(row, row.maybe_sent) for row in rows]
    for row in rows:
        row.state, row.lease_until, row.maybe_sent = SENDING, moment + lease, True
        row.attempts += 1
    await work.run(_TAKEN, *({"shipment": row.id, "lease": row.lease_until} for row in rows))
    return claimed


async def waits(work: Work, axis: str) -> bool:
    """Whether anything is in line or under way for this partner: a look that costs no lock."""
    return await work.row(_WAITS, partner=axis, states=UNFINISHED) is not None


async def bring_forward(work: Work, axis: str) -> bool:
    """A trial is due and everything waits behind packages that failed for the partner's sake: the one that would be
    next tries now. (One at which the partner breaks down each time waits longest, so it is not the trial for ever.)"""
    failed = (Shipment.axis == axis, Shipment.state == AGAIN, Shipment.down.is_(True))
    row = await work.one(select(Shipment).where(*failed).order_by(Shipment.next_at).limit(1).with_for_update())
    if row is not None:
        row.next_at = now()
        await work.flush()
    return row is not None


async def release(work: Work, shipment_id: UUID, maybe_sent: bool) -> None:
    """Claimed, but not tried: one before it to the same receiver has to be tried again first."""
    row = await work.locked(Shipment, shipment_id)
    if row.state == SENDING:
        row.state, row.lease_until, row.maybe_sent = WAITING, None, maybe_sent
        row.attempts -= 1


async def of_others(work: Work, row: Shipment, external_ids: set[str]) -> set[str]:
    """Which of these ids this partner gave for other packages than this one."""
    theirs = (
        Shipment.external_id.in_(external_ids),
        Shipment.external_id != "",
        Shipment.axis == row.axis,
        Shipment.id != row.id,
    )
    return set(await work.all(select(Shipment.external_id).where(*theirs)))


def settle(
    row: Shipment,
    state: str,
    *,
    error: str = "",
    reason_code: str = "",
    next_at: datetime | None = None,
    down: bool = False,
    sure: bool,
) -> None:
    """Write down why a claimed package has not left. `sure`: the axis certainly does not hold it by a lost answer."""
    row.state, row.last_error, row.reason_code, row.lease_until = state, error, reason_code, None
    row.next_at, row.down = next_at or row.next_at, down
    if sure:
        row.maybe_sent = False


async def sent(work: Work, row: Shipment, external_id: str) -> None:
    """The partner has it: the usual end of a claimed package."""
    row.state, row.external_id = SENT, external_id or row.external_id
    await work.run(_SENT, {"shipment": row.id, "given": row.external_id, "moment": now()})


async def too_old(work: Work, before: datetime, limit: int) -> Sequence[Shipment]:
    """Unfinished packages which were put in before that moment, and which nobody has in hand."""
    unfinished = (Shipment.state.in_((WAITING, AGAIN)), Shipment.queued_at < before)
    return await work.all(select(Shipment).where(*unfinished).order_by(Shipment.id).limit(limit).with_for_update())


async def put_back(
    work: Work, conditions: Iterable[ColumnElement[bool]], after: UUID | None, limit: int, behind: int
) -> Sequence[tuple[UUID, UUID, bool]]:
    """Put the next dead letters behind `after` in line again, `behind` the fresh ones: (id, subject, a document?)."""
    found = select(Shipment.id, Shipment.subject_id, Shipment.code).where(*conditions).order_by(Shipment.id)
    if after is not None:
        found = found.where(Shipment.id > after)
    rows = (await work.execute(found.limit(limit).with_for_update(skip_locked=True))).all()
    fresh = {"state": WAITING, "attempts": 0, "reason_code": "", "last_error": "", "next_at": now(), "queued_at": now()}
    for start in range(0, len(rows), BATCH):
        ids = [key for key, _, _ in rows[start : start + BATCH]]
        statement = update(Shipment).where(Shipment.id.in_(ids)).values(**fresh, rank=behind - Shipment.urgency)
        await work.execute(statement.execution_options(synchronize_session=False))
    return [(key, subject, code == EDOC) for key, subject, code in rows]
