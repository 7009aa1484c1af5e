"""Every service's chain of migrations makes exactly the tables which its code expects, on both databases."""

from __future__ import annotations

import asyncio
import time

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.engine import Connection

from shared import migrations
from shared.assembly import find_services
from shared.messaging.embedded import EmbeddedBus
from shared.service import Runtime, Service, prepare_database
from shared.settings import Settings

SERVICES = find_services()
each_service = pytest.mark.parametrize("service", SERVICES, ids=[service.name for service in SERVICES])


def runtime_of(service: Service, settings: Settings) -> Runtime:
    return Runtime(service, settings, EmbeddedBus(settings.data_dir / "bus.sqlite"), {})


async def agree(runtime: Runtime) -> None:
    async with runtime.engine.begin() as connection:
        assert await connection.run_sync(migrations.differences, runtime.tables.metadata) == []


@each_service
async def test_on_sqlite_the_chain_makes_the_tables_of_the_code(service, tmp_path):
    runtime = runtime_of(service, Settings(data_dir=tmp_path))
    await prepare_database(runtime)
    await agree(runtime)
    begun = time.perf_counter()
    await prepare_database(runtime)
    assert time.perf_counter() - begun < 0.5
    await runtime.engine.dispose()


@pytest.mark.integration
@pytest.mark.xdist_group("servers")
@each_service
async def test_on_postgresql_replicas_that_start_together_make_the_tables_once(service, servers, tmp_path):
    name = f"chain_{service.name}"
    servers.postgres.create(name)
    settings = Settings(data_dir=tmp_path, database_url=servers.postgres.url(name))
    replicas = [runtime_of(service, settings) for _ in range(3)]
    await asyncio.gather(*(prepare_database(replica) for replica in replicas))
    await agree(replicas[0])
    for replica in replicas:
        await replica.engine.dispose()


def first_tables(connection: Connection, service: Service) -> None:
    """What was there before there were chains: the tables of the first version, and no record of a version."""
    command.upgrade(migrations.config(str(service.migrations), service.base.metadata, connection), migrations.FIRST)
    connection.execute(text("DROP TABLE alembic_version"))


async def test_a_database_older_than_the_chains_keeps_its_rows(tmp_path):
    service = SERVICES[0]
    runtime = runtime_of(service, Settings(data_dir=tmp_path))
    async with runtime.engine.begin() as connection:
        await connection.run_sync(first_tables, service)
        await connection.execute(text("INSERT INTO inbox (message_id, consumer, at) VALUES ('m', 'c', '2026-01-01')"))
    await prepare_database(runtime)
    async with runtime.engine.begin() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM inbox")) == 1
        assert await connection.scalar(text("SELECT version_num FROM alembic_version")) is not None
    await runtime.engine.dispose()


def test_the_folders_of_the_chains_are_packages():
    """So they are in the wheel."""
    for service in SERVICES:
        module = f"services.{service.name}.migrations.versions"
        assert __import__(module, fromlist=["__path__"]).__path__[0] == f"{service.migrations}/versions"
