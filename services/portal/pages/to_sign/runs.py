"""A long batch: signed in groups in the background; each document's outcome is kept as it comes, for any page to show.

The PIN stays in the memory of this process until the last group is sent. A group that was sent is not sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import delete, select

from contracts.client import Problem
from services.portal.base import SignRun
from services.portal.calls import Services
from services.portal.sessions import token_of
from services.portal.visits import Act, Visit
from shared.clock import now
from shared.problems import NotFound
from shared.service import Runtime

GROUP = 8  # documents in one call: signing answers well before the time of a call is over
SECONDS = 120.0
SILENT_FOR = timedelta(minutes=3)  # then whoever worked on it is gone
KEPT = timedelta(days=30)
WAITING, REFUSED, UNKNOWN = "waiting", "refused", "unknown"
SILENT = "Dịch vụ ký số chưa trả lời. Tải lại trang để xem văn bản nào đã ký; không văn bản nào bị ký hai lần."
NOT_REACHED = "Chưa ký: đợt ký dừng trước văn bản này."

Line = dict[str, Any]


async def sign(services: Services, orders: Sequence[Line], pin: str, key: str) -> list[Line]:
    """One group, under one PIN. Raises Problem where the key itself is refused, httpx.HTTPError for silence."""
    services.signing.http.timeout = httpx.Timeout(SECONDS)
    body = {"drafts": list(orders), "pin": pin}
    done = await services.signing.call("POST", "/v1/acts/leader-sign-batch", json=body, idempotency_key=key)
    return [{"id": one["object_id"], "state": one["state"], "reason": one.get("reason")} for one in done]


async def begin(act: Act, lines: list[Line]) -> UUID:
    """The run with all its documents, those with an outcome and those that wait."""
    person_id = act.session.person["id"]
    async with act.runtime.work() as work:
        old = (SignRun.person_id == person_id, SignRun.begun_at < now() - KEPT)
        await work.execute(delete(SignRun).where(*old))
        run = SignRun(person_id=person_id, lines=lines, begun_at=now(), at=now())
        work.save(run)
        await work.flush()
        return run.id


async def carry_on(
    runtime: Runtime, session_key: str, run_id: UUID, orders: Sequence[Line], pin: str, key: str
) -> None:
    """The rest of a batch, group by group. What the key is refused for, and silence, ends the run."""
    for start in range(0, len(orders), GROUP):
        group = orders[start : start + GROUP]
        try:
            services = Services(runtime, await token_of(runtime, session_key))
            outcomes = await sign(services, group, pin, f"{key}-{start}")
        except Problem as problem:
            await _end(runtime, run_id, problem.message)
            return
        except httpx.HTTPError:
            await _write(runtime, run_id, [{"id": o["draft_id"], "state": UNKNOWN, "reason": SILENT} for o in group])
            await _end(runtime, run_id, NOT_REACHED)
            return
        await _write(runtime, run_id, outcomes)
    await _end(runtime, run_id, NOT_REACHED)


async def _write(runtime: Runtime, run_id: UUID, outcomes: Sequence[Line]) -> None:
    known = {one["id"]: one for one in outcomes}
    async with runtime.work() as work:
        run = await work.locked(SignRun, run_id)
        run.lines, run.at = [{**line, **known.get(line["id"], {})} for line in run.lines], now()


async def _end(runtime: Runtime, run_id: UUID, why: str) -> None:
    """What still waits was not signed."""
    async with runtime.work() as work:
        run = await work.locked(SignRun, run_id)
        left = {"state": REFUSED, "reason": why}
        run.lines = [{**line, **left} if line["state"] == WAITING else line for line in run.lines]
        run.at = run.ended_at = now()


async def of(visit: Visit, key: str) -> SignRun:
    """The visitor's own. Raises NotFound."""
    try:
        wanted = UUID(key)
    except ValueError as error:
        raise NotFound from error
    async with visit.runtime.work(reading=True) as work:
        found: SignRun | None = await work.get(SignRun, wanted)
    if found is None or found.person_id != visit.session.person["id"]:
        raise NotFound
    return found


async def running(visit: Visit) -> SignRun | None:
    """The visitor's youngest that is at work."""
    mine = select(SignRun).where(SignRun.person_id == visit.session.person["id"], SignRun.ended_at.is_(None))
    async with visit.runtime.work(reading=True) as work:
        found: SignRun | None = await work.one(mine.order_by(SignRun.begun_at.desc()).limit(1))
    return found if found is not None and is_running(found) else None


def is_running(run: SignRun) -> bool:
    return run.ended_at is None and run.at > now() - SILENT_FOR
