"""Whose drafts and incoming documents a caller may see: those of the caller's office; others' do not exist (404)."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import select

from services.workflow.incoming.tables import IncomingWork
from services.workflow.outgoing.tables import Draft
from shared.problems import NotFound
from shared.work import Work

Row = TypeVar("Row")


async def find_draft(work: Work, draft_id: str, *, lock: bool = False) -> Draft:
    return await _find(work, Draft, draft_id, lock)


async def find_incoming(work: Work, incoming_id: str, *, lock: bool = False) -> IncomingWork:
    return await _find(work, IncomingWork, incoming_id, lock)


async def _find(work: Work, table: type[Row], key: str, lock: bool) -> Row:
    owned: Any = table
    statement = select(table).where(owned.id == key)
    me = work.principal
    if not me.is_service:
        if me.roles == {"system_admin"} or not me.office_id:
            raise NotFound
        statement = statement.where(owned.office_id == me.office_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row: Row | None = await work.one(statement)
    if row is None:
        raise NotFound
    return row
