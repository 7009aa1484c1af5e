"""Packages of which a certificate could not be checked on arrival: their verdict waits for an authority's answer."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from contracts.gateway.events import DocumentArrivedV2
from services.signing.verdicts.tables import UnansweredArrival
from shared.clock import now
from shared.work import Work

FIRST, LONGEST = timedelta(minutes=1), timedelta(hours=6)  # pauses
PATIENCE = timedelta(days=7)
AT_ONCE = 20  # packages in one turn of the job


async def put(work: Work, message: DocumentArrivedV2) -> None:
    """Wait for the answers to this package, once."""
    key = message.arrivals[0].arrival_id
    if await work.get(UnansweredArrival, key) is None:
        moment = now()
        work.save(
            UnansweredArrival(arrival_id=key, message=message.model_dump(mode="json"), since=moment, next_at=moment)
        )


async def due(work: Work) -> list[UnansweredArrival]:
    """Whose authorities are to be asked now."""
    waiting = select(UnansweredArrival).where(UnansweredArrival.next_at <= now())
    return list(await work.all(waiting.order_by(UnansweredArrival.next_at).limit(AT_ONCE)))


async def settle(work: Work, row: UnansweredArrival, *, answered: bool) -> None:
    """Done, given up after PATIENCE, or to be asked again."""
    moment = now()
    if answered or moment - row.since > PATIENCE:
        await work.session.delete(row)
        return
    row.attempts += 1
    row.next_at = moment + min(FIRST * 2 ** min(row.attempts - 1, 20), LONGEST)
