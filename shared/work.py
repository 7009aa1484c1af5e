"""The unit of work: state, audit record and outbox rows in one transaction."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth import Principal
from shared.clock import now
from shared.database import new_id
from shared.problems import NotFound
from shared.telemetry import correlation_id

if TYPE_CHECKING:
    from shared.service import Runtime

Row = TypeVar("Row")


class Emitted(Protocol):
    """What can be emitted: a versioned message of `contracts` (this package does not know them)."""

    @property
    def message_type(self) -> str: ...

    def model_dump(self, *, mode: str = ...) -> dict[str, Any]: ...


class Work:
    """One transaction of one service. Actions use it; the route or consumer that made it commits it."""

    def __init__(self, session: AsyncSession, principal: Principal, runtime: Runtime) -> None:
        self.session = session
        self.principal = principal
        self.runtime = runtime
        self.correlation_id = correlation_id()
        self.emitted = 0

    def save(self, *rows: Any) -> None:
        self.session.add_all(rows)

    async def get(self, table: type[Row], key: Any, *, lock: bool = False) -> Row | None:
        return await self.session.get(table, key, with_for_update=lock or None, populate_existing=lock)

    async def locked(self, table: type[Row], key: Any) -> Row:
        """The row, held until commit. Raises NotFound."""
        row = await self.get(table, key, lock=True)
        if row is None:
            raise NotFound
        return row

    async def alone(self, key: str) -> None:
        """Nobody else works on `key` until commit. For two messages that look for each other's rows: without it, on
        PostgreSQL neither may see what the other is about to commit. (SQLite has one writer at a time.)"""
        if not self.runtime.is_sqlite:
            await self.session.execute(
                text("SELECT pg_advisory_xact_lock(7104, :key)"), {"key": zlib.crc32(key.encode()) - 2**31}
            )

    async def one(self, statement: Select[Any]) -> Any | None:
        """The first row's first value, or None."""
        return (await self.session.execute(statement)).scalars().first()

    async def all(self, statement: Select[Any]) -> Sequence[Any]:
        rows: Sequence[Any] = (await self.session.execute(statement)).scalars().all()
        return rows

    async def scalar(self, statement: Select[Any]) -> Any:
        return await self.session.scalar(statement)

    async def execute(self, statement: Any, parameters: Any = None) -> Any:
        return await self.session.execute(statement, parameters)

    async def flush(self) -> None:
        await self.session.flush()

    def emit(self, message: Emitted, *, key: str, urgent: bool = False) -> str:
        """Write the message into this transaction's outbox; messages of one key arrive in order. Returns its id."""
        message_id = str(new_id())
        self.session.add(
            self.runtime.tables.Outbox(
                message_id=message_id,
                type=message.message_type,
                key=key,
                urgent=urgent,
                correlation_id=self.correlation_id,
                payload=message.model_dump(mode="json"),
            )
        )
        self.emitted += 1
        return message_id

    def audit(self, act: str, object_id: str, **detail: Any) -> None:
        """Record who did what; chained by hash within a second by the sealing job (see shared/audit.py)."""
        self.session.add(
            self.runtime.tables.Audit(
                at=now(),
                actor_id=self.principal.id,
                actor_name=self.principal.name,
                act=act,
                object_id=str(object_id),
                detail=json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str),
                correlation_id=self.correlation_id,
            )
        )

    async def seen(self, message_id: str, consumer: str) -> bool:
        """Whether this consumer has handled the message; if not, it has from this commit on."""
        inbox = self.runtime.tables.Inbox
        found = await self.one(
            select(inbox.message_id).where(inbox.message_id == message_id, inbox.consumer == consumer)
        )
        if found is None:
            self.session.add(inbox(message_id=message_id, consumer=consumer))
            await self.flush()
        return found is not None
