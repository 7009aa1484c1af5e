"""Which contents a signer has opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from services.portal.base import OpenedDraft
from services.portal.visits import Visit
from shared.clock import now


@dataclass(frozen=True)
class Opened:
    content_hash: str
    at: datetime


async def of(visit: Visit, document_ids: Sequence[str]) -> dict[str, Opened]:
    mine = select(OpenedDraft).where(
        OpenedDraft.person_id == visit.session.person["id"], OpenedDraft.document_id.in_(document_ids)
    )
    async with visit.runtime.work(reading=True) as work:
        return {row.document_id: Opened(row.content_hash, row.at) for row in await work.all(mine)}


async def mark(visit: Visit, document_id: str, content_hash: str) -> None:
    row = OpenedDraft(
        person_id=visit.session.person["id"], document_id=document_id[:64], content_hash=content_hash[:128], at=now()
    )
    async with visit.runtime.work() as work:
        await work.session.merge(row)
