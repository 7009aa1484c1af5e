"""Dead letters: seen with their reason, replayed one by one or many, resumable, stoppable, never doubled."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from services.gateway.axes.protocol import AxisRefused
from services.gateway.dead_letters.actions import run_replays, step
from services.gateway.dead_letters.rules import CHUNK, chunk, pause
from services.gateway.dead_letters.tables import Replay
from services.gateway.sending.tables import Shipment
from services.gateway.settings import GatewaySettings
from shared.auth import Principal
from shared.clock import now
from shared.testing import System
from tests.unit.gateway.exchange import ADMIN, CLERK, OTHER_CLERK, copies, exchange, issued, sent, shipments

UNKNOWN = AxisRefused("18", "receiver", "không có")
FAULTY = AxisRefused("22", "file", "sai chuẩn")


async def dead(system: System, count: int = 3, error: AxisRefused = UNKNOWN, first: int = 0) -> None:
    """So many packages which the partner refused for good."""
    partner = system.partners["national"]
    for number in range(first, first + count):
        await issued(system, f"G{number:02}", document_id=f"d{number}")
        partner.refused[f"G{number:02}"] = error
    await sent(system)
    partner.refused = {}


async def call(system: System, who: Principal, method: str, path: str, **more: Any) -> Any:
    answer = await system.client("gateway", who).request(method, path, **more)
    assert answer.status_code < 300, answer.text
    return answer.json()


async def test_dead_letters_are_listed_and_counted_by_reason(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await dead(system, 3)
        await dead(system, 2, FAULTY, first=3)
        first = await call(system, CLERK, "GET", "/v1/dead-letters?limit=2")
        rest = await call(system, CLERK, "GET", f"/v1/dead-letters?limit=200&cursor={first['next']}")
        found = first["items"] + rest["items"]
        assert [row["to_code"] for row in found] == [f"G{n:02}" for n in range(5)]
        assert (found[0]["title"], found[0]["document_id"]) == ("Về việc d0", "d0")
        assert "mã định danh" in found[0]["reason"]
        narrow = await call(system, CLERK, "GET", "/v1/dead-letters?reason_code=22&axis=national")
        assert [row["to_code"] for row in narrow["items"]] == ["G03", "G04"]
        counts = await call(system, CLERK, "GET", "/v1/dead-letters/counts")
        assert [(row["reason_code"], row["count"]) for row in counts] == [("18", 3), ("22", 2)]


async def test_others_see_nothing_of_them_and_an_administrator_not_what_they_are_about(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await dead(system, 1)
        assert (await call(system, OTHER_CLERK, "GET", "/v1/dead-letters"))["items"] == []
        answer = await system.client("gateway", OTHER_CLERK).post("/v1/replays", json={})
        assert (answer.status_code, answer.json()["kind"]) == (409, "nothing-to-replay")
        [row] = (await call(system, ADMIN, "GET", "/v1/dead-letters"))["items"]
        assert (row["title"], row["notation"], row["document_id"]) == ("", "", None)
        drafter = Principal(id="x", name="x", kind="person", office_id="o1", roles=frozenset({"specialist"}))
        for method, path in (("GET", "/v1/dead-letters"), ("GET", "/v1/dead-letters/counts"), ("POST", "/v1/replays")):
            answer = await system.client("gateway", drafter).request(method, path, json={})
            assert answer.status_code == 403, path
        replay = await call(system, CLERK, "POST", "/v1/replays", json={})
        assert (await system.client("gateway", OTHER_CLERK).get(f"/v1/replays/{replay['id']}")).status_code == 404
        assert (await system.client("gateway", CLERK).get(f"/v1/replays/{uuid4()}")).status_code == 404


async def test_a_replay_takes_what_its_filter_names_and_shows_its_progress(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await dead(system, 3)
        await dead(system, 2, FAULTY, first=3)
        replay = await call(system, CLERK, "POST", "/v1/replays", json={"reason_code": "18"})
        assert (replay["state"], replay["total"], replay["done"]) == ("running", 3, 0)
        await run_replays(system.runtime("gateway"))
        shown = await call(system, CLERK, "GET", f"/v1/replays/{replay['id']}")
        assert (shown["state"], shown["done"], shown["by_name"]) == ("done", 3, CLERK.name)
        assert {row.to_code: row.state for row in await shipments(system)} == {
            "G00": "waiting", "G01": "waiting", "G02": "waiting", "G03": "failed", "G04": "failed",
        }  # fmt: skip
        copy = (await copies(system, "d0"))["G00"]
        assert (copy["state"], copy["needs_person"], copy["last_error"]) == ("waiting", False, "")
        await sent(system)
        assert (await copies(system, "d0"))["G00"]["state"] == "sent"
        again = await system.client("gateway", CLERK).post(f"/v1/replays/{replay['id']}/stop")
        assert (again.status_code, again.json()["kind"]) == (409, "replay-over")


async def test_fresh_packages_do_not_wait_for_replayed_ones(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await dead(system, 3)
        await issued(system, "G50", document_id="d50")
        system.runtime("gateway").state["gateway_settings"] = GatewaySettings(axis_send_batch=1)
        await call(system, CLERK, "POST", "/v1/replays", json={})
        await run_replays(system.runtime("gateway"))
        await sent(system)
        assert system.partners["national"].titles() == ["Về việc d50", "Về việc d0", "Về việc d1", "Về việc d2"]


async def test_one_can_be_chosen_by_its_id_and_one_that_fails_again_is_not_taken_twice(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await dead(system, 2)
        rows = (await call(system, CLERK, "GET", "/v1/dead-letters"))["items"]
        await call(system, CLERK, "POST", "/v1/replays", json={"ids": [rows[1]["id"]]})
        await run_replays(system.runtime("gateway"))
        assert [row.state for row in await shipments(system)] == ["failed", "waiting"]
        system.partners["national"].refused = {"G01": UNKNOWN}
        await sent(system)
        await run_replays(system.runtime("gateway"))
        assert [row.state for row in await shipments(system)] == ["failed", "failed"]
        assert len(await call(system, CLERK, "GET", "/v1/replays")) == 1


async def test_a_replay_that_was_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await dead(system, 5)
        replay = await call(system, CLERK, "POST", "/v1/replays", json={"per_second": 2})
        runtime = system.runtime("gateway")
        async with runtime.work() as work:
            assert await step(work, (await _replay(work)).id) == 2
        with pytest.raises(RuntimeError):  # killed in the middle of the next step: nothing of it counts
            async with runtime.work() as work:
                await step(work, (await _replay(work)).id)
                raise RuntimeError
        assert (await call(system, CLERK, "GET", f"/v1/replays/{replay['id']}"))["done"] == 2
        async with runtime.work() as work:
            await work.execute(update(Replay).values(per_second=1000))
        await run_replays(runtime)
        shown = await call(system, CLERK, "GET", f"/v1/replays/{replay['id']}")
        assert (shown["state"], shown["done"], shown["total"]) == ("done", 5, 5)
        await sent(system)
        assert len(system.partners["national"].titles()) == 5


async def _replay(work: Any) -> Replay:
    found: Replay = await work.one(select(Replay))
    return found


async def test_a_stopped_replay_stops(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await dead(system, 3)
        replay = await call(system, CLERK, "POST", "/v1/replays", json={})
        stopped = await call(system, CLERK, "POST", f"/v1/replays/{replay['id']}/stop")
        assert stopped["state"] == "stopped"
        await run_replays(system.runtime("gateway"))
        assert {row.state for row in await shipments(system)} == {"failed"}


async def test_by_age(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await dead(system, 2)
        async with system.runtime("gateway").work() as work:
            old = update(Shipment).where(Shipment.to_code == "G00")
            await work.execute(old.values(queued_at=now().replace(year=2025)))
        replay = await call(system, CLERK, "POST", "/v1/replays", json={"older_than_hours": 24})
        assert replay["total"] == 1


def test_the_rate_is_kept() -> None:
    assert (chunk(7), chunk(10**6)) == (7, CHUNK)
    assert pause(1000, 0.1, 2000) == pytest.approx(0.4)
    assert pause(1000, 3, 2000) == 0
