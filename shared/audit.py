"""The audit chain: each record's hash covers the record and the hash before it, so a changed or missing one shows.

Records are written in the transaction of the act. A job links them within a second, in the order in which it finds
them (`place`): linking inside the transaction would make every act of a service wait for one row.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select, update

from shared.statements import Prepared
from shared.work import Work

START = "0" * 64
BATCH = 500
LINKED_FIELDS = ("seq", "at", "actor_id", "actor_name", "act", "object_id", "detail", "correlation_id")
SEAL_ON_POSTGRESQL = """
UPDATE audit SET place = sealed.place, hash = sealed.hash
FROM unnest($1::int[], $2::bigint[], $3::varchar[]) AS sealed (seq, place, hash) WHERE audit.seq = sealed.seq
"""


@dataclass(frozen=True)
class Verdict:
    """`records` were linked and checked; `broken_at` is the first sequence number that does not fit, or None."""

    records: int
    waiting: int
    broken_at: int | None


def link(previous: str, record: Any) -> str:
    """SHA-256, in hex, of the previous hash and the record's fields in a fixed order."""
    fields = [record.seq, record.at.isoformat(), *(getattr(record, name) for name in LINKED_FIELDS[2:])]
    return hashlib.sha256((previous + json.dumps(fields, ensure_ascii=False)).encode()).hexdigest()


async def seal(work: Work) -> int:
    """Link the oldest unlinked records, up to BATCH; returns how many. One replica at a time."""
    table = work.runtime.tables.Audit.__table__
    waiting = (
        await work.execute(
            select(*(table.c[name] for name in LINKED_FIELDS))
            .where(table.c.place.is_(None))
            .order_by(table.c.seq)
            .limit(BATCH)
        )
    ).all()
    if not waiting:
        return 0
    last = select(table.c.place, table.c.hash).where(table.c.place.is_not(None)).order_by(table.c.place.desc()).limit(1)
    place, previous = (await work.execute(last)).one_or_none() or (0, START)
    sealed = []
    for record in waiting:
        place, previous = place + 1, link(previous, record)
        sealed.append((record.seq, place, previous))
    await _write(work, table, sealed)
    return len(sealed)


async def _write(work: Work, table: Any, sealed: list[tuple[int, int, str]]) -> None:
    if work.transaction.driver is not None:
        await work.transaction.driver.execute(SEAL_ON_POSTGRESQL, *zip(*sealed, strict=True))
        return
    statement = update(table).where(table.c.seq == bindparam("row")).values(place=bindparam("p"), hash=bindparam("h"))
    await work.run(Prepared(statement), *({"row": seq, "p": place, "h": digest} for seq, place, digest in sealed))


async def verify(work: Work, batch: int = 1000) -> Verdict:
    """Walk the chain from its start, `batch` records at a time."""
    audit = work.runtime.tables.Audit
    waiting = await work.scalar(select(func.count()).select_from(audit).where(audit.place.is_(None)))
    previous, last, checked = START, 0, 0
    while rows := await work.all(select(audit).where(audit.place > last).order_by(audit.place).limit(batch)):
        for record in rows:
            last = record.place
            if record.hash != (previous := link(previous, record)):
                return Verdict(checked, waiting, record.seq)
            checked += 1
        work.session.expunge_all()
    return Verdict(checked, waiting, None)
