"""Who has written to us."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from services.gateway.receiving.tables import Arrival
from shared.work import Work

BATCH = 400


async def senders_among(work: Work, organ_ids: Iterable[str]) -> dict[str, str]:
    """Of these codes those from which something arrived, with the sender's name: whoever wrote can be answered."""
    wanted = sorted({code.strip() for code in organ_ids})
    found: dict[str, str] = {}
    for start in range(0, len(wanted), BATCH):
        part = wanted[start : start + BATCH]
        statement = select(Arrival.sender_organ_id, Arrival.sender_name).where(Arrival.sender_organ_id.in_(part))
        found |= {code.upper(): name for code, name in (await work.execute(statement.distinct())).all()}
    return found
