"""A database per service: tables, types and the engine. SQLite for the embedded default, PostgreSQL in production."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Boolean, DateTime, Integer, MetaData, String, Text, Uuid, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from shared.clock import now
from shared.settings import Settings

STATEMENTS = 500  # prepared statements that a connection keeps: more than any service has

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcTime(TypeDecorator[datetime]):
    """An aware moment in UTC on both databases (SQLite keeps no zone of its own)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


def new_id() -> UUID:
    """A time-ordered identifier (UUID version 7, RFC 9562): new rows stand together in an index.

    Twelve bits count the parts of the millisecond (§6.2, method 3), so what one process makes stands in order.
    """
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    value = (milliseconds & (1 << 48) - 1) << 80 | int.from_bytes(os.urandom(8))
    value |= 0x7 << 76 | (nanoseconds * 4096 // 1_000_000) << 64
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def service_base(service: str) -> type[DeclarativeBase]:
    """The declarative base of one service, with its own metadata, outbox, inbox and audit chain."""

    class Base(DeclarativeBase):
        metadata = MetaData(naming_convention=NAMING)
        type_annotation_map = {datetime: UtcTime, UUID: Uuid, dict[str, Any]: JSON, list[Any]: JSON}

    class Outbox(Base):
        """A message that waits for the relay; written in the transaction of the change it tells of."""

        __tablename__ = "outbox"
        seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
        message_id: Mapped[str] = mapped_column(String(36))
        type: Mapped[str] = mapped_column(String(120))
        key: Mapped[str] = mapped_column(String(200))
        urgent: Mapped[bool] = mapped_column(Boolean, default=False)
        correlation_id: Mapped[str] = mapped_column(String(64), default="")
        payload: Mapped[str] = mapped_column(Text)  # JSON, as it goes onto the bus
        created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)

    class Inbox(Base):
        """What a consumer has done already; written with the effect, so a message counts once."""

        __tablename__ = "inbox"
        message_id: Mapped[str] = mapped_column(String(36), primary_key=True)
        consumer: Mapped[str] = mapped_column(String(160), primary_key=True)
        at: Mapped[datetime] = mapped_column(UtcTime, default=now)

    class Audit(Base):
        """Who did what to which object; append-only. The sealing job sets `place` and `hash`, once."""

        __tablename__ = "audit"
        seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
        at: Mapped[datetime] = mapped_column(UtcTime)
        actor_id: Mapped[str] = mapped_column(String(64))
        actor_name: Mapped[str] = mapped_column(String(200))
        act: Mapped[str] = mapped_column(String(100))
        object_id: Mapped[str] = mapped_column(String(200), index=True)
        detail: Mapped[str] = mapped_column(Text, default="{}")
        correlation_id: Mapped[str] = mapped_column(String(64), default="")
        place: Mapped[int | None] = mapped_column(BigInteger, unique=True)
        hash: Mapped[str | None] = mapped_column(String(64))

    class Idempotency(Base):
        """The answer given to a request with this key: the same request again gets the same answer."""

        __tablename__ = "idempotency"
        key: Mapped[str] = mapped_column(String(128), primary_key=True)
        principal_id: Mapped[str] = mapped_column(String(64), primary_key=True)
        at: Mapped[datetime] = mapped_column(UtcTime, default=now)

    Base.Outbox, Base.Inbox, Base.Audit, Base.Idempotency = Outbox, Inbox, Audit, Idempotency
    Base.service_name = service
    return Base


def database_url(settings: Settings, service: str) -> str:
    """The URL of a service's own database."""
    if settings.database_url:
        return settings.database_url.replace("{service}", service)
    return f"sqlite+aiosqlite:///{Path(settings.data_dir).resolve() / service}.sqlite"


def make_engine(settings: Settings, service: str) -> AsyncEngine:
    url = database_url(settings, service)
    if not url.startswith("sqlite"):
        caches = {"statement_cache_size": STATEMENTS, "prepared_statement_cache_size": STATEMENTS}
        caches["max_cached_statement_lifetime"] = 0  # for as long as the connection lives
        return create_async_engine(url, pool_size=settings.database_pool, max_overflow=0, connect_args=caches)
    Path(settings.data_dir).mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url, pool_size=8, max_overflow=8)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite, not by the driver
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the write lock at once: a later upgrade of a read lock could fail in mid-transaction."""
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
