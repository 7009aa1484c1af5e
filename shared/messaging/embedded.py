"""The embedded bus: the same promises as RabbitMQ in one SQLite file, for one process."""

from __future__ import annotations

import asyncio
import contextlib
import time
from datetime import datetime
from functools import partial
from pathlib import Path

import aiosqlite
import structlog

from shared.messaging.envelope import DeadLetter, Envelope, GiveUp, Handler, any_version, backoff, matches

log = structlog.get_logger()

SCHEMA = """
CREATE TABLE IF NOT EXISTS binding (queue TEXT, pattern TEXT, PRIMARY KEY (queue, pattern));
CREATE TABLE IF NOT EXISTS message (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,
  source TEXT NOT NULL,
  key TEXT NOT NULL, urgent INTEGER NOT NULL, correlation_id TEXT NOT NULL, time TEXT NOT NULL, data TEXT NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 1, available_at REAL NOT NULL DEFAULT 0, reason TEXT, UNIQUE (queue, id));
CREATE INDEX IF NOT EXISTS message_by_key ON message (queue, key, seq);
CREATE TABLE IF NOT EXISTS dead AS SELECT * FROM message WHERE 0;
"""
COLUMNS = "queue, id, type, source, key, urgent, correlation_id, time, data, attempt, available_at"
STOP_SECONDS = 2.0
# Only the oldest message of a key may be taken: that keeps the order, also while one waits for its next try.
HEADS = """SELECT m.* FROM message m WHERE m.queue = ? AND m.available_at <= ? AND NOT EXISTS
  (SELECT 1 FROM message e WHERE e.queue = m.queue AND e.key = m.key AND e.seq < m.seq)
  ORDER BY m.urgent DESC, m.seq LIMIT ?"""


class EmbeddedBus:
    def __init__(self, path: Path, *, concurrency: int = 8, max_attempts: int = 8) -> None:
        self._path = path
        self._concurrency = concurrency
        self._max_attempts = max_attempts
        self._write = asyncio.Lock()
        self._wake: dict[str, asyncio.Event] = {}
        self._bindings: list[tuple[str, str]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._handling: set[asyncio.Task[None]] = set()
        self._busy: dict[str, int] = {}

    async def start(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._db = await aiosqlite.connect(self._path, isolation_level=None)
        self._db.row_factory = aiosqlite.Row
        await self._db.execute("PRAGMA journal_mode=WAL")
        await self._db.execute("PRAGMA synchronous=NORMAL")
        await self._db.executescript(SCHEMA)
        rows = await self._db.execute_fetchall("SELECT queue, pattern FROM binding")
        self._bindings = [(row["queue"], row["pattern"]) for row in rows]

    async def stop(self) -> None:
        """Take nothing more; what is in hand is given a moment, and comes again where that was too short."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._handling:
            await asyncio.wait(self._handling, timeout=STOP_SECONDS)
        for task in self._handling:
            task.cancel()
        await asyncio.gather(*self._handling, return_exceptions=True)
        async with self._write:  # what is being written is written to its end
            await self._db.close()

    async def publish(self, envelopes: list[Envelope]) -> None:
        rows = [
            (queue, *_row(envelope), 0.0)
            for envelope in envelopes
            for queue in sorted({q for q, pattern in self._bindings if matches(pattern, envelope.type)})
        ]
        places = ", ".join("?" * 11)
        async with self._write:
            await self._db.execute("BEGIN IMMEDIATE")
            await self._db.executemany(f"INSERT OR IGNORE INTO message ({COLUMNS}) VALUES ({places})", rows)  # noqa: S608
            await self._db.execute("COMMIT")
        for queue in {row[0] for row in rows}:
            self._wake_up(queue)

    async def declare(self, queue: str, types: list[str]) -> None:
        for pattern in sorted({any_version(t) for t in types}):
            await self._db.execute("INSERT OR IGNORE INTO binding VALUES (?, ?)", (queue, pattern))
            if (queue, pattern) not in self._bindings:
                self._bindings.append((queue, pattern))

    async def subscribe(self, queue: str, types: list[str], handler: Handler) -> None:
        await self.declare(queue, types)
        self._wake.setdefault(queue, asyncio.Event())
        self._busy[queue] = 0
        self._tasks.append(asyncio.create_task(self._consume(queue, handler), name=f"bus:{queue}"))

    async def waiting(self, queue: str) -> int:
        rows = await self._db.execute_fetchall("SELECT count(*) AS n FROM message WHERE queue = ?", (queue,))
        return int(next(iter(rows))["n"])

    async def dead_count(self, queue: str) -> int:
        rows = await self._db.execute_fetchall("SELECT count(*) AS n FROM dead WHERE queue = ?", (queue,))
        return int(next(iter(rows))["n"])

    async def dead_letters(self, queue: str, limit: int = 1000) -> list[DeadLetter]:
        oldest = "SELECT * FROM dead WHERE queue = ? ORDER BY seq LIMIT ?"
        rows = await self._db.execute_fetchall(oldest, (queue, limit))
        return [DeadLetter(queue, _envelope(row), row["reason"] or "") for row in rows]

    async def replay(self, queue: str, message_id: str | None = None) -> int:
        which = "queue = ? AND (? IS NULL OR id = ?)"
        chosen = (queue, message_id, message_id)
        async with self._write:
            await self._db.execute("BEGIN IMMEDIATE")
            cursor = await self._db.execute(
                f"INSERT OR IGNORE INTO message ({COLUMNS}) SELECT queue, id, type, source, key, urgent,"  # noqa: S608
                f" correlation_id, time, data, 1, 0 FROM dead WHERE {which} ORDER BY seq",
                chosen,
            )
            await self._db.execute(f"DELETE FROM dead WHERE {which}", chosen)  # noqa: S608
            await self._db.execute("COMMIT")
        self._wake_up(queue)
        return cursor.rowcount

    def _wake_up(self, queue: str) -> None:
        if queue in self._wake:
            self._wake[queue].set()

    async def _consume(self, queue: str, handler: Handler) -> None:
        running: dict[int, asyncio.Task[None]] = {}
        while True:
            self._wake[queue].clear()
            free = self._concurrency - len(running)
            rows = await self._db.execute_fetchall(HEADS, (queue, time.time(), free + len(running))) if free else []
            for row in [row for row in rows if row["seq"] not in running][:free]:
                task = asyncio.create_task(self._handle(queue, row, handler))
                running[row["seq"]] = task
                self._handling.add(task)
                task.add_done_callback(partial(self._done, queue, running, row["seq"]))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.5):  # wait_for of Python 3.11 can swallow the cancellation of stop()
                    await self._wake[queue].wait()

    def _done(self, queue: str, running: dict[int, asyncio.Task[None]], seq: int, task: asyncio.Task[None]) -> None:
        running.pop(seq, None)
        self._handling.discard(task)
        self._wake_up(queue)

    async def _handle(self, queue: str, row: aiosqlite.Row, handler: Handler) -> None:
        envelope = _envelope(row)
        try:
            await handler(envelope)
        except asyncio.CancelledError:
            raise
        except GiveUp as error:
            await self._bury(row, str(error))
        except Exception as error:
            log.warning("message.failed", queue=queue, type=envelope.type, attempt=envelope.attempt, error=repr(error))
            if envelope.attempt >= self._max_attempts:
                await self._bury(row, repr(error))
            else:
                await self._postpone(row, repr(error))
        else:
            async with self._write:
                await self._db.execute("DELETE FROM message WHERE seq = ?", (row["seq"],))

    async def _postpone(self, row: aiosqlite.Row, reason: str) -> None:
        later = time.time() + backoff(row["attempt"])
        async with self._write:
            await self._db.execute(
                "UPDATE message SET attempt = attempt + 1, available_at = ?, reason = ? WHERE seq = ?",
                (later, reason[:500], row["seq"]),
            )

    async def _bury(self, row: aiosqlite.Row, reason: str) -> None:
        async with self._write:
            await self._db.execute("BEGIN IMMEDIATE")
            await self._db.execute("UPDATE message SET reason = ? WHERE seq = ?", (reason[:500], row["seq"]))
            await self._db.execute("INSERT INTO dead SELECT * FROM message WHERE seq = ?", (row["seq"],))
            await self._db.execute("DELETE FROM message WHERE seq = ?", (row["seq"],))
            await self._db.execute("COMMIT")


def _row(e: Envelope) -> tuple[str, str, str, str, int, str, str, str, int]:
    return e.id, e.type, e.source, e.key, int(e.urgent), e.correlation_id, e.time.isoformat(), e.body, e.attempt


def _envelope(row: aiosqlite.Row) -> Envelope:
    return Envelope(
        id=row["id"],
        type=row["type"],
        source=row["source"],
        key=row["key"],
        body=row["data"],
        correlation_id=row["correlation_id"],
        urgent=bool(row["urgent"]),
        time=datetime.fromisoformat(row["time"]),
        attempt=row["attempt"],
    )
