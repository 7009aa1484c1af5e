"""Whose objects a caller may touch. Every read of a document goes through here: others' objects do not exist (404)."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, select

from shared.problems import NotFound
from shared.work import Work

Row = TypeVar("Row")


def visible(work: Work, table: type[Row]) -> Select[Any]:
    """A query of the rows of the caller's office; every one for a service. A mere system administrator sees none."""
    statement = select(table)
    if work.principal.is_service:
        return statement
    if work.principal.roles == {"system_admin"} or not work.principal.office_id:
        raise NotFound
    owned: Any = table
    return statement.where(owned.office_id == work.principal.office_id)


async def find(work: Work, table: type[Row], key: str, *, lock: bool = False) -> Row:
    """The caller's object of this id, held until commit with `lock`. Raises NotFound."""
    statement = visible(work, table).where(table.id == identifier(key))  # type: ignore[attr-defined]
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row: Row | None = await work.one(statement)
    if row is None:
        raise NotFound
    return row


def identifier(text: str) -> UUID:
    """Raises NotFound for what cannot be the id of anything."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error
