"""Our offices in the register of an axis: announced, renamed, taken off by themselves; failures show on the lamp."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from contracts.identity.events import OfficeChangedV1
from infra.axis_simulator.app import Simulator, create_app
from infra.axis_simulator.faults import parse_fault
from infra.axis_simulator.model import Account, SimulatorConfig
from services.gateway.axes.national import NationalAxis, NationalAxisSettings
from services.gateway.connections import axes_of, refresh
from services.gateway.registration.actions import register_due
from services.gateway.registration.rules import Step, pause, steps
from services.gateway.registration.tables import Registration
from services.gateway.service import service
from shared.auth import Principal
from shared.clock import now
from shared.testing import System, running

ADMIN = Principal("a", "Quản trị", "person", "o1", roles=frozenset({"system_admin"}))


def test_what_has_to_be_said() -> None:
    assert steps({"A": "a", "B": "b"}, {}) == [Step("A", "a"), Step("B", "b")]
    assert steps({"A": "a", "B": "new"}, {"A": "a", "B": "b", "C": "c"}) == [Step("B", "new"), Step("C")]
    assert steps({}, {}) == []
    assert [pause(n).total_seconds() for n in (1, 2, 3, 99)] == [60, 120, 240, 6 * 3600]


@pytest.fixture
async def joined(tmp_path: Path) -> AsyncIterator[tuple[System, Simulator]]:
    app = create_app(SimulatorConfig(tmp_path / "axis", (Account("H60.W00", "secret"), Account("H37.W00", "other"))))
    async with (
        running(replace(service, jobs=[]), tmp_path=tmp_path / "house") as system,
        httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http,
    ):
        settings = {"endpoint": "http://axis.test", "system_id": "H60.W00", "secret": "secret"}
        body = {"name": "truc", "title": "Trục", "kind": "national", "settings": settings}
        assert (await system.client("gateway", ADMIN).post("/v1/partners", json=body)).status_code == 201
        await refresh(system.runtime("gateway"))
        axis = NationalAxis(NationalAxisSettings("http://axis.test", "H60.W00", "secret"), http)
        axes_of(system.runtime("gateway"))["truc"] = axis
        yield system, app.state.simulator


async def office(system: System, name: str, *codes: str, active: bool = True) -> None:
    message = OfficeChangedV1(
        office_id="o1", name=name, short_name="", abbreviation="", level="department", parent_id=None, organ_ids=codes,
        active=active,
    )  # fmt: skip
    await system.emit("gateway", message)
    await system.settle()


def listed(simulator: Simulator) -> dict[str, str]:
    rows = simulator.store.agencies()
    return {row["code"]: row["name"] for row in rows if row["centre"] == "H60.W00" and row["code"] != "H60.W00"}


async def shown(system: System) -> dict[str, Any]:
    [lamp] = (await system.client("gateway", ADMIN).get("/v1/axes")).json()
    return {"count": lamp["unregistered"], "error": lamp["register_error"]}


async def test_an_office_is_announced_under_every_code_renamed_and_taken_off(joined: Any) -> None:
    system, simulator = joined
    runtime = system.runtime("gateway")
    await office(system, "Sở KH&CN", "H60.10", "000.00.10.H60")
    for _ in range(2):
        await register_due(runtime)
    assert listed(simulator) == {"H60.10": "Sở KH&CN", "000.00.10.H60": "Sở KH&CN"}
    assert simulator.store.agency("H60.10")["version"] == 1, "said once"
    assert simulator.store.agency("H60.10")["pcode"] == "H60.W00"
    await office(system, "Sở Khoa học và Công nghệ", "H60.10")
    await register_due(runtime)
    assert listed(simulator) == {"H60.10": "Sở Khoa học và Công nghệ"}
    await office(system, "Sở Khoa học và Công nghệ", "H60.10", active=False)
    await register_due(runtime)
    assert listed(simulator) == {}
    assert await shown(system) == {"count": 0, "error": ""}


async def test_a_refusal_shows_on_the_lamp_and_is_tried_again_later(joined: Any) -> None:
    system, simulator = joined
    runtime = system.runtime("gateway")
    simulator.store.seed_agency("H60.10", "H37.W00", "Chiếm chỗ")
    await office(system, "Sở KH&CN", "H60.10", "H60.11")
    await register_due(runtime)
    assert listed(simulator) == {"H60.11": "Sở KH&CN"}, "one that fails holds no other back"
    lamp = await shown(system)
    assert lamp["count"] == 1 and "chưa đăng ký" in lamp["error"]
    simulator.store.delete_agency("H60.10")
    await register_due(runtime)
    assert (await shown(system))["count"] == 1, "not before its time"
    async with runtime.work() as work:
        await work.execute(update(Registration).values(next_at=now()))
    await register_due(runtime)
    assert (await shown(system))["count"] == 0 and "H60.10" in listed(simulator)


async def test_a_silent_axis_is_not_asked_for_every_office(joined: Any) -> None:
    system, simulator = joined
    runtime = system.runtime("gateway")
    await office(system, "Sở KH&CN", "H60.10", "H60.11", "H60.12")
    simulator.faults.add(parse_fault({"kind": "down", "count": 100}))
    await register_due(runtime)
    async with runtime.work(reading=True) as work:
        rows = await work.all(select(Registration))
    assert [row.code for row in rows] == ["H60.10"]
    simulator.faults.clear()
    await register_due(runtime)
    assert set(listed(simulator)) == {"H60.11", "H60.12"}
