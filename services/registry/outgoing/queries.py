"""Reads of outgoing documents: lists, counts, registers, and what other subjects ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import String, cast, func, select

from contracts.message import FileRef
from contracts.registry import api
from services.registry.access import find, identifier, visible
from services.registry.files.names import plain
from services.registry.offices import queries as offices
from services.registry.outgoing.rules import GONE, NAMES
from services.registry.outgoing.tables import Outgoing, RecipientRow, Version
from shared.paging import Page, decode, encode
from shared.problems import NotFound
from shared.work import Work


async def page(work: Work, state: str | None, q: str | None, cursor: str | None, limit: int) -> Page[api.DocumentRow]:
    """The office's documents, the youngest first."""
    statement = visible(work, Outgoing).order_by(Outgoing.id.desc()).limit(limit + 1)
    if state:
        statement = statement.where(Outgoing.state.in_(state.split(",")))
    if q and q.strip():
        statement = statement.where(Outgoing.searched.contains(plain(q.strip()).lower(), autoescape=True))
    if cursor:
        statement = statement.where(Outgoing.id < identifier(str(decode(cursor, 1)[0])))
    rows = await work.all(statement)
    following = encode(rows[limit - 1].id) if len(rows) > limit else None
    return Page(items=[_row(r) for r in rows[:limit]], next=following)


def _row(d: Outgoing) -> api.DocumentRow:
    return api.DocumentRow(
        id=str(d.id),
        state=d.state,
        type_name=d.type_name,
        subject=d.subject,
        urgency=d.urgency,
        code=d.code,
        number=d.number,
        issued_date=d.issued_date.isoformat() if d.issued_date else None,
        drafter_name=d.drafter_name,
        signer_name=d.signer_name,
        recipient_count=d.recipient_count,
        updated_at=d.updated_at,
        changed_note=d.changed_note,
    )


async def by_identifier(work: Work, office_id: str, document_identifier: str) -> Outgoing | None:
    """The office's own document of this edXML identifier."""
    statement = select(Outgoing).where(Outgoing.identifier == document_identifier, Outgoing.office_id == office_id)
    found: Outgoing | None = await work.one(statement)
    return found


async def brief(work: Work, keys: Sequence[UUID]) -> list[api.ReplyView]:
    rows = await work.all(select(Outgoing).where(Outgoing.id.in_(keys))) if keys else []
    return [api.ReplyView(id=str(r.id), code=r.code, subject=r.subject) for r in rows]


async def citation(work: Work, key: str) -> api.Citation:
    """What a copy of this document says of it. Raises NotFound; a draft is nothing to copy."""
    row = await find(work, Outgoing, key)
    if row.issued_date is None:
        raise NotFound
    return api.Citation(
        code=row.code,
        issuer=(await offices.office(work, row.office_id)).name,
        issued_date=row.issued_date.isoformat(),
        type_name=row.type_name,
        subject=row.subject,
        legal_state=row.legal_state,
        files=[FileRef.model_validate(f) for f in row.files],
        on_record=row.state in GONE,
    )


@dataclass(frozen=True)
class PaperFacts:
    """What the printing and posting of a document needs to know of it."""

    id: UUID
    office_id: str
    state: str
    state_name: str
    type_name: str
    code: str
    urgency: int
    issued_date: date | None
    files: list[FileRef]
    recipients: list[str]


async def paper_facts(work: Work, key: str) -> PaperFacts:
    """Raises NotFound."""
    row = await find(work, Outgoing, key)
    files = [FileRef.model_validate(f) for f in row.files if f["role"] != "reference"]
    names = (await recipient_names(work, [row]))[row.id]
    return PaperFacts(
        row.id, row.office_id, row.state, NAMES.get(row.state, row.state), row.type_name, row.code, row.urgency,
        row.issued_date, files, names,
    )  # fmt: skip


async def counts(work: Work) -> dict[str, int]:
    seen = visible(work, Outgoing).subquery()
    rows = await work.execute(select(seen.c.state, func.count()).group_by(seen.c.state))
    return dict(rows.all())


async def numbered(work: Work, year: int) -> Sequence[Outgoing]:
    """Every document that got a number in the year, voided ones too, in order of number, then of notation."""
    statement = visible(work, Outgoing).where(
        Outgoing.number.is_not(None), Outgoing.issued_date.between(date(year, 1, 1), date(year, 12, 31))
    )
    return await work.all(statement.order_by(Outgoing.number, Outgoing.notation))


async def recipient_names(work: Work, documents: Sequence[Outgoing]) -> dict[UUID, list[str]]:
    """The names of the recipients of each document."""
    names: dict[UUID, list[str]] = {d.id: [] for d in documents}
    keys = list(names)
    for start in range(0, len(keys), 500):
        part = RecipientRow.document_id.in_(keys[start : start + 500])
        for row in await work.all(select(RecipientRow).where(part).order_by(RecipientRow.place)):
            names[row.document_id].append(row.name)
    return names


async def uses(work: Work, office_id: str, sha256: str) -> bool:
    """Whether a kept version of a document of the office contains this file."""
    kept = select(Version.id).join(Outgoing, Outgoing.id == Version.document_id).where(Outgoing.office_id == office_id)
    return await work.one(kept.where(cast(Version.files, String).contains(sha256)).limit(1)) is not None
