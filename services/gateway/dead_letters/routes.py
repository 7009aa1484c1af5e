"""Dead letters over HTTP: list, counts; replays: start, progress, stop."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from contracts.gateway import dead_letters as api
from services.gateway.dead_letters import actions, queries
from shared.paging import Page
from shared.web import Transaction

router = APIRouter(tags=["dead letters"])


@router.get("/v1/dead-letters")
async def list_dead_letters(
    work: Transaction,
    axis: str | None = None,
    reason_code: str | None = None,
    older_than_hours: Annotated[float | None, Query(ge=0, le=100_000)] = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[api.DeadLetter]:
    wanted = api.ReplayFilter(axis=axis, reason_code=reason_code, older_than_hours=older_than_hours)
    return await queries.page(work, wanted, cursor, limit)


@router.get("/v1/dead-letters/counts")
async def count_dead_letters(work: Transaction) -> list[api.DeadLetterCount]:
    return await queries.counts(work)


@router.post("/v1/replays", status_code=201)
async def start_replay(work: Transaction, body: api.NewReplay) -> api.Replay:
    return actions.view(await actions.start(work, body))


@router.get("/v1/replays")
async def list_replays(work: Transaction) -> list[api.Replay]:
    """The newest fifty."""
    return [actions.view(row) for row in await actions.recent(work)]


@router.get("/v1/replays/{replay_id}")
async def get_replay(work: Transaction, replay_id: UUID) -> api.Replay:
    return actions.view(await actions.own(work, replay_id))


@router.post("/v1/replays/{replay_id}/stop")
async def stop_replay(work: Transaction, replay_id: UUID) -> api.Replay:
    return actions.view(await actions.stop(work, replay_id))
