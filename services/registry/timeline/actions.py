"""Write down and read what happened to a document."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from contracts.registry import api
from services.registry.timeline.tables import Entry
from shared.clock import now
from shared.database import new_id
from shared.statements import Prepared
from shared.work import Work

ENTRIES = Prepared(insert(Entry))


def record(
    work: Work,
    object_id: UUID,
    act: str,
    text: str,
    *,
    service: str = "registry",
    actor: str | None = None,
    status: str | None = None,
    at: datetime | None = None,
    part: int = 0,
    **detail: Any,
) -> None:
    """One line in the document's timeline and one record in the audit chain. `part` counts from the second line on
    those that one message adds to one document."""
    name = actor if actor is not None else ("" if work.principal.is_service else work.principal.name)
    event_id = work.message_id or str(new_id())
    work.append(
        ENTRIES,
        object_id=object_id,
        at=at or now(),
        service=service,
        act=act,
        actor=name,
        text=text,
        status=status,
        event_id=f"{event_id}/{part}" if part else event_id,
    )
    work.audit(f"registry.{act}", str(object_id), text=text, by=name, **detail)


async def entries(work: Work, object_id: UUID) -> list[api.TimelineEntry]:
    rows = await work.all(select(Entry).where(Entry.object_id == object_id).order_by(Entry.at, Entry.id))
    return [
        api.TimelineEntry(
            at=r.at, service=r.service, act=r.act, actor=r.actor, text=r.text, status=r.status, event_id=r.event_id
        )
        for r in rows
    ]
