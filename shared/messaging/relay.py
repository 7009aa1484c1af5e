"""The relay: takes outbox rows in order, publishes them, and deletes them when the bus has them safe.

A crash between the two publishes again; the inbox of the receiver makes the second one count for nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import delete, select, text

from shared.messaging.envelope import Bus, Envelope
from shared.telemetry import OUTBOX_WAITING

if TYPE_CHECKING:
    from shared.service import Runtime

log = structlog.get_logger()

BATCH = 200
PAUSE = 0.5  # seconds between looks when nobody rings


class Relay:
    def __init__(self, runtime: Runtime, bus: Bus) -> None:
        self._runtime = runtime
        self._bus = bus
        self._bell = asyncio.Event()

    def ring(self) -> None:
        """Something was committed: look at once."""
        self._bell.set()

    async def run(self) -> None:
        while True:
            self._bell.clear()
            try:
                while await self.publish_batch():
                    pass
            except asyncio.CancelledError:
                raise
            except Exception as error:
                log.warning("relay.failed", service=self._runtime.name, error=repr(error))
                await asyncio.sleep(1)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PAUSE):  # wait_for of Python 3.11 can swallow the cancellation of stop()
                    await self._bell.wait()

    async def publish_batch(self) -> int:
        """Publish up to BATCH rows in order; returns how many."""
        outbox = self._runtime.tables.Outbox
        if self._runtime.is_sqlite and not await self._anything():
            return 0
        async with self._runtime.work() as work:
            if not self._runtime.is_sqlite:
                # One relay at a time: two would break the order of a key.
                held = await work.scalar(text("SELECT pg_try_advisory_xact_lock(7103)"))  # type: ignore[arg-type]
                if not held:
                    return 0
            rows = await work.all(select(outbox).order_by(outbox.seq).limit(BATCH))
            if rows:
                await self._bus.publish([self._envelope(row) for row in rows])
                await work.execute(delete(outbox).where(outbox.seq.in_([row.seq for row in rows])))
            OUTBOX_WAITING.labels(self._runtime.name).set(len(rows))
            return len(rows)

    async def _anything(self) -> bool:
        async with self._runtime.work(reading=True) as work:
            return await work.one(select(self._runtime.tables.Outbox.seq).limit(1)) is not None

    def _envelope(self, row: object) -> Envelope:
        r: object = row
        return Envelope(
            id=r.message_id,  # type: ignore[attr-defined]
            type=r.type,  # type: ignore[attr-defined]
            source=f"/qlvb/{self._runtime.name}",
            key=r.key,  # type: ignore[attr-defined]
            data=r.payload,  # type: ignore[attr-defined]
            correlation_id=r.correlation_id,  # type: ignore[attr-defined]
            urgent=r.urgent,  # type: ignore[attr-defined]
            time=r.created_at,  # type: ignore[attr-defined]
        )
