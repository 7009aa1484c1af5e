"""The queue: order, urgency, partners that are down, packages that spoil, patience that ends."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from services.gateway.axes.protocol import AxisRefused, AxisUnavailable
from services.gateway.lamps import actions as lamps
from services.gateway.patience.rules import patience
from services.gateway.sending.job import give_up_old, keep_sending
from shared.clock import now
from tests.unit.gateway.exchange import CLERK, copies, exchange, issued, lamp, route_to, sent, shipments

DEAD = AxisUnavailable("không kết nối được")
MINUTES = timedelta(minutes=1)


async def test_packages_to_a_receiver_leave_in_order_and_urgent_ones_before_them(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        for number in range(12):
            await issued(system, "G01", "G02", document_id=f"d{number}", urgency=3 if number in (5, 9) else 0)
        await sent(system)
        wanted = [f"Về việc d{n}" for n in (5, 9, 0, 1, 2, 3, 4, 6, 7, 8, 10, 11)]
        partner = system.partners["national"]
        assert partner.titles("G01") == partner.titles("G02") == wanted


async def test_one_that_is_tried_again_holds_back_its_own_receiver_only(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        for number in range(3):
            await issued(system, "G01", "G02", document_id=f"d{number}")
        partner = system.partners["national"]
        partner.refused = {"G01": AxisUnavailable("lỗi hệ thống", "20")}
        await sent(system)
        assert partner.titles() == [f"Về việc d{n}" for n in range(3)]
        assert (await copies(system, "d0"))["G01"]["attempts"] == 1
        assert [(await copies(system, f"d{n}"))["G01"]["attempts"] for n in (1, 2)] == [0, 0]
        partner.refused = {}
        with time_machine.travel(now() + 5 * MINUTES):
            await sent(system)
        assert partner.titles("G01") == [f"Về việc d{n}" for n in range(3)]


async def test_an_urgent_one_does_not_wait_for_one_that_is_tried_again(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        partner = system.partners["national"]
        await issued(system, "G01", document_id="d1")
        partner.failures = [AxisUnavailable("lỗi hệ thống", "20")]
        await sent(system)
        await issued(system, "G01", document_id="d2")
        await issued(system, "G01", document_id="d3", urgency=2)
        await sent(system)
        assert partner.titles() == ["Về việc d3"]


async def test_a_partner_down_for_eight_hours_costs_nobody_else_anything(tmp_path: Path) -> None:
    """Nothing lost, nothing doubled, order kept; the other partner's packages never wait."""
    async with exchange(tmp_path, "national", "lgsp") as system:
        dead, alive = system.partners["national"], system.partners["lgsp"]
        dead.down = DEAD
        with time_machine.travel(now(), tick=True) as traveller:
            for hour in range(8):
                await issued(system, "G01", "G02", "L01", document_id=f"d{hour}")
                await route_to(system, "lgsp", "L01")
                await sent(system)
                assert len(alive.titles()) == hour + 1
                for _ in range(4):
                    traveller.shift(15 * MINUTES)
                    await sent(system)
            assert (await lamp(system))["circuit"] == "open"
            assert (await lamp(system, "lgsp"))["circuit"] == "closed"
            assert dead.tries <= patience().circuit_failures + 8 * 4 + 8  # the dead one is hardly asked
            dead.down = None
            traveller.shift(20 * MINUTES)
            await sent(system)
        wanted = [f"Về việc d{hour}" for hour in range(8)]
        assert dead.titles("G01") == dead.titles("G02") == alive.titles("L01") == wanted
        assert (await lamp(system))["circuit"] == "closed"
        assert (await lamp(system))["waiting"] == 0


async def test_a_slow_partner_does_not_keep_others_waiting(tmp_path: Path) -> None:
    async with exchange(tmp_path, "national", "lgsp") as system:
        await issued(system, "G01", "L01")
        await route_to(system, "lgsp", "L01")
        slow, quick = system.partners["national"], system.partners["lgsp"]
        answer, prompt = asyncio.Event(), slow.send

        async def late(*args, **kwargs):
            await answer.wait()
            return await prompt(*args, **kwargs)

        slow.send = late
        system.runtime("gateway").state["axes"] = dict(system.partners)
        job = asyncio.create_task(keep_sending(system.runtime("gateway")))
        try:
            async with asyncio.timeout(20):
                while not quick.sent:
                    await asyncio.sleep(0.01)
                await issued(system, "L01", document_id="d2")
                await route_to(system, "lgsp", "L01")
                while len(quick.sent) < 2:
                    await asyncio.sleep(0.01)
                assert not slow.sent
                answer.set()
                while not slow.sent:
                    await asyncio.sleep(0.01)
        finally:
            job.cancel()
            await asyncio.gather(job, return_exceptions=True)


async def test_a_package_that_spoils_does_not_hold_the_others_up(tmp_path: Path) -> None:
    """One at which the partner breaks off each time; the rest goes on between its tries."""
    async with exchange(tmp_path) as system:
        await issued(system, "BAD", *(f"G{n}" for n in range(40)))
        partner = system.partners["national"]
        partner.refused = {"BAD": DEAD}
        await sent(system)
        assert len(partner.titles()) == 40
        assert (await lamp(system))["circuit"] == "closed"


async def test_wrong_credentials_stop_the_partner_and_a_person_lets_it_try_at_once(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await issued(system, "G01", "G02", "G03")
        partner = system.partners["national"]
        partner.down = AxisRefused("15", "credentials", "Sai mã")
        await sent(system)
        shown = await lamp(system)
        assert (shown["circuit"], shown["up"], shown["waiting"]) == ("open", False, 3)
        partner.down = None
        await sent(system)
        assert partner.sent == []
        client = system.client("gateway", CLERK)
        assert (await client.post("/v1/axes/national/try")).status_code == 200
        await sent(system)
        assert len(partner.sent) == 3
        assert (await client.post("/v1/axes/none/try")).status_code == 404


async def test_the_lamp_says_when_the_last_package_left_and_is_written_once_a_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with exchange(tmp_path) as system:
        system.partners["national"].refused = {"BAD": AxisRefused("18", "receiver", "không có")}
        await issued(system, "BAD")
        await sent(system)
        assert (await lamp(system))["sent_at"] is None
        before = now()
        await issued(system, "G01", document_id="d7")
        await sent(system)
        first = datetime.fromisoformat((await lamp(system))["sent_at"])
        assert before <= first <= now()
        await issued(system, "G02", document_id="d8")
        await sent(system)
        assert datetime.fromisoformat((await lamp(system))["sent_at"]) == first
        monkeypatch.setattr(lamps, "NOTED_EVERY", timedelta(0))
        await issued(system, "G03", document_id="d9")
        await sent(system)
        assert datetime.fromisoformat((await lamp(system))["sent_at"]) > first


@pytest.mark.parametrize("count", [1, 12])
async def test_lost_answers_are_looked_up_once_for_all(tmp_path: Path, count: int) -> None:
    async with exchange(tmp_path) as system:
        await issued(system, *(f"G{n}" for n in range(count)))
        partner = system.partners["national"]
        partner.lose_answers = count
        await sent(system)
        with time_machine.travel(now() + 30 * MINUTES):
            await sent(system)
            await sent(system)
        assert len(partner.sent) == count
        assert partner.asked <= 2
        assert {row.state for row in await shipments(system)} == {"sent"}


async def test_a_dead_sender_s_packages_are_taken_up_after_its_lease_and_not_sent_twice(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await issued(system, "G01")
        partner = system.partners["national"]
        partner.lose_answers = 1
        await sent(system)
        async with system.runtime("gateway").work() as work:
            row = await work.locked(type((await shipments(system))[0]), (await shipments(system))[0].id)
            row.state, row.lease_until = "sending", now() + 10 * MINUTES
        await sent(system)
        assert (await shipments(system))[0].state == "sending"
        with time_machine.travel(now() + 11 * MINUTES):
            await sent(system)
        assert (await shipments(system))[0].state == "sent"
        assert len(partner.sent) == 1


async def test_what_cannot_be_sent_for_days_goes_to_a_person(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await issued(system, "G01", "G02")
        partner = system.partners["national"]
        partner.down = DEAD
        await sent(system)
        runtime = system.runtime("gateway")
        await give_up_old(runtime)
        assert not any(copy["needs_person"] for copy in (await copies(system)).values())
        with time_machine.travel(now() + patience().give_up + MINUTES):
            await give_up_old(runtime)
            found = await copies(system)
            assert all(copy["state"] == "failed" and copy["needs_person"] for copy in found.values())
            assert "bản giấy" in found["G01"]["last_error"]
            assert (await lamp(system))["dead_letters"] == 2
            partner.down = None
            path = f"/v1/deliveries/{found['G01']['id']}/retry"
            assert (await system.client("gateway", CLERK).post(path)).status_code == 200
            await give_up_old(runtime)  # patience begins anew with the person's act
            await system.client("gateway", CLERK).post("/v1/axes/national/try")
            await sent(system)
            assert (await copies(system))["G01"]["state"] == "sent"


async def test_a_package_that_the_axis_has_already_counts_as_sent(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await issued(system, "G01")
        system.partners["national"].failures = [AxisRefused("ExistDoc", "unknown", "đã có")]
        await sent(system)
        assert (await copies(system))["G01"]["state"] == "sent"
