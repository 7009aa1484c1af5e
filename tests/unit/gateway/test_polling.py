"""When a partner is asked: back-off and jitter, one replica at a time, nobody waits for a slow one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from services.gateway import connections
from services.gateway.axes.protocol import AxisRefused, AxisUnavailable, ReceivedItem
from services.gateway.partners.tables import Partner
from services.gateway.polling import schedule
from services.gateway.polling.actions import ELSEWHERE, poll, poll_due
from services.gateway.polling.rules import pause
from services.gateway.polling.tables import PollState
from services.gateway.service import service
from shared.clock import now
from shared.service import Runtime
from shared.testing import System, running

MINUTE = timedelta(seconds=60)


def test_an_empty_partner_is_asked_less_often_and_a_dead_one_backs_off() -> None:
    middle = {"draw": 0.5}
    waits = [pause(MINUTE, quiet=quiet, failures=0, **middle).total_seconds() for quiet in (0, 1, 4, 16, 500)]
    assert waits == [60, 75, 120, 300, 300]
    waits = [pause(MINUTE, quiet=9, failures=count, **middle).total_seconds() for count in (1, 2, 3, 4, 5, 99)]
    assert waits == [60, 120, 240, 480, 600, 600]


def test_jitter_keeps_within_a_fifth() -> None:
    spread = [pause(MINUTE, quiet=0, failures=0, draw=draw).total_seconds() for draw in (0.0, 0.5, 1.0)]
    assert spread == [48, 60, 72]


class Silent:
    """An axis with nothing for us which answers when it is let."""

    def __init__(self) -> None:
        self.asked, self.may_answer, self.down = 0, asyncio.Event(), False
        self.may_answer.set()

    async def list_received(self, _kind: str) -> list[ReceivedItem]:
        self.asked += 1
        await self.may_answer.wait()
        if self.down:
            raise AxisUnavailable("mất điện")
        return []

    async def close(self) -> None: ...


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    async with running(replace(service, jobs=[]), tmp_path=tmp_path) as found:  # the tests themselves are the clock
        yield found


async def partner(runtime: Runtime, name: str) -> Silent:
    """A configured partner whose adapter is replaced."""
    axis = Silent()
    row = Partner(name=name, title=name, kind="national", settings={}, version=0)
    connections._made(runtime)[name] = connections.Made(row, connections.kind_of("national"), axis)  # type: ignore[arg-type]
    connections.axes_of(runtime)[name] = axis  # type: ignore[assignment]
    return axis


async def state(runtime: Runtime, name: str) -> PollState:
    async with runtime.work(reading=True) as work:
        found: PollState = (await schedule.states(work))[name]
        return found


async def test_the_state_of_a_partner_follows_its_answers(system: System) -> None:
    runtime = system.runtime("gateway")
    axis = await partner(runtime, "a")
    for quiet in (1, 2):
        await poll(runtime, "a")
        found = await state(runtime, "a")
        assert (found.quiet, found.failures, found.held_by) == (quiet, 0, "")
    assert found.next_at > now() + MINUTE
    axis.down = True
    assert "mất điện" in (await poll(runtime, "a")).error
    assert (await state(runtime, "a")).failures == 1
    async with runtime.work() as work:
        await schedule.hasten(work, "a")
    async with runtime.work(reading=True) as work:
        assert await schedule.due(work, ["a", "b"]) == ["a", "b"], "asked at once after a push, or when never asked"


async def test_a_partner_that_gave_something_before_it_broke_is_soon_asked_again(system: System) -> None:
    """On a bad line many cycles end with an error: that is no outage, and does not make the pause longer."""
    runtime = system.runtime("gateway")
    axis = await partner(runtime, "a")
    axis.down = True
    for failures in (1, 2, 3):
        await poll(runtime, "a")
        assert (await state(runtime, "a")).failures == failures
    for _ in range(2):
        async with runtime.work() as work:
            await schedule.finish(work, "a", MINUTE, received=1, error="mất kết nối")
        found = await state(runtime, "a")
        assert found.failures == 1 and found.next_at < now() + MINUTE * 1.3


async def test_another_replica_leaves_a_partner_that_is_being_asked(system: System) -> None:
    runtime = system.runtime("gateway")
    axis = await partner(runtime, "a")
    async with runtime.work() as work:
        assert await schedule.lease(work, "a")
    runtime.state["replica"] = "another"
    assert (await poll(runtime, "a")).error == ELSEWHERE
    assert axis.asked == 0
    async with runtime.work(reading=True) as work:
        assert await schedule.due(work, ["a"]) == []
    async with runtime.work() as work:  # the first one died
        (await work.locked(PollState, "a")).held_until = now() - timedelta(seconds=1)
    assert (await poll(runtime, "a")).error == ""


async def test_a_cycle_that_is_broken_off_gives_the_partner_back(system: System) -> None:
    runtime = system.runtime("gateway")
    axis = await partner(runtime, "a")
    axis.may_answer.clear()
    task = asyncio.create_task(poll(runtime, "a"))
    while not axis.asked:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await state(runtime, "a")).held_until is None


async def test_nobody_waits_for_a_slow_partner(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = system.runtime("gateway")

    async def unchanged(_runtime: Runtime) -> None: ...

    monkeypatch.setattr("services.gateway.polling.actions.refresh", unchanged)
    slow, quick = await partner(runtime, "slow"), await partner(runtime, "quick")
    slow.may_answer.clear()
    await poll_due(runtime)
    async with asyncio.timeout(10):
        while quick.asked < 2 or not slow.asked:  # both kinds of message of the quick one
            await asyncio.sleep(0)
    await poll_due(runtime)
    assert slow.asked == 1
    slow.may_answer.set()


class Crowded(Silent):
    """Packages of two senders; the first one cannot be had before another sender's, and one comes in the meantime."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = ["a1", "a2", "b1"]
        self.begun: list[str] = []
        self.other = asyncio.Event()

    async def list_received(self, kind: str) -> list[ReceivedItem]:
        return [ReceivedItem(name, kind, name[0], "H60.10", "initial", "") for name in self.waiting if kind == "edoc"]

    async def download(self, item: ReceivedItem, _to: Path) -> None:
        self.begun.append(item.axis_id)
        if item.axis_id == "b1":
            self.waiting.append("a3")
            self.other.set()
        await asyncio.wait_for(self.other.wait(), 10)
        raise AxisRefused("21", "file", "không đọc được")  # holds nobody back


async def test_senders_are_taken_in_side_by_side_and_each_one_in_its_order(system: System) -> None:
    runtime = system.runtime("gateway")
    axis = Crowded()
    await partner(runtime, "a")
    connections.axes_of(runtime)["a"] = axis  # type: ignore[assignment]
    result = await poll(runtime, "a")
    assert [name for name in axis.begun if name[0] == "a"] == ["a1", "a2", "a3"]  # what came meanwhile, too
    assert sorted(axis.begun) == ["a1", "a2", "a3", "b1"]  # what stays behind is not asked for twice in one cycle
    assert "4 gói tin chưa lấy được" in result.error
