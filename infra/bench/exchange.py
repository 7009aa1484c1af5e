"""From `document-issued` to `document-registered` on RabbitMQ and PostgreSQL, against bare commits and publishes.

The floor does for each document what cannot be left out: as many committed transactions and as many confirmed
publishes, one after the other as in the exchange, with asyncpg and aio-pika alone, on the same two servers.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import Counter
from pathlib import Path
from uuid import uuid4

import aio_pika
import asyncpg

from infra.bench.frame import Row, against
from infra.load.exchange import Exchange, orders_to
from infra.load.people import province
from infra.stack import Stack, running, services

DOCUMENTS = 120  # of each measurement
AT_ONCE = (1, 4, 16)
STOOD_IN = "signing"
ACTS = 2  # transactions by request: issue, accept
BODY = b"x" * 1500  # about what a fact weighs


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        stack = Stack(Path(folder) / "stack", names=[name for name in services() if name not in (STOOD_IN, "portal")])
        with running(stack):
            return asyncio.run(_measured(stack))


async def _measured(stack: Stack) -> list[Row]:
    offices, _ = province()
    found = []
    async with Exchange(stack, offices) as exchange:
        stock = await exchange.sealed(orders_to(offices, DOCUMENTS * len(AT_ONCE) + 10, 1, "exchange"))
        await exchange.send(stock[:10], 2)  # connections and caches are there
        for place, at_once in enumerate(AT_ONCE):
            before = await _handled(stack)
            sent = stock[10 + place * DOCUMENTS : 10 + (place + 1) * DOCUMENTS]
            ours = DOCUMENTS / await exchange.send(sent, at_once)
            steps = round(sum((await _handled(stack) - before).values()) / DOCUMENTS)
            floor = DOCUMENTS / await _bare(stack, ACTS + steps, steps, at_once)
            name = f"exchange, {at_once} in flight ({ACTS + steps} commits, {steps} publishes each)"
            found.append(against(name, ours, floor, "documents/s", at_least=0.5))
    return found


async def _handled(stack: Stack) -> Counter[str]:
    """Messages handled by each service so far: each is one commit, and was published for at least one reader."""
    counted: Counter[str] = Counter()
    for service in stack.names:
        connection = await asyncpg.connect(stack.postgres.url(service).replace("+asyncpg", ""))
        counted[service] = await connection.fetchval("SELECT count(DISTINCT message_id) FROM inbox")
        await connection.close()
    return counted


async def _bare(stack: Stack, commits: int, publishes: int, at_once: int) -> float:
    """Seconds for the same number of documents."""
    stack.postgres.create("floor")
    url = stack.postgres.url("floor").replace("+asyncpg", "")
    pool = await asyncpg.create_pool(url, min_size=at_once, max_size=at_once)
    await pool.execute("CREATE TABLE IF NOT EXISTS fact (id text PRIMARY KEY, body bytea)")
    connection = await aio_pika.connect(stack.rabbit.url())
    channel = await connection.channel(publisher_confirms=True)
    queue = await channel.declare_queue("floor", durable=True, arguments={"x-queue-type": "quorum"})
    turn = asyncio.Semaphore(at_once)

    async def document() -> None:
        async with turn:
            for step in range(commits):
                async with pool.acquire() as held, held.transaction():
                    await held.execute("INSERT INTO fact VALUES ($1, $2)", str(uuid4()), BODY)
                if step < publishes:
                    message = aio_pika.Message(BODY, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
                    await channel.default_exchange.publish(message, routing_key=queue.name)

    started = time.perf_counter()
    await asyncio.gather(*(document() for _ in range(DOCUMENTS)))
    seconds = time.perf_counter() - started
    await queue.purge()
    await connection.close()
    await pool.close()
    return seconds
