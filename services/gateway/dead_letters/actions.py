"""Start, stop and carry on a replay. One step is one transaction: the packages, their copies' state and the cursor."""

from __future__ import annotations

import asyncio
import time
from uuid import UUID

from sqlalchemy import select

from contracts.gateway import dead_letters as api
from services.gateway.dead_letters import rules
from services.gateway.dead_letters.queries import matching, office_of, total
from services.gateway.dead_letters.tables import DONE, RUNNING, STOPPED, Replay
from services.gateway.deliveries.actions import put_back
from services.gateway.patience.rules import patience
from services.gateway.sending import queue
from shared.clock import now
from shared.database import new_id
from shared.problems import NotFound
from shared.service import Runtime
from shared.statements import Prepared
from shared.work import Work

_RUNNING = Prepared(select(Replay.id, Replay.per_second).where(Replay.state == RUNNING).order_by(Replay.id).limit(1))


async def start(work: Work, body: api.NewReplay) -> Replay:
    """The replay begins at once, in whatever replica leads. Raises NothingToReplay."""
    office_id, moment = office_of(work), now()
    wanted = api.ReplayFilter.model_validate(body.model_dump(exclude={"per_second"}))
    count = await total(work, matching(wanted, office_id, moment))
    if count == 0:
        raise rules.NothingToReplay
    row = Replay(
        id=new_id(),
        office_id=office_id,
        filter=wanted.model_dump(mode="json"),
        before=moment,
        per_second=body.per_second or patience().replay_per_second,
        state=RUNNING,
        total=count,
        done=0,
        by_id=work.principal.id,
        by_name=work.principal.name,
        started_at=moment,
    )
    work.save(row)
    work.audit("gateway.replay-started", str(row.id), filter=row.filter, total=count)
    return row


async def stop(work: Work, replay_id: UUID) -> Replay:
    """What went back already stays in the queue. Raises ReplayOver."""
    row = await own(work, replay_id, lock=True)
    if row.state != RUNNING:
        raise rules.ReplayOver
    row.state, row.finished_at = STOPPED, now()
    work.audit("gateway.replay-stopped", str(row.id), done=row.done)
    return row


async def own(work: Work, replay_id: UUID, *, lock: bool = False) -> Replay:
    """A replay that the caller may see."""
    row, office_id = await work.get(Replay, replay_id, lock=lock), office_of(work)
    if row is None or office_id not in (None, row.office_id):
        raise NotFound
    return row


async def recent(work: Work) -> list[Replay]:
    statement, office_id = select(Replay).order_by(Replay.id.desc()).limit(50), office_of(work)
    return list(await work.all(statement if office_id is None else statement.where(Replay.office_id == office_id)))


async def step(work: Work, replay_id: UUID) -> int:
    """Put the next ones back; gives how many. None left: the replay is done."""
    row = await work.locked(Replay, replay_id)
    if row.state != RUNNING:
        return 0
    conditions = matching(api.ReplayFilter.model_validate(row.filter), row.office_id, row.before)
    taken = await queue.put_back(work, conditions, row.cursor, rules.chunk(row.per_second), rules.BEHIND)
    if not taken:
        row.state, row.finished_at = DONE, now()
        work.audit("gateway.replay-done", str(row.id), done=row.done)
        return 0
    await put_back(work, [subject for _, subject, is_document in taken if is_document])
    row.cursor, row.done = taken[-1][0], row.done + len(taken)
    return len(taken)


async def run_replays(runtime: Runtime) -> None:
    """The job: every replay that was started and is not done, one after the other, no faster than it may go."""
    while (replay := await _next(runtime)) is not None:
        key, per_second = replay
        begun = time.monotonic()
        async with runtime.work() as work:
            taken = await step(work, key)
        await asyncio.sleep(rules.pause(taken, time.monotonic() - begun, per_second))


async def _next(runtime: Runtime) -> tuple[UUID, int] | None:
    async with runtime.work(reading=True) as work:
        row = await work.row(_RUNNING)
        return (row.id, row.per_second) if row is not None else None


def view(row: Replay) -> api.Replay:
    same = ["state", "total", "done", "per_second", "by_name", "started_at", "finished_at"]
    wanted = api.ReplayFilter.model_validate(row.filter)
    return api.Replay(id=str(row.id), filter=wanted, **{name: getattr(row, name) for name in same})
