"""Transactions of one service on its database.

On PostgreSQL every round trip counts: BEGIN and COMMIT go to the driver, a transaction that only reads has neither, and
a session of SQLAlchemy is opened only for those who ask for one. It shares the connection with the prepared statements
(`shared/statements.py`), so each sees what the other wrote.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

ROLLBACK_SECONDS = 5.0


class Transaction:
    """`driver` is the asyncpg connection; None on SQLite, where everything goes through the session."""

    def __init__(self, bind: AsyncConnection | AsyncEngine, driver: Any | None = None) -> None:
        self.driver = driver
        self.dialect: Dialect = bind.dialect
        self._bind = bind
        self._session: AsyncSession | None = None

    @property
    def session(self) -> AsyncSession:
        if self._session is None:
            self._session = AsyncSession(self._bind, expire_on_commit=False)
        return self._session

    async def flush(self) -> None:
        """Send what the session still holds back."""
        if self._session is not None:
            await self._session.flush()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


class Database:
    """The connections of one service to its database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._engine = engine
        # For SQLAlchemy these connections commit by themselves: BEGIN and COMMIT are ours.
        self._quiet = engine if self.is_sqlite else engine.execution_options(isolation_level="AUTOCOMMIT")
        self._writer = asyncio.Lock()  # SQLite has one writer at a time

    def transaction(self, *, reading: bool = False) -> contextlib.AbstractAsyncContextManager[Transaction]:
        """Commits at the end, rolls back on an exception. Whoever uses the session flushes it."""
        return self._on_sqlite(reading) if self.is_sqlite else self._on_postgresql(reading)

    @asynccontextmanager
    async def _on_sqlite(self, reading: bool) -> AsyncIterator[Transaction]:
        async with contextlib.nullcontext() if reading else self._writer:
            transaction = Transaction(self._engine)
            async with transaction.session as session:
                if reading:
                    await session.connection(execution_options={"reading": True})
                yield transaction
                await session.commit()

    @asynccontextmanager
    async def _on_postgresql(self, reading: bool) -> AsyncIterator[Transaction]:
        async with self._quiet.connect() as connection:
            driver = await driver_of(connection)
            transaction = Transaction(connection, driver)
            begun = not reading  # a reader's statements each see what is committed, as in a transaction
            try:
                if begun:
                    await driver.execute("BEGIN")
                yield transaction
                if begun:
                    await driver.execute("COMMIT")
                    begun = False
            finally:
                if begun:
                    await _roll_back(connection, driver)
                await transaction.close()


async def driver_of(connection: AsyncConnection) -> Any:
    """The asyncpg connection below; the next one for each that the server has closed: it may have closed them all."""
    while True:
        driver = (await connection.get_raw_connection()).driver_connection
        if driver is None or not driver.is_closed():
            return driver
        await connection.invalidate()


async def _roll_back(connection: AsyncConnection, driver: Any) -> None:
    """A connection that cannot even do this goes back to nobody. We may be in the middle of a cancellation."""
    try:
        async with asyncio.timeout(ROLLBACK_SECONDS):
            await driver.execute("ROLLBACK")
    except BaseException as error:
        with contextlib.suppress(Exception):
            await connection.invalidate()
        if not isinstance(error, Exception):
            raise
