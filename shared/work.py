"""The unit of work: state, audit record and outbox rows in one transaction."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from shared import ledger
from shared.auth import Principal
from shared.clock import now
from shared.database import new_id
from shared.problems import NotFound
from shared.statements import Prepared, Values
from shared.telemetry import correlation_id
from shared.transactions import Transaction

if TYPE_CHECKING:
    from shared.service import Runtime

Row = TypeVar("Row")


class Emitted(Protocol):
    """What can be emitted: a versioned message of `contracts` (this package does not know them)."""

    @property
    def message_type(self) -> str: ...

    def model_dump_json(self) -> str: ...


class Work:
    """One transaction of one service. Actions use it; the route or consumer that made it commits it."""

    def __init__(self, transaction: Transaction, principal: Principal, runtime: Runtime) -> None:
        self.transaction = transaction
        self.principal = principal
        self.runtime = runtime
        self.correlation_id = correlation_id()
        self.message_id: str | None = None  # of the message that is being handled
        self.ledger = ledger.Ledger()
        self._appended: dict[Prepared, list[Values]] = {}

    @property
    def session(self) -> AsyncSession:
        return self.transaction.session

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

    async def alone(self, *keys: str) -> None:
        """Nobody else works on these keys until commit. For two messages that look for each other's rows: without it,
        on PostgreSQL neither may see what the other is about to commit. (SQLite has one writer at a time.)"""
        if self.transaction.driver is not None:
            numbers = sorted({zlib.crc32(key.encode()) - 2**31 for key in keys})
            await self.transaction.driver.execute(
                "SELECT pg_advisory_xact_lock(7104, number) FROM unnest($1::int[]) AS number", numbers
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
        """Send what was only kept until now."""
        await self.transaction.flush()
        for prepared, rows in self._appended.items():
            await self.run(prepared, *rows)
        self._appended.clear()

    async def rows(self, prepared: Prepared, **values: Any) -> Sequence[Any]:
        """The rows of a prepared statement, their columns by name."""
        return await prepared.rows(self.transaction, values)

    async def row(self, prepared: Prepared, **values: Any) -> Any | None:
        """The first row, or None."""
        return next(iter(await prepared.rows(self.transaction, values)), None)

    async def run(self, prepared: Prepared, *rows: Values) -> None:
        """A prepared insert, update or delete, once for each of these rows of parameters; all with the same names."""
        await prepared.run(self.transaction, rows)

    def append(self, prepared: Prepared, **values: Any) -> None:
        """A row that only adds: it waits for the next flush, and goes out together with others of its kind."""
        self._appended.setdefault(prepared, []).append(values)

    def emit(self, message: Emitted, *, key: str, urgent: bool = False) -> str:
        """Write the message into this transaction's outbox; messages of one key arrive in order. Returns its id."""
        message_id = str(new_id())
        body = message.model_dump_json()
        self.ledger.tell(message_id, message.message_type, key, urgent, self.correlation_id, body, now())
        return message_id

    def audit(self, act: str, object_id: str, **detail: Any) -> None:
        """Record who did what; chained by hash within a second by the sealing job (see shared/audit.py)."""
        actor = self.principal
        text = json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str)
        self.ledger.record(now(), actor.id, actor.name, act, str(object_id), text, self.correlation_id)
