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


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """RabbitMQ and PostgreSQL of this test run, on private ports and folders."""
    if not local_servers.available():
        pytest.skip("RabbitMQ and PostgreSQL are not installed (Debian: rabbitmq-server postgresql-15)")
    folder = Path(tempfile.mkdtemp(prefix="qlvb-servers-"))
    folder.chmod(0o755)
    postgres, rabbit = local_servers.Postgres(folder / "pg"), local_servers.Rabbit(folder / "mq")
    postgres.start()
    rabbit.start()
    yield Servers(postgres, rabbit)
    rabbit.stop()
    postgres.stop("immediate")
    shutil.rmtree(folder, ignore_errors=True)
