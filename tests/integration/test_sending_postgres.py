"""Two replicas of the gateway send for the same partner, on PostgreSQL: each package once, each receiver's in order."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from services.gateway.sending.job import send_due
from services.gateway.service import service
from shared.messaging.embedded import EmbeddedBus
from shared.service import Runtime
from tests.unit.gateway.exchange import exchange, issued

RECEIVERS, DOCUMENTS = [f"G{number:02d}.1" for number in range(1, 41)], 3


class Slow:
    """The partner in memory, to which each replica has a line of its own: how many packages each one handed over."""

    def __init__(self, partner):
        self.partner, self.handed = partner, 0

    async def send(self, *package):
        receipt = await self.partner.send(*package)
        self.handed += 1
        await asyncio.sleep(0)  # the other replica may go on
        return receipt

    def __getattr__(self, name):
        return getattr(self.partner, name)


@pytest.mark.integration
@pytest.mark.xdist_group("servers")
async def test_they_share_the_line_and_nothing_goes_twice_or_too_early(servers, tmp_path):
    servers.postgres.create("sending")
    url = servers.postgres.url("sending")
    async with exchange(tmp_path, database_url=url) as system:
        first = system.runtime("gateway")
        second = Runtime(replace(service, jobs=[]), first.settings, EmbeddedBus(tmp_path / "other.sqlite"), {})
        lines = [Slow(system.partners["national"]) for _ in range(2)]
        for runtime, line in zip((first, second), lines, strict=True):
            runtime.state["axes"] = {"national": line}
        for number in range(1, DOCUMENTS + 1):
            await issued(system, *RECEIVERS, document_id=f"d{number}")
        while sum(line.handed for line in lines) < len(RECEIVERS) * DOCUMENTS:
            await asyncio.gather(send_due(first), send_due(second))
        await second.stop()
    for receiver in RECEIVERS:
        assert system.partners["national"].titles(receiver) == [f"Về việc d{n}" for n in range(1, DOCUMENTS + 1)]
    assert all(line.handed for line in lines)
