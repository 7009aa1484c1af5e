"""What every test may use. Servers are started once a run and only where their packages are installed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra import local_servers


@dataclass(frozen=True)
class Servers:
    postgres: local_servers.Postgres
    rabbit: local_servers.Rabbit


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also the tests that last minutes, as `make requirements`")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long tests only when asked for. Where the servers' packages are missing and may not be installed, say so at each
    test that needs them."""
    if not config.getoption("--long"):
        long = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]
    missing = pytest.mark.skipif(
        not local_servers.available(), reason="no RabbitMQ or PostgreSQL (Debian: rabbitmq-server postgresql-15)"
    )
    for item in items:
        if "servers" in getattr(item, "fixturenames", ()):
            item.add_marker(missing)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """RabbitMQ and PostgreSQL of this test run, on private ports and folders."""
    folder = Path(tempfile.mkdtemp(prefix="qlvb-servers-"))
    folder.chmod(0o755)
    postgres, rabbit = local_servers.Postgres(folder / "pg"), local_servers.Rabbit(folder / "mq")
    postgres.start()
    rabbit.start()
    yield Servers(postgres, rabbit)
    rabbit.stop()
    postgres.stop("immediate")
    shutil.rmtree(folder, ignore_errors=True)
