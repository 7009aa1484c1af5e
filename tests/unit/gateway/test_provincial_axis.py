"""The provincial axis in the simulator's LGSP form: send, receive, statuses, error codes, eight hours of silence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import time_machine
from sqlalchemy import select

from infra.axis_simulator.app import Simulator, create_app
from infra.axis_simulator.faults import parse_fault
from infra.axis_simulator.model import Account, AgencySpec, OfficeSpec, SimulatorConfig
from services.gateway.axes.lgsp import LgspAccount, LgspAxis
from services.gateway.connections import axes_of, refresh
from services.gateway.polling.actions import poll
from services.gateway.receiving.tables import Arrival
from services.gateway.sending.job import send_due
from shared.clock import now
from shared.testing import System
from tests.unit.gateway.exchange import ADMIN, CLERK, copies, exchange, issued, lamp

MINUTES = timedelta(minutes=1)
ACCOUNT = {"endpoint": "http://lgsp.test/lgsp", "username": "H60.W00", "password": "secret", "system_id": "H60.W00",
           "secret_key": "secret"}  # fmt: skip


async def sent(system: System) -> None:
    await send_due(system.runtime("gateway"))


@dataclass
class Province:
    system: System
    simulator: Simulator

    def hurt(self, **body: Any) -> None:
        self.simulator.faults.add(parse_fault(body))

    async def turn(self) -> None:
        await sent(self.system)
        await asyncio.to_thread(self.simulator.offices.work)
        await poll(self.system.runtime("gateway"), "lgsp")

    async def arrivals(self) -> list[Arrival]:
        async with self.system.runtime("gateway").work(reading=True) as work:
            return list(await work.all(select(Arrival).order_by(Arrival.id)))

    def fetched(self, office: str) -> list[str]:
        """What an office behind the axis got, in order."""
        rows = self.simulator.store._all(
            "SELECT p.title FROM item i JOIN package p ON p.doc_id = i.package_id "
            "WHERE i.to_code = ? AND p.message_type = 'edoc' ORDER BY i.seq", office
        )  # fmt: skip
        return [row["title"] for row in rows]


@pytest.fixture
async def province(tmp_path: Path) -> AsyncIterator[Province]:
    config = SimulatorConfig(
        tmp_path / "axis",
        (Account("H60.W00", "secret"),),
        (AgencySpec("H60.10", "H60.W00", "Sở KH&CN"), AgencySpec("H60.20", "H60.W00", "Sở TC")),
        (
            OfficeSpec("H60.90", "Bệnh viện"),
            OfficeSpec("H60.91", "Trường học", "reply"),
            OfficeSpec("H60.92", "Quỹ", "refuse"),
        ),
    )  # fmt: skip
    app = create_app(config)
    async with (
        exchange(tmp_path / "house") as system,
        httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http,
    ):
        body = {"name": "lgsp", "title": "Trục tỉnh", "kind": "lgsp", "settings": ACCOUNT, "codes": [{"code": "H60"}]}
        assert (await system.client("gateway", ADMIN).post("/v1/partners", json=body)).status_code == 201
        runtime = system.runtime("gateway")
        await refresh(runtime)
        axes_of(runtime)["lgsp"] = LgspAxis(LgspAccount.model_validate(ACCOUNT), http)
        yield Province(system, app.state.simulator)


@pytest.mark.requirement("R08.2")
async def test_the_provincial_axis_sends_receives_and_survives_eight_hours_of_silence(province: Province) -> None:
    """Contract against the simulator: send, receive, status, error codes; eight hours unreachable: nothing lost,
    nothing doubled, order kept."""
    await issued(province.system, "H60.90", "H60.91", "H60.92", document_id="d0")
    for _ in range(3):
        await province.turn()
    assert {organ: copy["state"] for organ, copy in (await copies(province.system, "d0")).items()} == {
        "H60.90": "06", "H60.91": "06", "H60.92": "02",
    }  # fmt: skip
    [reply] = await province.arrivals()
    assert (reply.sender_organ_id, reply.channel) == ("H60.91", "lgsp")

    for code, state, person in (("18", "failed", True), ("20", "waiting", False)):
        province.hurt(kind="error", operation="sendEdoc", code=code, count=1)
        await issued(province.system, "H60.90", document_id=f"code-{code}")
        await sent(province.system)
        copy = (await copies(province.system, f"code-{code}"))["H60.90"]
        assert (copy["state"], copy["needs_person"]) == (state, person), copy

    with time_machine.travel(now(), tick=True) as traveller:
        traveller.shift(10 * MINUTES)
        await province.turn()
        before = len(await province.arrivals())
        province.hurt(kind="down", count=10**6)
        for hour in range(8):
            await issued(province.system, "H60.90", "H60.91", document_id=f"h{hour}")
            for _ in range(2):
                traveller.shift(30 * MINUTES)
                await province.turn()
        lit = await lamp(province.system, "lgsp")
        assert (lit["up"], lit["waiting"]) == (False, 16)
        province.simulator.faults.clear()
        traveller.shift(30 * MINUTES)
        for _ in range(4):
            await province.turn()
            traveller.shift(10 * MINUTES)
    silent = [f"Về việc h{hour}" for hour in range(8)]
    for office in ("H60.90", "H60.91"):
        assert province.fetched(office)[-8:] == silent, "each once, in order"
        assert len(set(province.fetched(office))) == len(province.fetched(office))
    assert len(await province.arrivals()) == before + 8, "and each answered once"
    for hour in range(8):
        assert {copy["state"] for copy in (await copies(province.system, f"h{hour}")).values()} == {"06"}
    assert (await lamp(province.system, "lgsp"))["up"]


async def test_wrong_keys_stop_the_queue_and_the_lamp_says_so(province: Province) -> None:
    province.hurt(kind="error", operation="sendEdoc", code="15", count=1)
    await issued(province.system, "H60.90")
    await sent(province.system)
    shown = await lamp(province.system, "lgsp")
    assert not shown["up"] and shown["last_error"]
    copy = (await copies(province.system))["H60.90"]
    assert not copy["needs_person"], "it goes by itself when the key is right"


async def test_the_package_names_only_whom_this_axis_is_to_deliver_to(province: Province, tmp_path: Path) -> None:
    """A document to receivers on several ways: the copy for this axis does not name the others."""
    await issued(province.system, "H60.90", "G01", "H60.20")
    await sent(province.system)
    assert province.fetched("H60.90") == ["Về việc d1"]
    [row] = [item for item in province.simulator.store.items(10) if item["message_type"] == "edoc"]
    body = province.simulator.store.package_path(row["package_id"]).read_bytes()
    assert body.count(b"<edXML:To>") == 1 and b"G01" not in body
    copy = await province.system.client("gateway", CLERK).get("/v1/deliveries?document_id=d1")
    assert {c["organ_id"]: c["channel"] for c in copy.json()} == {
        "H60.90": "lgsp", "G01": "national", "H60.20": "local",
    }  # fmt: skip
