"""Dead letters of a service's queue: facts that could not be handled, with their reason; put back one or all.

For who runs the system: what a message says of a document is not shown.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from shared.messaging.envelope import DeadLetter
from shared.problems import NotFound
from shared.service import Runtime
from shared.web import Caller, Here

ADMINISTRATOR = "system_admin"


class BusLetter(BaseModel):
    """A message without its content."""

    id: str
    type: str
    source: str
    key: str
    reason: str
    attempts: int
    told_at: datetime
    correlation_id: str = ""


class BusLetters(BaseModel):
    """The oldest letters of a queue, and how many there are in all."""

    queue: str
    count: int
    items: list[BusLetter]


class BusReplay(BaseModel):
    """One message, or all of them."""

    message_id: str | None = Field(default=None, max_length=64)


class BusReplayed(BaseModel):
    replayed: int


router = APIRouter(tags=["bus"])


@router.get("/v1/bus/dead-letters")
async def list_bus_letters(
    runtime: Here, caller: Caller, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> BusLetters:
    """Facts that this service could not handle, the oldest first."""
    caller.require(ADMINISTRATOR)
    return await letters(runtime, limit)


@router.post("/v1/bus/dead-letters/replay")
async def replay_bus_letters(runtime: Here, caller: Caller, body: BusReplay) -> BusReplayed:
    """Handle them again: one, or all that lie there now."""
    caller.require(ADMINISTRATOR)
    queue = queue_of(runtime)
    count = await runtime.bus.replay(queue, body.message_id)
    if body.message_id is not None and not count:
        raise NotFound
    async with runtime.work(caller) as work:
        work.audit("bus.replayed", queue, message=body.message_id or "", count=count)
    return BusReplayed(replayed=count)


def queue_of(runtime: Runtime) -> str:
    return f"qlvb.{runtime.name}"


async def letters(runtime: Runtime, limit: int) -> BusLetters:
    queue = queue_of(runtime)
    count = await runtime.bus.dead_count(queue)
    found = await runtime.bus.dead_letters(queue, limit)
    return BusLetters(queue=queue, count=max(count, len(found)), items=[view(one) for one in found])


def view(letter: DeadLetter) -> BusLetter:
    told = letter.envelope
    return BusLetter(
        id=told.id,
        type=told.type,
        source=told.source,
        key=told.key,
        reason=letter.reason,
        attempts=told.attempt,
        told_at=told.time,
        correlation_id=told.correlation_id,
    )
