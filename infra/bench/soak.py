"""Ten minutes of steady traffic on RabbitMQ and PostgreSQL: the last fifth as fast as the first, memory flat."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from infra.bench.frame import Row, absolute, against
from infra.load.exchange import Exchange, orders_to
from infra.load.people import province
from infra.stack import Stack, running, services

SECONDS = float(os.environ.get("SOAK_SECONDS", "600"))
RECIPIENTS = 3
AT_ONCE = 16
STOOD_IN = "signing"
MEGABYTE = 1024 * 1024
GOAL = 5  # documents a second, the first step


@dataclass
class Log:
    """When documents were through (seconds since the start), and the memory of each process at times."""

    done: list[float] = field(default_factory=list)
    memory: list[dict[str, float]] = field(default_factory=list)


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        stack = Stack(Path(folder) / "stack", names=[name for name in services() if name not in (STOOD_IN, "portal")])
        with running(stack):
            return _rows(asyncio.run(_run(stack)))


async def _run(stack: Stack) -> Log:
    offices, _ = province()
    log = Log()
    async with Exchange(stack, offices) as exchange:
        await exchange.send(await exchange.sealed(orders_to(offices, 30, RECIPIENTS, "warm")), AT_ONCE)
        started = time.monotonic()

        async def worker(number: int) -> None:
            turn = 0
            while time.monotonic() - started < SECONDS:
                order = orders_to(offices, turn + 1, RECIPIENTS, f"soak-{number:02d}")[turn]
                turn += 1
                [(_, document)] = await exchange.sealed([order])
                await exchange.through(order, document)
                log.done.append(time.monotonic() - started)

        async def watch() -> None:
            while True:
                log.memory.append(_memory(stack))
                await asyncio.sleep(SECONDS / 40)

        watching = asyncio.create_task(watch())
        await asyncio.gather(*(worker(number) for number in range(AT_ONCE)))
        watching.cancel()
    return log


def _memory(stack: Stack) -> dict[str, float]:
    """MB of each service process."""
    alive = [(p.name, p.pid) for p in stack.all() if p.pid and p.name != "axis-1"]
    return {name: psutil.Process(pid).memory_info().rss / MEGABYTE for name, pid in alive}


def _rows(log: Log) -> list[Row]:
    fifth = SECONDS / 5
    first = sum(at < fifth for at in log.done) / fifth
    last = sum(SECONDS - fifth <= at < SECONDS for at in log.done) / fifth
    early, late = log.memory[len(log.memory) // 5], log.memory[-1]
    growth = max(late[name] - early[name] for name in late)
    return [
        absolute(
            "soak, documents/s to 3 recipients, drafting included",
            len(log.done) / SECONDS,
            "/s",
            goal=GOAL,
            better="more",
        ),
        against("soak, last fifth against the first", last, first, "documents/s", at_least=0.95),
        absolute("soak, most memory gained by a process after the first fifth", growth, "MB", goal=15),
    ]
