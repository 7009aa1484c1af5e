"""Reads of the use of the system: an office sees its own and the province's sums, a system administrator all."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from contracts.registry import api
from services.registry.offices import queries as offices
from services.registry.outgoing.tables import Outgoing
from services.registry.usage import rules
from services.registry.usage.figures import COUNTED, FIGURES, OFFICES, OWN, listed
from shared.clock import now
from shared.paging import Page, decode_moment, encode
from shared.problems import NotFound
from shared.work import Work

READERS = ("clerk", "leader", "deputy", "unit_admin", "system_admin")


def _sees_all(work: Work) -> bool:
    return work.principal.is_service or work.principal.has("system_admin")


def office_of(work: Work, office_id: str | None) -> str | None:
    """Whose figures are asked for; None: of every office. Raises Forbidden, and NotFound for another's office."""
    work.principal.require(*READERS)
    if _sees_all(work):
        return office_id
    if not work.principal.office_id or office_id not in (None, work.principal.office_id):
        raise NotFound
    return work.principal.office_id


async def report(work: Work, first: date, office_id: str | None) -> api.UsageReport:
    """One month: the office, beside the sums of the province; every office for who sees all."""
    wanted, at = office_of(work, office_id), now()
    found = await work.rows(OFFICES, **_month(first, at))
    kept = [row for row in found if row.active or any(row[3:])]
    rows = [api.UsageRow(office_id=row.id, office_name=row.name, counts=_counted(row)) for row in kept]
    own = next((row for row in rows if row.office_id == wanted), None)
    if wanted is not None and own is None:
        own = await _alone(work, wanted, first, at)
    total = {key: sum(getattr(row.counts, key) for row in rows) for key in COUNTED}
    return api.UsageReport(
        month=f"{first:%Y-%m}",
        at=at,
        own=own,
        offices_counted=len(rows),
        province=api.UsageCounts(**total),
        offices=rows if _sees_all(work) and wanted is None else [],
    )


async def months(work: Work, last: date, office_id: str | None) -> list[api.UsageMonth]:
    """An office's twelve months up to this one. Raises ChooseOffice."""
    wanted, at = _one(work, office_id), now()
    found = []
    for first in rules.until(last):
        row = await work.row(OWN, office=wanted, **_month(first, at))
        found.append(api.UsageMonth(month=f"{first:%Y-%m}", counts=_counted(row)))
    return found


async def documents(
    work: Work, figure: str, first: date, office_id: str | None, cursor: str | None, limit: int
) -> Page[api.UsageDocument]:
    """The documents behind a figure of an office. Who sees all sees no content of others'. Raises ChooseOffice."""
    wanted = _one(work, office_id)
    table, moment = FIGURES[figure].table, FIGURES[figure].moment
    statement = listed(figure, wanted).limit(limit + 1)
    if cursor:
        place, key = decode_moment(cursor)
        statement = statement.where((moment < place) | ((moment == place) & (table.id < key)))
    rows = await work.all(statement.params(**_month(first, now())))
    me = work.principal
    whole = me.is_service or (wanted == me.office_id and me.roles != {"system_admin"})
    shown = [_row(row, getattr(row, moment.key), whole) for row in rows[:limit]]
    more = encode(shown[-1].at.isoformat(), shown[-1].id) if len(rows) > limit else None
    return Page(items=shown, next=more)


def _one(work: Work, office_id: str | None) -> str:
    wanted = office_of(work, office_id)
    if wanted is None:
        raise rules.ChooseOffice
    return wanted


async def _alone(work: Work, office_id: str, first: date, at: datetime) -> api.UsageRow:
    """An office that identity has not told of yet; its clerks work already."""
    if office_id != work.principal.office_id:
        raise NotFound
    name = (await offices.office(work, office_id)).name
    row = await work.row(OWN, office=office_id, **_month(first, at))
    return api.UsageRow(office_id=office_id, office_name=name, counts=_counted(row))


def _month(first: date, at: datetime) -> dict[str, datetime]:
    since, until = rules.bounds(first)
    return {"since": since, "until": until, "at": at}


def _counted(row: Any) -> api.UsageCounts:
    return api.UsageCounts(**{key: getattr(row, key) for key in COUNTED})


def _row(row: Any, at: datetime, whole: bool) -> api.UsageDocument:
    """Without content for who looks after the system only."""
    outgoing = isinstance(row, Outgoing)
    shown: dict[str, Any] = {"id": str(row.id), "at": at, "state": row.state, "type_name": row.type_name}
    shown["direction"] = "outgoing" if outgoing else "incoming"
    shown["legal_state"] = row.legal_state
    if outgoing:
        shown["recipient_count"] = row.recipient_count
    else:
        shown |= {"sender_name": row.sender_name, "due_at": row.due_at, "finished_at": row.finished_at}
    if whole:
        shown |= {"code": row.code, "subject": row.subject}
        shown["note"] = row.paper_reason if outgoing else row.refused_reason
    return api.UsageDocument(**shown)
