"""What a bus promises, written once; the embedded bus and RabbitMQ both keep it."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from shared.messaging.embedded import EmbeddedBus
from shared.messaging.envelope import Bus, Envelope, GiveUp
from shared.messaging.rabbit import RabbitBus


def message(n: int, key: str = "k", kind: str = "ball", version: int = 1, urgent: bool = False) -> Envelope:
    return Envelope(str(uuid4()), f"qlvb.test.{kind}.v{version}", "/qlvb/test", key, f'{{"n": {n}}}', urgent=urgent)


class Catcher:
    """A handler that remembers, and fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.seen: list[int] = []
        self.failures = failures
        self.more = asyncio.Event()

    async def __call__(self, envelope: Envelope) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("not yet")
        self.seen.append(envelope.data["n"])
        self.more.set()

    async def until(self, count: int) -> list[int]:
        async with asyncio.timeout(30):
            while len(self.seen) < count:
                self.more.clear()
                await self.more.wait()
        return self.seen


class BusPromises:
    async def test_a_message_reaches_every_queue_that_wants_its_type(self, bus: Bus, queue: str) -> None:
        one, two = Catcher(), Catcher()
        await bus.subscribe(queue + "a", ["qlvb.test.ball.v1"], one)
        await bus.subscribe(queue + "b", ["qlvb.test.ball.v1"], two)
        await bus.publish([message(1), message(2, kind="other")])
        assert await one.until(1) == [1]
        assert await two.until(1) == [1]

    async def test_messages_of_one_key_arrive_in_order(self, bus: Bus, queue: str) -> None:
        catcher = Catcher()
        await bus.subscribe(queue, ["qlvb.test.ball.v1"], catcher)
        for n in range(50):
            await bus.publish([message(n)])
        assert await catcher.until(50) == list(range(50))

    async def test_a_failed_message_comes_again(self, bus: Bus, queue: str) -> None:
        catcher = Catcher(failures=1)
        await bus.subscribe(queue, ["qlvb.test.ball.v1"], catcher)
        await bus.publish([message(7)])
        assert await catcher.until(1) == [7]

    async def test_a_hopeless_message_lies_in_the_dead_letters_and_can_be_replayed(self, bus: Bus, queue: str) -> None:
        gave_up = asyncio.Event()
        hopeless, seen = [True], Catcher()

        async def handler(envelope: Envelope) -> None:
            if hopeless[0]:
                gave_up.set()
                raise GiveUp("không đọc được")
            await seen(envelope)

        await bus.subscribe(queue, ["qlvb.test.ball.v1"], handler)
        await bus.publish([message(9)])
        await asyncio.wait_for(gave_up.wait(), 10)
        async with asyncio.timeout(10):
            while not (letters := await bus.dead_letters(queue)):
                await asyncio.sleep(0)
        assert [(x.envelope.data["n"], x.reason) for x in letters] == [(9, "không đọc được")]
        async with asyncio.timeout(10):
            while await bus.dead_count(queue) != 1:  # RabbitMQ counts those that were looked at when they are back
                await asyncio.sleep(0)
        assert await bus.replay(queue) == 1
        async with asyncio.timeout(10):
            while not await bus.dead_letters(queue, limit=1):  # it died again, and was not taken twice
                await asyncio.sleep(0)
        hopeless[0] = False
        assert await bus.replay(queue) == 1
        assert await seen.until(1) == [9]
        assert await bus.dead_letters(queue) == []

    async def test_an_unknown_version_reaches_the_queue(self, bus: Bus, queue: str) -> None:
        catcher = Catcher()
        await bus.subscribe(queue, ["qlvb.test.ball.v1"], catcher)
        await bus.publish([message(3, version=9)])
        assert await catcher.until(1) == [3]


@pytest.fixture
def queue() -> str:
    return f"test.{uuid4().hex[:8]}"


class TestEmbeddedBus(BusPromises):
    @pytest.fixture
    async def bus(self, tmp_path):
        bus = EmbeddedBus(tmp_path / "bus.sqlite")
        await bus.start()
        yield bus
        await bus.stop()

    async def test_a_waiting_message_survives_a_restart(self, tmp_path) -> None:
        first = EmbeddedBus(tmp_path / "kept.sqlite")
        await first.start()
        await first.subscribe("q", ["qlvb.test.ball.v1"], Catcher(failures=1000))
        await first.publish([message(5)])
        await first.stop()
        second, catcher = EmbeddedBus(tmp_path / "kept.sqlite"), Catcher()
        await second.start()
        await second.subscribe("q", ["qlvb.test.ball.v1"], catcher)
        assert await catcher.until(1) == [5]
        await second.stop()


@pytest.mark.integration
@pytest.mark.xdist_group("servers")
class TestRabbitBus(BusPromises):
    @pytest.fixture
    async def bus(self, servers):
        bus = RabbitBus(servers.rabbit.url())
        await bus.start()
        yield bus
        await bus.stop()
