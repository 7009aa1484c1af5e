"""The chains of migrations: one a service, in `services/<name>/migrations/versions`, applied when the service starts.

A chain is Alembic's; what all chains share (env.py, the template of a new version) lies here. A published version is
never edited: what changes in the tables becomes a new version, written by `python -m infra.migrations`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, inspect
from sqlalchemy.engine import Connection

FIRST = "0001"


def config(folder: str, metadata: MetaData, connection: Connection | None = None) -> Config:
    """Alembic's settings for the chain in `folder` (a service's `migrations`)."""
    found = Config()
    found.set_main_option("script_location", _literal(Path(__file__).parent))
    found.set_main_option("version_locations", _literal(Path(folder) / "versions"))
    found.set_main_option("path_separator", "newline")
    found.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    found.attributes.update(connection=connection, metadata=metadata)
    return found


def upgrade(connection: Connection, folder: str, metadata: MetaData) -> None:
    """Bring the database to the head of the chain, within the caller's transaction and lock."""
    chain = config(folder, metadata, connection)
    tables = inspect(connection).get_table_names()
    if "outbox" in tables and "alembic_version" not in tables:
        command.stamp(chain, FIRST)  # made before there were chains: its tables are those of the first version
    command.upgrade(chain, "head")


def differences(connection: Connection, metadata: MetaData) -> list[Any]:
    """What the tables in the code have and the database has not, or the other way round; empty when they agree."""
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


def _literal(path: Path) -> str:
    return str(path).replace("%", "%%")
