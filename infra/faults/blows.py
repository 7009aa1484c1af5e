"""What happens to the system during a run: drawn from the seed, struck when so many documents are issued."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import asyncpg
import structlog

from infra.faults.proxy import FaultProxy
from infra.stack import Stack

log = structlog.get_logger()
AXIS_DOWN = 60.0  # seconds, in a run of FULL documents; shorter runs have it shorter
FULL = 10_000


@dataclass(frozen=True)
class Blow:
    """`kind` against `target` once `after` documents are issued; `wait` seconds later, to hit another moment."""

    kind: str  # see Striker
    target: str
    after: int
    wait: float


def plan(documents: int, services: list[str], seed: int) -> list[Blow]:
    """Every service in turn and its relay, both servers in both ways, the axis; more often in longer runs."""
    draw = random.Random(seed)  # noqa: S311
    kinds = [("kill", name) for name in services]
    kinds += [("kill relay", name) for name in services if name in ("identity", "registry", "gateway")]
    servers = [("rabbitmq restart", ""), ("rabbitmq kill", ""), ("postgres restart", ""), ("postgres crash", "")]
    chosen: list[tuple[str, str]] = []
    for _ in range(max(1, documents // 400)):
        chosen += [*kinds, *servers]
    chosen.append(("axis down", ""))
    draw.shuffle(chosen)
    places = sorted(draw.randrange(documents // 20, max(documents * 19 // 20, 2)) for _ in chosen)
    return [
        Blow(kind, target, place, round(draw.uniform(0, 0.5), 3))
        for (kind, target), place in zip(chosen, places, strict=True)
    ]


class Striker:
    """Strikes the blows of a plan."""

    def __init__(self, stack: Stack, proxy: FaultProxy, documents: int, say: Callable[[str], None]) -> None:
        self._stack = stack
        self._proxy = proxy
        self._axis_down = max(3.0, AXIS_DOWN * min(1.0, documents / FULL))
        self._say = say
        self.struck: list[dict[str, object]] = []

    async def strike_all(self, blows: list[Blow], issued: Callable[[], int]) -> None:
        started = time.monotonic()
        for blow in blows:
            while issued() < blow.after:  # noqa: ASYNC110 - a count, not an event
                await asyncio.sleep(0.02)
            await asyncio.sleep(blow.wait)
            self._say(f"{issued():>6} issued · {blow.kind} {blow.target}")
            self.struck.append(
                {
                    "kind": blow.kind,
                    "target": blow.target,
                    "issued": issued(),
                    "at": round(time.monotonic() - started, 2),
                }
            )
            await self._strike(blow)

    async def _strike(self, blow: Blow) -> None:
        stack = self._stack
        match blow.kind:
            case "kill":
                stack.processes[blow.target][0].kill()  # the stack's own watcher starts it again
            case "kill relay":
                await self._relay_at_work(blow.target)
                stack.processes[blow.target][0].kill()
            case "rabbitmq restart":
                await asyncio.to_thread(stack.rabbit.stop)
                await asyncio.to_thread(stack.rabbit.start)
            case "rabbitmq kill":
                await asyncio.to_thread(stack.rabbit.kill)
                await asyncio.to_thread(stack.rabbit.start)
            case "postgres restart" | "postgres crash":
                await asyncio.to_thread(stack.postgres.stop, "fast" if blow.kind.endswith("restart") else "immediate")
                await asyncio.to_thread(stack.postgres.start)
            case "axis down":
                self._proxy.down = True
                await asyncio.sleep(self._axis_down)
                self._proxy.down = False
            case other:
                raise ValueError(other)

    async def _relay_at_work(self, service: str, seconds: float = 5) -> None:
        """Until facts lie in the outbox: the relay is just about to publish them."""
        until = time.monotonic() + seconds
        address = self._stack.postgres.url(service).replace("+asyncpg", "")
        try:
            connection = await asyncpg.connect(address)
        except (OSError, asyncpg.PostgresError):
            return
        try:
            while not await connection.fetchval("SELECT EXISTS (SELECT FROM outbox)") and time.monotonic() < until:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        finally:
            await connection.close()
