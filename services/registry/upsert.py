"""INSERT … ON CONFLICT, which SQLite and PostgreSQL share but SQLAlchemy keeps per dialect."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from shared.work import Work


def insert(work: Work, table: Any) -> Any:
    """An insert with `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return sqlite.insert(table) if work.runtime.is_sqlite else postgresql.insert(table)
