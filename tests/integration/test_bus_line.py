"""The bus on RabbitMQ over a line on which everything happens: it is found again, and nothing is lost meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import aio_pika
import pytest

from shared.messaging import rabbit, session
from shared.messaging.envelope import Envelope
from shared.messaging.rabbit import RabbitBus
from tests.conftest import Servers
from tests.integration.lines import Line

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("servers")]
BALL = "qlvb.test.ball.v1"


def balls(first: int, count: int = 20) -> list[Envelope]:
    return [
        Envelope(str(uuid4()), BALL, "/qlvb/test", f"k{n % 5}", f'{{"n": {n}}}') for n in range(first, first + count)
    ]


class Catcher:
    """Remembers every number; the handler may be held up in the middle."""

    def __init__(self) -> None:
        self.seen: set[int] = set()
        self.in_hand = asyncio.Event()
        self.go_on = asyncio.Event()
        self.go_on.set()
        self._more = asyncio.Event()

    async def __call__(self, envelope: Envelope) -> None:
        self.in_hand.set()
        await self.go_on.wait()
        self.seen.add(envelope.data["n"])
        self._more.set()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(150):
            while self.seen < set(range(count)):
                self._more.clear()
                await self._more.wait()


async def publish(bus: RabbitBus, envelopes: list[Envelope]) -> None:
    """As the relay does it: again until the bus has them."""
    async with asyncio.timeout(150):
        while True:
            try:
                return await bus.publish(envelopes)
            except session.GONE:
                await asyncio.sleep(0.05)


@pytest.fixture
async def line(servers: Servers) -> AsyncIterator[Line]:
    line = Line(servers.rabbit.url())
    await line.lay()
    yield line
    line.speak_again()
    await line.cut()


@pytest.fixture
async def queue(servers: Servers) -> AsyncIterator[str]:
    name = f"test.{uuid4().hex[:8]}"
    yield name
    async with await aio_pika.connect(servers.rabbit.url()) as connection:
        await (await connection.channel()).queue_delete(name)


@pytest.fixture
async def bus(line: Line) -> AsyncIterator[RabbitBus]:
    bus = RabbitBus(line.address)
    await bus.start()
    yield bus
    await bus.stop()


async def test_a_line_dropped_again_and_again_loses_nothing(bus: RabbitBus, line: Line, queue: str) -> None:
    catcher = Catcher()
    await bus.subscribe(queue, [BALL], catcher)
    for turn in range(8):
        sending = asyncio.create_task(publish(bus, balls(turn * 20)))
        line.drop()
        await sending
    await catcher.until(160)


async def test_what_is_in_hand_when_the_line_drops_comes_again(bus: RabbitBus, line: Line, queue: str) -> None:
    catcher = Catcher()
    catcher.go_on.clear()
    await bus.subscribe(queue, [BALL], catcher)
    await publish(bus, balls(0, 1))
    await catcher.in_hand.wait()
    line.drop()
    await publish(bus, balls(1, 1))  # the new session stands
    catcher.go_on.set()  # the old handler ends, and cannot acknowledge
    await catcher.until(2)
    async with asyncio.timeout(150):
        while await bus.waiting(queue):
            await asyncio.sleep(0)


async def test_a_consumer_cancelled_by_the_broker_takes_up_its_queue_again(
    bus: RabbitBus, servers: Servers, queue: str
) -> None:
    catcher = Catcher()
    await bus.subscribe(queue, [BALL], catcher)
    async with await aio_pika.connect(servers.rabbit.url()) as admin:
        await (await admin.channel()).queue_delete(queue)
    await stands(bus, queue)
    await publish(bus, balls(0))
    await catcher.until(20)


async def stands(bus: RabbitBus, queue: str) -> None:
    async with asyncio.timeout(150):
        while True:
            try:
                await bus.waiting(queue)
                return
            except session.GONE:
                await asyncio.sleep(0.05)


async def test_a_broker_that_does_not_confirm_is_asked_anew(
    bus: RabbitBus, line: Line, queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rabbit, "CONFIRM_SECONDS", 0.5)
    monkeypatch.setattr(session, "CLOSE_SECONDS", 0.2)
    catcher = Catcher()
    await bus.subscribe(queue, [BALL], catcher)
    line.go_silent()
    with pytest.raises(TimeoutError):
        await bus.publish(balls(0))
    line.speak_again()
    await publish(bus, balls(0))
    await catcher.until(20)


async def test_a_message_nobody_can_read_stops_no_other(bus: RabbitBus, servers: Servers, queue: str) -> None:
    catcher = Catcher()
    await bus.subscribe(queue, [BALL], catcher)
    async with await aio_pika.connect(servers.rabbit.url()) as stranger:
        exchange = await (await stranger.channel()).get_exchange(rabbit.EXCHANGE)
        await exchange.publish(aio_pika.Message(b"\xff\xfe", headers={"cloudEvents:time": "noon"}), BALL)
    await publish(bus, balls(0))
    await catcher.until(20)
