"""Reads of incoming documents: lists, duplicates, registers, and what other subjects ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import String, cast, func, select

from contracts.message import FileRef
from contracts.registry import api
from contracts.registry.events import ReplyTo
from services.registry.access import find, identifier, visible
from services.registry.files.names import plain
from services.registry.incoming.tables import Incoming
from services.registry.offices import queries as offices
from shared.clock import VN
from shared.paging import Page, decode, encode
from shared.problems import NotFound
from shared.work import Work


async def page(work: Work, state: str | None, q: str | None, cursor: str | None, limit: int) -> Page[api.IncomingRow]:
    """The office's incoming documents, the youngest first."""
    statement = visible(work, Incoming).order_by(Incoming.id.desc()).limit(limit + 1)
    if state:
        statement = statement.where(Incoming.state.in_(state.split(",")))
    if q and q.strip():
        statement = statement.where(Incoming.searched.contains(plain(q.strip()).lower(), autoescape=True))
    if cursor:
        statement = statement.where(Incoming.id < identifier(str(decode(cursor, 1)[0])))
    rows = await work.all(statement)
    following = encode(rows[limit - 1].id) if len(rows) > limit else None
    fields = [
        "state",
        "arrival_number",
        "arrived_at",
        "sender_name",
        "code",
        "subject",
        "type_name",
        "urgency",
        "due_date",
        "legal_state",
        "medium",
        "changed_note",
    ]
    items = [api.IncomingRow(id=str(r.id), **{f: getattr(r, f) for f in fields}) for r in rows[:limit]]
    return Page(items=items, next=following)


async def exists(work: Work, office_id: str, key: UUID) -> None:
    """Raises NotFound unless the office has this incoming document."""
    if await work.one(select(Incoming.id).where(Incoming.id == key, Incoming.office_id == office_id)) is None:
        raise NotFound


async def reply_to(work: Work, key: UUID) -> ReplyTo | None:
    """The incoming document as edXML ResponseFor."""
    row = await work.get(Incoming, key)
    if row is None:
        return None
    return ReplyTo(
        organ_id=row.sender_organ_id,
        code=row.code,
        document_id=row.identifier,
        promulgation_date=row.promulgation_date or "",
    )


async def brief(work: Work, keys: Sequence[UUID]) -> list[api.ReplyView]:
    rows = await work.all(select(Incoming).where(Incoming.id.in_(keys))) if keys else []
    return [api.ReplyView(id=str(r.id), code=r.code, subject=r.subject, sender_name=r.sender_name) for r in rows]


async def citation(work: Work, key: str) -> api.Citation:
    """What a copy of this document says of it. Raises NotFound."""
    row = await find(work, Incoming, key)
    return api.Citation(
        code=row.code,
        issuer=row.sender_name,
        issued_date=row.promulgation_date or "",
        type_name=row.type_name,
        subject=row.subject,
        legal_state=row.legal_state,
        files=[FileRef.model_validate(f) for f in row.files],
        on_record=row.arrival_number is not None and row.destroyed_at is None,
    )


@dataclass(frozen=True)
class Arrival:
    """What the arrival stamp shows, and the files of the document."""

    shown: dict[str, str]
    files: list[FileRef]


async def arrival(work: Work, key: str) -> Arrival | None:
    """None while the document has no arrival number. Raises NotFound."""
    row = await find(work, Incoming, key)
    if row.arrival_number is None or row.registered_at is None:
        return None
    receiver = await offices.person(work, row.presented_to) if row.presented_to else None
    shown = {
        "office_name": row.office_name,
        "number": str(row.arrival_number),
        "date": f"{row.registered_at.astimezone(VN):%d/%m/%Y}",
        "passed_to": receiver.full_name if receiver else "",
        "dossier": "",
    }
    return Arrival(shown, [FileRef.model_validate(f) for f in row.files])


async def counts(work: Work) -> dict[str, int]:
    seen = visible(work, Incoming).subquery()
    rows = await work.execute(select(seen.c.state, func.count()).group_by(seen.c.state))
    return dict(rows.all())


async def registered(work: Work, year: int) -> Sequence[Incoming]:
    """Every document that got an arrival number in the year, in order of number."""
    statement = visible(work, Incoming).where(Incoming.arrival_year == year).order_by(Incoming.arrival_number)
    return await work.all(statement)


async def uses(work: Work, office_id: str, sha256: str) -> bool:
    """Whether a document of the office whose content is still there contains this file."""
    kept = select(Incoming.id).where(Incoming.office_id == office_id, Incoming.destroyed_at.is_(None))
    return await work.one(kept.where(cast(Incoming.files, String).contains(sha256)).limit(1)) is not None
