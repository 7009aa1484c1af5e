"""Registers of the partners taken over by differences, every night whole and in between what has changed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from services.gateway.axes.protocol import AgencyEntry
from services.gateway.directory.syncing import CHANGES, WHOLE, _with_parents, what_is_due
from services.gateway.service import service
from shared.testing import System, running
from tests.unit.gateway.registers import ADMIN, checked, taken, with_register


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    async with with_register(tmp_path) as found:
        yield found


async def test_an_import_shows_what_is_new_changed_closed_doubled_and_malformed(system: System) -> None:
    assert await taken(system) == {"new": 7, "duplicate": 1}
    assert await taken(system) == {"duplicate": 1}, "the same list again changes nothing"
    register = system.register  # type: ignore[attr-defined]
    register.rows = [
        ("G06", "Bộ Khoa học, Công nghệ", "", "000.00.00.G06"),
        ("G06.05", "Cục Chuyển đổi số quốc gia", "G22", ""),
        ("G17", "Bộ xây dựng", "", "000.00.17.G17"),
        ("H37", "UBND tỉnh Lạng Sơn", "", "000.00.00.H37"),
        ("H37.10", "", "H37", "000.00.10.H37"),
        ("00.37.W00", "Trung tâm kết nối Lạng Sơn", "", ""),
        ("H38", "UBND tỉnh Lào Cai", "", ""),
    ]
    counts = await taken(system)
    assert counts == {"renamed": 2, "moved": 1, "recoded": 1, "new": 1, "malformed": 1, "closed": 1}
    admin = system.client("gateway", ADMIN)
    latest = (await admin.get("/v1/directory/imports")).json()[0]
    assert latest["complete"] and latest["counts"]["seen"] == 7
    changes = (await admin.get(f"/v1/directory/imports/{latest['id']}/changes")).json()
    moved = next(change for change in changes if change["what"] == "moved")
    assert (moved["code"], moved["before"], moved["after"]) == ("G06.05", "G06", "G22")
    closed = (await admin.get(f"/v1/directory/imports/{latest['id']}/changes?what=closed")).json()
    assert [change["code"] for change in closed] == ["000.1137.H53"]
    register.rows.append(("000.1137.H53", "Đơn vị sai mã", "H53", ""))
    assert (await taken(system))["reopened"] == 1


async def test_a_list_that_breaks_off_or_is_suddenly_short_closes_nothing(system: System) -> None:
    register = system.register  # type: ignore[attr-defined]
    register.rows = [(f"H37.{n:03}", f"Đơn vị số {n}", "H37", "") for n in range(40)]
    await taken(system)
    register.rows, register.broken = register.rows[:30], True
    await taken(system)
    register.rows, register.broken = register.rows[:10], False
    await taken(system)
    newest = (await system.client("gateway", ADMIN).get("/v1/directory/imports")).json()
    assert [row["complete"] for row in newest] == [False, False, True]
    assert "chỉ có 10 đơn vị, trước đó có 40" in newest[0]["error"]
    assert (await checked(system, "H37.039"))[0]["known"]


async def test_changes_close_and_reopen(system: System) -> None:
    await taken(system)
    register = system.register  # type: ignore[attr-defined]
    register.deleted = {"H37.10"}
    assert (await taken(system, CHANGES)).get("closed") == 1
    assert not (await checked(system, "H37.10"))[0]["known"]
    register.rows.pop()  # the doubled line
    register.deleted = set()
    assert (await taken(system, CHANGES)).get("reopened") == 1


async def test_readings_without_anything_new_do_not_pile_up(system: System) -> None:
    await taken(system)
    for _ in range(3):
        await taken(system, CHANGES)
    system.register.broken = True  # type: ignore[attr-defined]
    for _ in range(3):
        await taken(system, CHANGES)
    system.register.broken = False  # type: ignore[attr-defined]
    system.register.rows.append(("H37.11", "Sở Tư pháp", "H37", ""))  # type: ignore[attr-defined]
    await taken(system, CHANGES)
    rows = (await system.client("gateway", ADMIN).get("/v1/directory/imports")).json()
    assert [(row["kind"], bool(row["error"]), row["counts"].get("new", 0)) for row in rows] == [
        (CHANGES, False, 1), (CHANGES, True, 0), (CHANGES, False, 0), (WHOLE, False, 7),
    ]  # fmt: skip


async def test_a_register_may_name_the_unit_above_by_its_id_there() -> None:
    async def entries() -> AsyncIterator[AgencyEntry]:
        for key, code, parent in (("7", "H37.10", "5"), ("5", "H37", ""), ("8", "H37.10.1", "7"), ("9", "G06", "H37"),
                                  ("10", "G07", "4711"), ("", "G08", "G06"), ("G09", "G09", "G06")):  # fmt: skip
            yield AgencyEntry(code, "x", parent, "", key=key)

    found = {entry.code: parent async for entry, parent in _with_parents(entries())}
    assert found == {
        "H37": "", "H37.10.1": "H37.10", "G06": "H37", "G08": "G06", "G09": "G06", "H37.10": "H37", "G07": None,
    }  # fmt: skip


def test_the_whole_list_comes_at_night_and_changes_in_between() -> None:
    day = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)  # ten in the morning here
    last_night = day - timedelta(hours=7)
    assert what_is_due(day, None, None, None) == WHOLE
    assert what_is_due(day, last_night, None, day - timedelta(minutes=6)) == CHANGES
    assert what_is_due(day, last_night, None, day - timedelta(minutes=4)) == ""
    assert what_is_due(day, day - timedelta(hours=8), None, day) == WHOLE
    assert what_is_due(day, day - timedelta(days=2), day - timedelta(minutes=10), day) == "", "not again at once"
    assert what_is_due(day, day - timedelta(days=2), day - timedelta(minutes=31), day) == WHOLE
    before_dawn = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)  # one at night: yesterday's list still counts
    assert what_is_due(before_dawn, before_dawn - timedelta(hours=20), None, before_dawn) == ""


async def test_a_register_over_the_wire_of_the_simulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from infra.axis_simulator.app import create_app
    from infra.axis_simulator.model import Account, AgencySpec, SimulatorConfig
    from services.gateway.axes.national import NationalAxis, NationalAxisSettings

    agencies = tuple(AgencySpec(f"H37.{n:04}", "H37.W00", f"Đơn vị số {n}") for n in range(300))
    app = create_app(SimulatorConfig(tmp_path / "axis", (Account("H37.W00", "secret"),), agencies))
    app.state.simulator.store.set_old_code("H37.0007", "000.00.07.H37")
    async with (
        running(replace(service, jobs=[]), tmp_path=tmp_path / "data") as system,
        httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http,
    ):
        settings = {"endpoint": "http://axis.test", "system_id": "H37.W00", "secret": "secret"}
        body = {"name": "truc", "title": "Trục", "kind": "national", "settings": settings, "is_default": True}
        await system.client("gateway", ADMIN).post("/v1/partners", json=body)
        system.register = NationalAxis(NationalAxisSettings("http://axis.test", "H37.W00", "secret"), http)  # type: ignore[attr-defined]
        assert (await taken(system))["new"] == 301
        [row] = await checked(system, "000.00.07.H37")
        assert (row["known"], row["name"]) == (True, "Đơn vị số 7")
        app.state.simulator.store.delete_agency("H37.0008")
        assert await taken(system, CHANGES) == {"closed": 1}
