"""What happens to the system during a run: drawn from the seed, struck when so many documents are issued."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass

import asyncpg
import structlog

from infra.faults.embedded import ALL, Embedded
from infra.faults.proxy import FaultProxy
from infra.stack import Stack

log = structlog.get_logger()
AXIS_DOWN = 60.0  # seconds, in a run of FULL documents; shorter runs have it shorter
FULL = 10_000
LAPS = 400  # documents for every round of blows
SERVERS = ("rabbitmq restart", "rabbitmq kill", "postgres restart", "postgres crash")
System = Stack | Embedded


@dataclass(frozen=True)
class Blow:
    """`kind` against `target` once `after` documents are issued; `wait` seconds later, to hit another moment."""

    kind: str  # see Striker
    target: str
    after: int
    wait: float


def plan(documents: int, services: list[str], seed: int, *, embedded: bool = False) -> list[Blow]:
    """Every service in turn and its relay, both servers in both ways, the axis; more often in longer runs.

    Embedded, all of them are one process: it dies in the middle of whatever it does, and as often of a relay's work.
    """
    draw = random.Random(seed)  # noqa: S311
    relays = [("kill relay", name) for name in services if name != "portal"]
    if embedded:
        lap = [("kill", ALL)] * 4 + relays
    else:
        lap = [("kill", name) for name in services] + relays + [(kind, "") for kind in SERVERS]
    chosen = lap * max(1, documents // LAPS) + [("axis down", "")]
    draw.shuffle(chosen)
    places = sorted(draw.randrange(documents // 20, max(documents * 19 // 20, 2)) for _ in chosen)
    return [
        Blow(kind, target, place, round(draw.uniform(0, 0.5), 3))
        for (kind, target), place in zip(chosen, places, strict=True)
    ]


class Striker:
    """Strikes the blows of a plan."""

    def __init__(self, system: System, proxy: FaultProxy, documents: int, say: Callable[[str], None]) -> None:
        self._system = system
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
            at = round(time.monotonic() - started, 2)
            self.struck.append({"kind": blow.kind, "target": blow.target, "issued": issued(), "at": at})
            await self._strike(blow)

    async def _strike(self, blow: Blow) -> None:
        match blow.kind:
            case "kill":
                self._kill(blow.target)
            case "kill relay":
                await self._relay_at_work(blow.target)
                self._kill(blow.target)
            case "axis down":
                self._proxy.down = True
                await asyncio.sleep(self._axis_down)
                self._proxy.down = False
            case _:
                await asyncio.to_thread(self._strike_server, blow.kind)

    def _kill(self, service: str) -> None:
        """kill -9; whoever tends the system starts the process again."""
        processes = self._system.processes
        processes[service if service in processes else ALL][0].kill()

    def _strike_server(self, kind: str) -> None:
        assert isinstance(self._system, Stack)
        rabbit, postgres = self._system.rabbit, self._system.postgres
        match kind:
            case "rabbitmq restart":
                rabbit.stop()
                rabbit.start()
            case "rabbitmq kill":
                rabbit.kill()
                rabbit.start()
            case "postgres restart":
                postgres.stop("fast")
                postgres.start()
            case "postgres crash":
                postgres.stop("immediate")
                postgres.start()
            case other:
                raise ValueError(other)

    async def _relay_at_work(self, service: str, seconds: float = 5) -> None:
        """Until facts lie in the outbox, or `seconds` are over."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                if await self._system.outbox_waits(service):
                    return
            except (OSError, TimeoutError, asyncpg.PostgresError, sqlite3.Error):
                return
            await asyncio.sleep(0.001)
