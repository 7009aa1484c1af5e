"""Replicas of one service that start together, on PostgreSQL."""

from __future__ import annotations

import asyncio

import pytest

from shared.assembly import find_services
from shared.messaging.embedded import EmbeddedBus
from shared.service import Runtime, Service
from shared.settings import Settings

SERVICES = find_services()


@pytest.mark.integration
@pytest.mark.xdist_group("servers")
@pytest.mark.parametrize("service", SERVICES, ids=[service.name for service in SERVICES])
async def test_they_do_what_is_done_once_once(service: Service, servers, tmp_path, monkeypatch):
    """The demo province, the partner of the environment, keys: none is in the way of the other."""
    monkeypatch.setenv("QLVB_AXIS_NATIONAL", "http://127.0.0.1:9|00.60.W00|a secret")
    name = f"replicas_{service.name}"
    servers.postgres.create(name)
    settings = Settings(data_dir=tmp_path, database_url=servers.postgres.url(name), demo=True)
    replicas = [Runtime(service, settings, EmbeddedBus(tmp_path / "bus.sqlite"), {}) for _ in range(3)]
    await asyncio.gather(*(replica.prepare() for replica in replicas))
    for replica in replicas:
        await replica.stop()
