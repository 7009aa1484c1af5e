"""Reads of the traffic: an office sees its own, a system administrator the whole province.

One statement a view, over the indexes by office and moment, or by moment alone. Copies inside this deployment are not
counted.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Float, Select, and_, cast, extract, func, literal, null, select, union_all
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.functions import GenericFunction

from contracts.gateway import traffic as api
from services.gateway.receiving.tables import Arrival
from services.gateway.routing.rules import LOCAL
from services.gateway.sending.queue import EDOC
from services.gateway.sending.tables import FAILED, Shipment
from services.gateway.statuses.tables import StatusRecord
from services.gateway.traffic.rules import bounds, check_range
from shared.paging import Page, decode_moment, encode
from shared.work import Work

SEERS = ("clerk", "leader", "deputy", "unit_admin", "system_admin")
ARRIVED = "01"
OUT, IN, LOST = "sent", "received", "failed"
Moment = InstrumentedAttribute[Any]


class day_here(GenericFunction[str]):
    """The day in Vietnam of a moment, as ISO text."""

    inherit_cache = True


@compiles(day_here, "postgresql")
def _in_postgres(element: Any, compiler: Any, **kw: Any) -> str:
    moment = compiler.process(element.clauses, **kw)
    return f"to_char(({moment}) AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD')"


@compiles(day_here, "sqlite")
def _in_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"date({compiler.process(element.clauses, **kw)}, '+7 hours')"


def office_of(work: Work) -> str | None:
    """Whose traffic the caller may see; None: everybody's."""
    work.principal.require(*SEERS)
    everybodys = work.principal.is_service or work.principal.has("system_admin")
    return None if everybodys else work.principal.office_id


async def by_day(work: Work, first: date, last: date) -> list[api.TrafficDay]:
    """Of every day and partner on which something passed. Raises BadRange."""
    check_range(first, last)
    since, until = bounds(first, last)
    rows = (await work.execute(_statement(office_of(work), since, until))).all()
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for what, day, axis, count, told, seconds in rows:
        entry = found.setdefault((day, axis), {"day": day, "axis": axis})
        entry[what] = count
        if what == OUT:
            entry |= {"acknowledged": told, "mean_seconds": seconds}
    return [api.TrafficDay(**found[key]) for key in sorted(found)]


def _statement(office_id: str | None, since: datetime, until: datetime) -> Any:
    told = and_(
        StatusRecord.delivery_id == Shipment.subject_id, StatusRecord.code == ARRIVED, StatusRecord.applied.is_(True)
    )
    waited = extract("epoch", StatusRecord.at) - extract("epoch", Shipment.sent_at)
    sent = select(
        literal(OUT), day_here(Shipment.sent_at), Shipment.axis, func.count(Shipment.id.distinct()),
        func.count(StatusRecord.delivery_id.distinct()),
        func.avg(cast(waited, Float)),
    ).outerjoin(StatusRecord, told)  # fmt: skip
    lost = _counted(LOST, Shipment.queued_at, Shipment.axis)
    received = _counted(IN, Arrival.arrived_at, Arrival.channel)
    return union_all(
        _within(sent, _sent(office_id, since, until), Shipment.sent_at, Shipment.axis),
        _within(lost, _lost(office_id, since, until), Shipment.queued_at, Shipment.axis),
        _within(received, _received(office_id, since, until), Arrival.arrived_at, Arrival.channel),
    )


def _counted(what: str, moment: Moment, partner: Moment) -> Select[Any]:
    return select(literal(what), day_here(moment), partner, func.count(), literal(0), cast(null(), Float))


def _within(statement: Select[Any], conditions: list[ColumnElement[bool]], moment: Moment, partner: Moment) -> Any:
    return statement.where(*conditions).group_by(day_here(moment), partner)


def _sent(office_id: str | None, since: datetime, until: datetime) -> list[ColumnElement[bool]]:
    return [Shipment.code == EDOC, *_between(Shipment.sent_at, since, until), *_own(Shipment.office_id, office_id)]


def _lost(office_id: str | None, since: datetime, until: datetime) -> list[ColumnElement[bool]]:
    own = _own(Shipment.office_id, office_id)
    return [Shipment.state == FAILED, Shipment.code == EDOC, *_between(Shipment.queued_at, since, until), *own]


def _received(office_id: str | None, since: datetime, until: datetime) -> list[ColumnElement[bool]]:
    own = _own(Arrival.office_id, office_id)
    return [Arrival.channel != LOCAL, *_between(Arrival.arrived_at, since, until), *own]


def _between(column: Moment, since: datetime, until: datetime) -> list[ColumnElement[bool]]:
    return [column >= since, column < until]


def _own(column: Moment, office_id: str | None) -> list[ColumnElement[bool]]:
    return [] if office_id is None else [column == office_id]


async def packages(
    work: Work, what: str, first: date, last: date, axis: str | None, cursor: str | None, limit: int
) -> Page[api.TrafficPackage]:
    """The packages behind a figure, in the order of their moments. Raises BadRange."""
    check_range(first, last)
    office_id, (since, until) = office_of(work), bounds(first, last)
    table: Any = Arrival if what == IN else Shipment
    moment = {OUT: Shipment.sent_at, LOST: Shipment.queued_at, IN: Arrival.arrived_at}[what]
    conditions = {OUT: _sent, LOST: _lost, IN: _received}[what](office_id, since, until)
    statement = select(table).where(*conditions).order_by(moment, table.id).limit(limit + 1)
    if axis:
        statement = statement.where((Arrival.channel if what == IN else Shipment.axis) == axis)
    if cursor:
        place, key = decode_moment(cursor)
        statement = statement.where((moment > place) | ((moment == place) & (table.id > key)))
    rows = await work.all(statement)
    shown = [(_arrived if what == IN else _left)(row, whole=office_id is not None) for row in rows[:limit]]
    more = len(rows) > limit
    return Page(items=shown, next=encode(shown[-1].at.isoformat(), shown[-1].id) if more else None)


def _left(row: Shipment, *, whole: bool) -> api.TrafficPackage:
    at = row.queued_at if row.state == FAILED else row.sent_at or row.queued_at
    title, code = (row.title, row.notation) if whole else ("", "")
    who = {"from_code": row.from_code, "to_code": row.to_code}
    return api.TrafficPackage(id=str(row.id), at=at, axis=row.axis, title=title, notation=code, **who)


def _arrived(row: Arrival, *, whole: bool) -> api.TrafficPackage:
    title, code = (row.subject, row.code) if whole else ("", "")
    who: dict[str, Any] = {"from_code": row.sender_organ_id, "to_code": row.organ_id}
    who["incoming_id"] = row.incoming_id if whole else None
    return api.TrafficPackage(id=str(row.id), at=row.arrived_at, axis=row.channel, title=title, notation=code, **who)
