"""Our own reader, axis simulator, partner API and receiver pass the suite (here its quick part)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from infra.axis_simulator.model import AgencySpec
from infra.conformance.cases import chosen
from infra.conformance.running import Account, Options, run
from infra.conformance.suite import Run, Target
from services.gateway.polling import schedule
from services.gateway.polling.actions import poll
from services.gateway.sending.job import send_due
from shared.testing import System
from tests.unit.infra.conformance.systems import CLERK, bearer, gateway, mailbox, simulator

SENDER, RECEIVER = Account("A01", "secret-a"), Account("B01", "secret-b")


async def judged(target: Target, options: Options) -> Run:
    return await run(target, chosen(target, quick=True), options)


def troubles(found: Run) -> list[tuple[str, str, str, str]]:
    return [(r.state, r.case.id, r.expected, r.got) for r in found.results if r.state != "passed"]


async def test_our_reader_passes(tmp_path: Path) -> None:
    async with gateway(tmp_path) as (_, url):
        found = await judged("codec", Options(f"{url}/v1/edxml/check", headers=bearer(CLERK)))
    assert troubles(found) == []
    assert found.good


async def test_the_simulator_passes(tmp_path: Path) -> None:
    async with simulator(tmp_path) as url:
        found = await judged(
            "axis", Options(url, sender=Account("A01", "secret-a"), receiver=Account("B01", "secret-b"))
        )
    assert troubles(found) == []


async def test_the_partner_api_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two partners of one gateway, which is their hub."""
    monkeypatch.setenv("QLVB_HUB_CODE", "H60.W00")
    async with gateway(tmp_path, "H60.10") as (system, url):
        await mailbox(system, "mot-cua", "G97", "secret-a")
        await mailbox(system, "benh-vien", "G98", "secret-b")
        options = Options(
            f"{url}/partner/v1", sender=Account("mot-cua", "secret-a", "G97"),
            receiver=Account("benh-vien", "secret-b", "G98"),
        )  # fmt: skip
        found = await judged("axis", options)
    assert troubles(found) == []


async def test_our_gateway_as_a_receiver_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with simulator(tmp_path / "axis", AgencySpec("H60.10", "B01", "Sở thử")) as url:
        monkeypatch.setenv("QLVB_AXIS_NATIONAL", f"{url}|B01|secret-b")
        monkeypatch.setenv("QLVB_AXIS_RETRY_SECONDS", "0.1")
        async with gateway(tmp_path / "gateway", "H60.10", "000.00.10.H60") as (system, _), _busy(system):
            options = Options(url, sender=SENDER, receiver=RECEIVER, unit="H60.10", wait=20.0)
            found = await judged("receiver", options)
    assert troubles(found) == []


@asynccontextmanager
async def _busy(system: System) -> AsyncIterator[None]:
    """The gateway asks and sends all the time."""
    runtime = system.runtime("gateway")

    async def work() -> None:
        while True:
            async with runtime.work() as session:
                await schedule.hasten(session, "national")
            await poll(runtime, "national")
            await send_due(runtime)
            await asyncio.sleep(0.05)

    task = asyncio.create_task(work())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
