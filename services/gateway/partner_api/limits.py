"""Requests per minute of each partner, over all replicas: a replica draws a few at a time and spends them alone."""

from __future__ import annotations

import math
from datetime import datetime

from services.gateway.partner_api.tables import RateBucket
from services.gateway.wire.failures import TOO_MANY, WireFailure
from shared.clock import now
from shared.service import Runtime

STATE = "drawn_requests"
SHARE = 50  # of a minute's requests drawn at a time: one write for twelve calls at 600 a minute


def refilled(tokens: float, seconds: float, per_minute: int) -> float:
    """A minute's requests at most may be saved up."""
    return min(tokens + seconds * per_minute / 60, float(per_minute))


async def spend(runtime: Runtime, partner: str, per_minute: int) -> None:
    """One request. Raises WireFailure with the seconds to wait."""
    drawn: dict[str, int] = runtime.state.setdefault(STATE, {})
    if drawn.get(partner, 0) <= 0:
        drawn[partner] = await _draw(runtime, partner, per_minute)
    drawn[partner] -= 1


async def _draw(runtime: Runtime, partner: str, per_minute: int) -> int:
    wanted = max(per_minute // SHARE, 1)
    async with runtime.work() as work:
        await work.alone(f"rate:{partner}")
        row = await work.get(RateBucket, partner, lock=True)
        if row is None:
            row = RateBucket(partner=partner, tokens=float(per_minute), filled_at=now())
            work.save(row)
        moment: datetime = now()
        held = refilled(row.tokens, (moment - row.filled_at).total_seconds(), per_minute)
        given = min(int(held), wanted)
        row.tokens, row.filled_at = held - given, moment
    if given < 1:
        seconds = math.ceil((1 - held) * 60 / per_minute)
        text = f"Quá {per_minute} yêu cầu mỗi phút. Hãy thử lại sau {seconds} giây."
        raise WireFailure(TOO_MANY, text, http=429, retry_after=seconds)
    return given
