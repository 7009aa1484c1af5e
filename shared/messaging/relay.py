"""The relay: takes outbox rows in order, publishes them, and deletes them when the bus has them safe.

A crash between the two publishes again; the inbox of the receiver makes the second one count for nothing.
One relay a service works at a time: two would break the order of a key. On PostgreSQL it holds a lock and one
connection for as long as it lives, and one round trip deletes what is published and reads what is next.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import delete, select

from shared.messaging.envelope import Bus, Envelope
from shared.telemetry import OUTBOX_WAITING
from shared.transactions import driver_of

if TYPE_CHECKING:
    from shared.service import Runtime

log = structlog.get_logger()

BATCH = 200
PAUSE = 0.5  # seconds between looks when nobody rings
CHANNEL = "outbox"
NEXT = """
WITH published AS (DELETE FROM outbox WHERE seq = ANY ($1::int[]))
SELECT seq, message_id, type, key, urgent, correlation_id, payload, created_at
FROM outbox WHERE seq <> ALL ($1::int[]) ORDER BY seq LIMIT $2
"""


class Relay:
    def __init__(self, runtime: Runtime, bus: Bus) -> None:
        self._runtime = runtime
        self._bus = bus
        self._bell = asyncio.Event()

    def ring(self) -> None:
        """Something was committed: look at once."""
        self._bell.set()

    async def run(self) -> None:
        """For ever; after a failure anew."""
        while True:
            try:
                await (self._on_sqlite() if self._runtime.is_sqlite else self._on_postgresql())
            except asyncio.CancelledError:
                raise
            except Exception as error:
                log.warning("relay.failed", service=self._runtime.name, error=repr(error))
                await asyncio.sleep(1)

    async def _on_postgresql(self) -> None:
        async with self._runtime.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            driver = await driver_of(connection)
            try:
                while not await driver.fetchval("SELECT pg_try_advisory_lock(7103, 0)"):
                    if await self._rung():
                        await driver.execute(f"NOTIFY {CHANNEL}")  # whoever holds the lock looks for us
                await driver.add_listener(CHANNEL, lambda *_: self.ring())
                await self._lead(driver)
            finally:
                await connection.invalidate()  # with the connection goes the lock

    async def _lead(self, driver: Any) -> None:
        published: list[int] = []
        while True:
            rows = await driver.fetch(NEXT, published, BATCH)
            await self._publish(rows)
            published = [row["seq"] for row in rows]
            if len(rows) < BATCH:
                await self._rung()

    async def _on_sqlite(self) -> None:
        while True:
            while await self._batch_on_sqlite():
                pass
            await self._rung()

    async def _batch_on_sqlite(self) -> int:
        outbox = self._runtime.tables.Outbox.__table__
        async with self._runtime.work(reading=True) as work:
            found = await work.execute(select(outbox).order_by(outbox.c.seq).limit(BATCH))
            rows = found.mappings().all()
        if rows:
            await self._publish(rows)
            async with self._runtime.work() as work:
                await work.execute(delete(outbox).where(outbox.c.seq.in_([row["seq"] for row in rows])))
        return len(rows)

    async def _publish(self, rows: Sequence[Any]) -> None:
        if rows:
            await self._bus.publish([self._envelope(row) for row in rows])
        OUTBOX_WAITING.labels(self._runtime.name).set(len(rows))

    async def _rung(self) -> bool:
        """Wait until somebody rings, or for a while; whether somebody did."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PAUSE):  # wait_for of Python 3.11 can swallow the cancellation of stop()
                await self._bell.wait()
        rung = self._bell.is_set()
        self._bell.clear()
        return rung

    def _envelope(self, row: Any) -> Envelope:
        return Envelope(
            id=row["message_id"],
            type=row["type"],
            source=f"/qlvb/{self._runtime.name}",
            key=row["key"],
            body=row["payload"],
            correlation_id=row["correlation_id"],
            urgent=row["urgent"],
            time=row["created_at"],
        )
