"""The audit chain: each record's hash covers the record and the hash before it, so a changed or missing one shows.

Records are written in the transaction of the act. A job links them in order of their sequence within a second:
linking inside the transaction would make every act of a service wait for one row.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from shared.work import Work

START = "0" * 64
LOCK_NOT_AVAILABLE = "55P03"


@dataclass(frozen=True)
class Verdict:
    """`records` were linked and checked; `broken_at` is the first sequence number that does not fit, or None."""

    records: int
    waiting: int
    broken_at: int | None


def link(previous: str, record: Any) -> str:
    """SHA-256, in hex, of the previous hash and the record's fields in a fixed order."""
    fields = [
        record.seq,
        record.at.isoformat(),
        record.actor_id,
        record.actor_name,
        record.act,
        record.object_id,
        record.detail,
        record.correlation_id,
    ]
    return hashlib.sha256((previous + json.dumps(fields, ensure_ascii=False)).encode()).hexdigest()


async def settled(work: Work) -> int:
    """The highest sequence number before which nothing can appear any more; 0 when that cannot be told now.

    PostgreSQL gives numbers before transactions commit: a record may appear behind a higher one. The table lock waits
    for those that are writing; who comes next waits for us, so we let go at once and give up rather than hold them up.
    """
    audit = work.runtime.tables.Audit
    if not work.runtime.is_sqlite:
        try:
            await work.execute(text("SET LOCAL lock_timeout = '200ms'"))
            await work.execute(text("LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE"))
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
            await work.session.rollback()
            return 0
    return int(await work.scalar(select(func.max(audit.seq))) or 0)


async def seal(work: Work, until: int, batch: int = 500) -> int:
    """Link the oldest unlinked records up to `until` (see `settled`); returns how many. One replica at a time."""
    audit = work.runtime.tables.Audit
    unlinked = select(audit).where(audit.hash.is_(None), audit.seq <= until)
    waiting = await work.all(unlinked.order_by(audit.seq).limit(batch))
    if not waiting:
        return 0
    previous = await work.one(select(audit.hash).where(audit.hash.is_not(None)).order_by(audit.seq.desc()).limit(1))
    for record in waiting:
        record.hash = previous = link(previous or START, record)
    return len(waiting)


async def verify(work: Work, batch: int = 1000) -> Verdict:
    """Walk the chain from its start, `batch` records at a time."""
    audit = work.runtime.tables.Audit
    previous, last, checked, waiting = START, -1, 0, 0
    while rows := await work.all(select(audit).where(audit.seq > last).order_by(audit.seq).limit(batch)):
        for record in rows:
            last = record.seq
            if record.hash is None:
                waiting += 1
            elif record.hash != (previous := link(previous, record)):
                return Verdict(checked, waiting, record.seq)
            else:
                checked += 1
        work.session.expunge_all()
    return Verdict(checked, waiting, None)
