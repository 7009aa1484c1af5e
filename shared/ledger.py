"""What every transaction writes at its end: its messages (outbox), its audit records, and what it has handled (inbox).

They are kept until then and go out together: on PostgreSQL in one round trip.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from shared.clock import now
from shared.transactions import Transaction

OUTBOX = ("message_id", "type", "key", "urgent", "correlation_id", "payload", "created_at")
AUDIT = ("at", "actor_id", "actor_name", "act", "object_id", "detail", "correlation_id")
INBOX = ("message_id", "consumer", "at")

# Rows are numbered in the order of the arrays. RETURNING names what the inbox took: all, or the message came again.
ON_POSTGRESQL = """
WITH told AS (
  INSERT INTO outbox (message_id, type, key, urgent, correlation_id, payload, created_at)
  SELECT * FROM unnest($1::varchar[], $2::varchar[], $3::varchar[], $4::bool[], $5::varchar[], $6::text[],
                       $7::timestamptz[])),
recorded AS (
  INSERT INTO audit (at, actor_id, actor_name, act, object_id, detail, correlation_id)
  SELECT * FROM unnest($8::timestamptz[], $9::varchar[], $10::varchar[], $11::varchar[], $12::varchar[], $13::text[],
                       $14::varchar[]))
INSERT INTO inbox (message_id, consumer, at)
SELECT * FROM unnest($15::varchar[], $16::varchar[], $17::timestamptz[])
ON CONFLICT DO NOTHING RETURNING message_id
"""


class HandledBefore(Exception):
    """A message of this transaction has been handled already: the transaction must not happen."""


class Ledger:
    """The rows of one transaction, as tuples in the order of their columns."""

    def __init__(self) -> None:
        self.messages: list[tuple[Any, ...]] = []
        self.records: list[tuple[Any, ...]] = []
        self.handled: list[tuple[Any, ...]] = []

    def tell(
        self, message_id: str, type: str, key: str, urgent: bool, correlation_id: str, body: str, at: datetime
    ) -> None:
        self.messages.append((message_id, type, key, urgent, correlation_id, body, at))

    def record(
        self, at: datetime, actor_id: str, actor_name: str, act: str, object_id: str, detail: str, correlation_id: str
    ) -> None:
        self.records.append((at, actor_id, actor_name, act, object_id, detail, correlation_id))

    def handle(self, message_id: str, consumer: str) -> None:
        self.handled.append((message_id, consumer, now()))

    async def write(self, transaction: Transaction, tables: Any) -> None:
        """The last thing before the commit. Raises HandledBefore."""
        if not (self.messages or self.records or self.handled):
            return
        if transaction.driver is not None:
            await self._on_postgresql(transaction.driver)
        else:
            await self._on_sqlite(transaction, tables)

    async def _on_postgresql(self, driver: Any) -> None:
        arrays = [
            *_columns(self.messages, len(OUTBOX)),
            *_columns(self.records, len(AUDIT)),
            *_columns(self.handled, len(INBOX)),
        ]
        taken = await driver.fetch(ON_POSTGRESQL, *arrays)
        if len(taken) < len(self.handled):
            raise HandledBefore

    async def _on_sqlite(self, transaction: Transaction, tables: Any) -> None:
        connection = await transaction.session.connection()
        for table, columns, rows in (
            (tables.Outbox, OUTBOX, self.messages),
            (tables.Audit, AUDIT, self.records),
            (tables.Inbox, INBOX, self.handled),
        ):
            if rows:
                try:
                    named = [dict(zip(columns, row, strict=True)) for row in rows]
                    await connection.execute(insert(table.__table__), named)
                except IntegrityError as error:
                    if rows is self.handled:
                        raise HandledBefore from error
                    raise


def _columns(rows: list[tuple[Any, ...]], count: int) -> list[Any]:
    return list(zip(*rows, strict=True)) if rows else [()] * count
