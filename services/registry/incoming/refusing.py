"""Refuse an incoming document with a reason (status 02), and the report on refusals."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select

from contracts.registry import api
from contracts.registry.events import IncomingRefusedV1
from services.registry.access import find, visible
from services.registry.incoming import refusals, rules
from services.registry.incoming.arriving import arrival_of, office_ref
from services.registry.incoming.tables import Incoming
from services.registry.offices import queries as offices
from services.registry.timeline.actions import record
from shared.clock import VN, now
from shared.work import Work

REPORT_READERS = ("clerk", "leader", "deputy", "unit_admin")


async def refuse(work: Work, key: str, body: api.RefuseRequest) -> Incoming:
    """Send back with a reason that the sender can act on; no number is used up (NĐ 30 Đ21 k2b)."""
    work.principal.require("clerk")
    row = await find(work, Incoming, key, lock=True)
    rules.require(row.state, {rules.ARRIVED, rules.CHECKED}, "từ chối")
    ready = refusals.in_force().named(body.reason_key) if body.reason_key else None
    proper = await _proper(work, row, body)
    row.refused_reason = refusals.sentence(ready, body.reason, proper)
    row.refused_key = body.reason_key or refusals.OTHER
    row.proper_organ_id = body.proper_organ_id.strip()
    row.state, row.refused_at, row.clerk_name = rules.REJECTED, now(), work.principal.name
    clerk = await offices.person(work, work.principal.id)
    work.emit(
        IncomingRefusedV1(
            incoming_id=str(row.id),
            arrival_id=arrival_of(row),
            office=office_ref(row),
            reason=row.refused_reason,
            reason_key=row.refused_key,
            proper_organ_id=row.proper_organ_id,
            clerk_id=work.principal.id,
            clerk_name=work.principal.name,
            refused_at=row.refused_at,
            clerk_phone=clerk.phone if clerk else "",
        ),
        key=str(row.id),
    )
    record(work, row.id, "refused", f"Từ chối: {row.refused_reason}", status="02", reason_key=row.refused_key)
    return row


async def _proper(work: Work, row: Incoming, body: api.RefuseRequest) -> str:
    """Who should have got it, in words: "Sở Tài chính (H60.20)". Raises OwnOffice."""
    code = body.proper_organ_id.strip()
    if not code:
        return body.proper_name.strip()
    owner = (await offices.owners(work, [code])).get(offices.normal(code))
    if owner == row.office_id:
        raise refusals.OwnOffice(code=code)
    name = (await offices.office(work, owner)).name if owner else body.proper_name.strip()
    return f"{name} ({code})" if name else code


def ready_made() -> api.RefusalReasons:
    edition = refusals.in_force()
    return api.RefusalReasons(
        shortest=edition.shortest_reason,
        legal_basis=edition.legal_basis,
        reasons=[api.RefusalReason(**ready.model_dump()) for ready in edition.reasons],
    )


async def report(work: Work, first: date, last: date) -> api.RefusalReport:
    """How many documents of these days were refused, by reason; each row leads to its documents."""
    work.principal.require(*REPORT_READERS)
    seen = visible(work, Incoming).where(*_between(first, last)).subquery()
    counted = await work.execute(
        select(seen.c.refused_key, func.count()).group_by(seen.c.refused_key).order_by(func.count().desc())
    )
    texts = {ready.key: ready.text for edition in refusals.editions() for ready in edition.reasons}
    rows = [api.RefusalCount(key=key, text=texts.get(key) or "Lý do khác", count=count) for key, count in counted.all()]
    return api.RefusalReport(first=first, last=last, total=sum(row.count for row in rows), rows=rows)


async def refused(work: Work, first: date, last: date, key: str | None) -> list[api.RefusedRow]:
    """The documents behind the report, the newest first, at most a thousand."""
    work.principal.require(*REPORT_READERS)
    statement = visible(work, Incoming).where(*_between(first, last))
    if key:
        statement = statement.where(Incoming.refused_key == key)
    rows = await work.all(statement.order_by(Incoming.refused_at.desc(), Incoming.id).limit(1000))
    same = ["code", "subject", "sender_name", "arrived_at", "refused_at", "refused_key", "refused_reason", "clerk_name"]
    return [api.RefusedRow(id=str(r.id), **{name: getattr(r, name) for name in same}) for r in rows]


def _between(first: date, last: date) -> list[Any]:
    """Refused on one of these days in Vietnam."""
    begin, end = (datetime.combine(day, time(), VN) for day in (first, last + timedelta(days=1)))
    return [Incoming.state == rules.REJECTED, Incoming.refused_at >= begin, Incoming.refused_at < end]
