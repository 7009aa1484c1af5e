"""Alembic runs this file for every command; connection and tables come from `shared.migrations.config`."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import TypeDecorator


def render(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """A version states plain SQL types: it must not change with the code that wrote it."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    render_item=render,
    render_as_batch=True,  # SQLite changes a table by copying it
    transactional_ddl=True,  # on SQLite too: the engine begins its transactions itself
)
with context.begin_transaction():
    context.run_migrations()
