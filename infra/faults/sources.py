"""Where the judge reads: PostgreSQL and RabbitMQ, or the SQLite files of the embedded default. Reads, never writes."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import aio_pika
import asyncpg

Row = dict[str, Any]
Dead = tuple[str, str, str]  # queue, message type, reason
BARE_UUID = re.compile(r"[0-9a-f]{32}")
MOMENTS = frozenset({"at"})


class Source(Protocol):
    """Rows have the same values whatever the database: ids as text with hyphens, moments in UTC."""

    async def rows(self, service: str, sql: str) -> list[Row]: ...

    async def waiting(self, queues: Iterable[str]) -> dict[str, int]: ...

    async def dead(self, queues: Iterable[str]) -> list[Dead]: ...


@dataclass(frozen=True)
class Servers:
    """`database` has `{service}` in it; `bus` is an AMQP address."""

    database: str
    bus: str

    async def rows(self, service: str, sql: str) -> list[Row]:
        connection = await asyncpg.connect(self.database.replace("{service}", service))
        try:
            return [{k: _plain(v) for k, v in row.items()} for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    async def waiting(self, queues: Iterable[str]) -> dict[str, int]:
        connection = await aio_pika.connect(self.bus)
        async with connection:
            names = [queue for base in queues for queue in (base, f"{base}.urgent")]
            all_names = [n for queue in names for n in (queue, *(f"{queue}.retry-{s}" for s in (1, 5, 30, 60)))]
            return {name: await _count(connection, name) for name in all_names}

    async def dead(self, queues: Iterable[str]) -> list[Dead]:
        found = []
        connection = await aio_pika.connect(self.bus)
        async with connection:
            for base in queues:
                channel = await connection.channel()
                dead = await channel.get_queue(f"{base}.dead")
                while (message := await dead.get(fail=False)) is not None:
                    kind = str(message.headers.get("cloudEvents:type", "?"))
                    found.append((base, kind, str(message.headers.get("reason", ""))))
                await channel.close()  # unacknowledged: they stay where they are
        return found


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


async def _count(connection: Any, name: str) -> int:
    channel = await connection.channel()
    try:
        queue = await channel.declare_queue(name, passive=True)
        return int(queue.declaration_result.message_count or 0)
    finally:
        await channel.close()


@dataclass(frozen=True)
class Files:
    """The folder with `<service>.sqlite` and `bus.sqlite`."""

    folder: Path

    async def rows(self, service: str, sql: str) -> list[Row]:
        return [{k: _read(k, row[k]) for k in row.keys()} for row in self._fetch(service, sql)]  # noqa: SIM118

    async def waiting(self, queues: Iterable[str]) -> dict[str, int]:
        counted = self._fetch("bus", "SELECT queue, count(*) AS n FROM message GROUP BY queue")
        return {row["queue"]: row["n"] for row in counted if row["queue"] in set(queues)}

    async def dead(self, queues: Iterable[str]) -> list[Dead]:
        rows = self._fetch("bus", "SELECT queue, type, reason FROM dead")
        return [(row["queue"], row["type"], row["reason"] or "") for row in rows if row["queue"] in set(queues)]

    def _fetch(self, name: str, sql: str) -> list[sqlite3.Row]:
        with closing(sqlite3.connect(f"file:{self.folder / name}.sqlite?mode=ro", uri=True, timeout=30)) as database:
            database.row_factory = sqlite3.Row
            return database.execute(sql).fetchall()


def _read(column: str, value: Any) -> Any:
    if isinstance(value, str):
        if BARE_UUID.fullmatch(value):
            return str(UUID(value))
        if column in MOMENTS:
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value
