"""The bus on RabbitMQ: a topic exchange, one quorum queue a service and a second one for urgent documents, delayed
retries, dead letters. CloudEvents in AMQP binary mode: attributes as headers `cloudEvents:…`, the data as body.

Order: messages of one key are handled one after the other within a process. Across replicas a handler may meet a
message early; it refuses, and the message comes again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from shared.messaging.envelope import DeadLetter, Envelope, GiveUp, Handler, any_version
from shared.messaging.session import GONE, Line, Session

log = structlog.get_logger()

EXCHANGE = "qlvb"
URGENT = "qlvb.urgent"
DELAYS = (1, 5, 30, 60)  # seconds; the tries beyond stay at the last
QUORUM: dict[str, Any] = {"x-queue-type": "quorum"}
CONFIRM_SECONDS = 30.0  # a broker that has not taken messages by then is asked anew on another session


@dataclass
class Subscription:
    queue: str
    types: list[str]
    handler: Handler


@dataclass
class Turn:
    """Who works at a key, and how many stand for it."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    standing: int = 0


class RabbitBus:
    def __init__(self, url: str, *, concurrency: int = 8, max_attempts: int = 8) -> None:
        self._max_attempts = max_attempts
        self._line = Line(url, concurrency, self._make_ready)
        self._subscriptions: list[Subscription] = []
        self._turns: dict[str, Turn] = {}

    async def start(self) -> None:
        await self._line.start()

    async def stop(self) -> None:
        await self._line.stop()

    async def publish(self, envelopes: list[Envelope]) -> None:
        await self._send(
            [(URGENT if envelope.urgent else EXCHANGE, envelope.type, _message(envelope)) for envelope in envelopes]
        )

    async def _send(self, messages: list[tuple[str, str, aio_pika.Message]]) -> None:
        """(exchange, routing key, message) each; back when the broker has confirmed all. Raises when it does not."""
        async with asyncio.timeout(CONFIRM_SECONDS):
            session = await self._line.session()
        try:
            async with session.within(CONFIRM_SECONDS):
                await asyncio.gather(*(_confirmed(session, *message) for message in messages))
        except TimeoutError:
            session.lose()
            raise

    async def declare(self, queue: str, types: list[str]) -> None:
        """Queue, delays, dead letters and bindings. Whoever deploys does it first: no fact is told to nobody."""
        session = await self._line.session()
        await _declare(session.publishing, queue, types)

    async def subscribe(self, queue: str, types: list[str], handler: Handler) -> None:
        subscription = Subscription(queue, types, handler)
        session = await self._line.session()
        self._subscriptions.append(subscription)  # from here on each new session takes it along
        try:
            await self._take_up(session, subscription)
        except GONE as error:
            log.warning("bus.subscribed_later", queue=queue, error=repr(error))
            session.lose()

    async def _make_ready(self, session: Session) -> None:
        await _exchanges(session.publishing)
        for subscription in self._subscriptions:
            await self._take_up(session, subscription)

    async def _take_up(self, session: Session, subscription: Subscription) -> None:
        await _declare(session.publishing, subscription.queue, subscription.types)
        for name in (subscription.queue, subscription.queue + ".urgent"):
            consumed = await session.consuming.get_queue(name, ensure=False)
            await consumed.consume(partial(self._take, session, subscription, name))

    async def _take(
        self, session: Session, subscription: Subscription, name: str, message: AbstractIncomingMessage
    ) -> None:
        """Handle it. What cannot be brought to an end with the broker comes again on the next session."""
        try:
            await self._handle(subscription.queue, name, subscription.handler, message)
        except GONE as error:
            log.warning("message.left_in_hand", queue=name, error=repr(error))
            session.lose()

    async def _handle(self, queue: str, name: str, handler: Handler, message: AbstractIncomingMessage) -> None:
        envelope = _envelope(message)
        async with self._turn(f"{queue}:{envelope.key}"):
            try:
                await handler(envelope)
            except asyncio.CancelledError:
                raise
            except GiveUp as error:
                await self._send_to(f"{queue}.dead", message, envelope.attempt, str(error))
            except Exception as error:
                log.warning(
                    "message.failed", queue=name, type=envelope.type, attempt=envelope.attempt, error=repr(error)
                )
                await self._again(queue, name, message, envelope, repr(error))
            await message.ack()

    @asynccontextmanager
    async def _turn(self, key: str) -> AsyncIterator[None]:
        """One after the other."""
        turn = self._turns.setdefault(key, Turn())
        turn.standing += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.standing -= 1
            if not turn.standing:
                del self._turns[key]

    async def _again(
        self, queue: str, name: str, message: AbstractIncomingMessage, envelope: Envelope, reason: str
    ) -> None:
        if envelope.attempt >= self._max_attempts:
            await self._send_to(f"{queue}.dead", message, envelope.attempt, reason)
            return
        delay = DELAYS[min(envelope.attempt - 1, len(DELAYS) - 1)]
        await self._send_to(f"{name}.retry-{delay}", message, envelope.attempt + 1, reason)

    async def _send_to(self, queue: str, message: AbstractIncomingMessage, attempt: int, reason: str) -> None:
        headers = {**message.headers, "attempt": attempt, "reason": reason[:500]}
        for internal in [k for k in headers if k.startswith("x-")]:
            del headers[internal]
        copy = aio_pika.Message(
            message.body,
            headers=headers,
            content_type=message.content_type,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            message_id=message.message_id,
        )
        await self._send([("", queue, copy)])

    async def waiting(self, queue: str) -> int:
        """Messages ready in the queue and its delays (those in hands are not counted by the broker)."""
        names = [queue + s for s in ("", ".urgent")]
        names += [f"{name}.retry-{seconds}" for name in names for seconds in DELAYS]
        return await self._count(*names)

    async def dead_count(self, queue: str) -> int:
        return await self._count(f"{queue}.dead")

    async def _count(self, *queues: str) -> int:
        async with self._channel() as channel:
            found = [await channel.declare_queue(name, passive=True) for name in queues]
            return sum(queue.declaration_result.message_count or 0 for queue in found)

    async def dead_letters(self, queue: str, limit: int = 1000) -> list[DeadLetter]:
        letters: list[DeadLetter] = []
        async with self._channel() as channel:
            dead = await channel.get_queue(f"{queue}.dead")
            while len(letters) < limit and (message := await dead.get(fail=False)) is not None:
                letters.append(DeadLetter(queue, _envelope(message), str(message.headers.get("reason", ""))))
        return letters

    async def replay(self, queue: str, message_id: str | None = None) -> int:
        done: set[str | None] = set()
        async with self._channel() as channel:
            dead = await channel.get_queue(f"{queue}.dead")
            while (message := await dead.get(fail=False)) is not None:
                if message.message_id in done:
                    break  # it died again meanwhile: everything behind it did so too
                if message_id in (None, message.message_id):
                    await self._send_to(queue, message, 1, "")
                    await message.ack()
                    done.add(message.message_id)
                if message_id == message.message_id:
                    break
        return len(done)

    @asynccontextmanager
    async def _channel(self) -> AsyncIterator[AbstractChannel]:
        """One for a short look; what was taken on it and not acknowledged goes back."""
        session = await self._line.session()
        channel = await session.connection.channel()
        try:
            yield channel
        finally:
            await channel.close()


async def _confirmed(session: Session, exchange: str, routing_key: str, message: aio_pika.Message) -> None:
    way = await session.publishing.get_exchange(exchange, ensure=False) if exchange else None
    await (way or session.publishing.default_exchange).publish(message, routing_key=routing_key, mandatory=False)


async def _exchanges(channel: AbstractChannel) -> None:
    for name in (EXCHANGE, URGENT):
        await channel.declare_exchange(name, aio_pika.ExchangeType.TOPIC, durable=True)


async def _declare(channel: AbstractChannel, queue: str, types: list[str]) -> None:
    await channel.declare_queue(f"{queue}.dead", durable=True, arguments=QUORUM)
    for suffix, exchange in (("", EXCHANGE), (".urgent", URGENT)):
        name = queue + suffix
        for seconds in DELAYS:
            await channel.declare_queue(f"{name}.retry-{seconds}", durable=True, arguments=_delayed(seconds, name))
        declared = await channel.declare_queue(name, durable=True, arguments=QUORUM)
        for pattern in sorted({any_version(t) for t in types}):
            await declared.bind(exchange, routing_key=pattern)


def _delayed(seconds: int, back_to: str) -> dict[str, Any]:
    """A queue in which a message waits and then goes back; the broker forgets it only when it is there for certain."""
    return {
        **QUORUM,
        "x-message-ttl": seconds * 1000,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": back_to,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def _message(e: Envelope) -> aio_pika.Message:
    headers = {
        "cloudEvents:specversion": "1.0",
        "cloudEvents:id": e.id,
        "cloudEvents:type": e.type,
        "cloudEvents:source": e.source,
        "cloudEvents:time": e.time.isoformat(),
        "cloudEvents:subject": e.key,
        "cloudEvents:correlationid": e.correlation_id,
        "urgent": e.urgent,
        "attempt": e.attempt,
    }
    return aio_pika.Message(
        e.body.encode(),
        headers=headers,  # type: ignore[arg-type]
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        message_id=e.id,
    )


def _envelope(message: AbstractIncomingMessage) -> Envelope:
    h = message.headers
    return Envelope(
        id=str(h.get("cloudEvents:id") or message.message_id),
        type=str(h.get("cloudEvents:type", "")),
        source=str(h.get("cloudEvents:source", "")),
        key=str(h.get("cloudEvents:subject", "")),
        body=message.body.decode(errors="replace"),
        correlation_id=str(h.get("cloudEvents:correlationid", "")),
        urgent=bool(h.get("urgent")),
        time=_time(h.get("cloudEvents:time")),
        attempt=int(str(h.get("attempt", 1))),
        redelivered=bool(message.redelivered),
    )


def _time(told: object) -> datetime:
    try:
        return datetime.fromisoformat(str(told))
    except ValueError:
        return datetime.now(UTC)
