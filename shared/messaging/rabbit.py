"""The bus on RabbitMQ: a topic exchange, one quorum queue a service and a second one for urgent documents, delayed
retries, dead letters. CloudEvents in AMQP binary mode: attributes as headers `cloudEvents:…`, the data as body.

Order: messages of one key are handled one after the other within a process. Across replicas a handler may meet a
message early; it refuses, and the message comes again.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import datetime
from functools import partial
from typing import Any

import aio_pika
import structlog
from aio_pika.abc import AbstractIncomingMessage, AbstractRobustChannel
from aio_pika.exceptions import AMQPError

from shared.messaging.envelope import DeadLetter, Envelope, GiveUp, Handler, any_version

log = structlog.get_logger()

EXCHANGE = "qlvb"
URGENT = "qlvb.urgent"
DELAYS = (1, 5, 30, 60)  # seconds; the tries beyond stay at the last
QUORUM = {"x-queue-type": "quorum"}
STOP_SECONDS = 2.0


class RabbitBus:
    def __init__(self, url: str, *, concurrency: int = 8, max_attempts: int = 8) -> None:
        self._url = url
        self._concurrency = concurrency
        self._max_attempts = max_attempts
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._tags: list[tuple[Any, str]] = []

    async def start(self) -> None:
        self._connection = await aio_pika.connect_robust(self._url)
        self._channel: AbstractRobustChannel = await self._connection.channel(publisher_confirms=True)
        self._consuming = await self._connection.channel()
        await self._consuming.set_qos(prefetch_count=self._concurrency)
        self._exchange = await self._channel.declare_exchange(EXCHANGE, aio_pika.ExchangeType.TOPIC, durable=True)
        self._urgent = await self._channel.declare_exchange(URGENT, aio_pika.ExchangeType.TOPIC, durable=True)

    async def stop(self) -> None:
        """Take nothing more and go. A broker that does not answer is not waited for: what is in hand comes again."""
        for step in (self._take_no_more, self._connection.close):
            try:
                async with asyncio.timeout(STOP_SECONDS):
                    await step()
            except (TimeoutError, AMQPError, OSError) as error:
                log.warning("bus.left_unanswered", error=repr(error))

    async def _take_no_more(self) -> None:
        for queue, tag in self._tags:
            await queue.cancel(tag)

    async def publish(self, envelopes: list[Envelope]) -> None:
        await asyncio.gather(*(self._publish(envelope) for envelope in envelopes))

    async def _publish(self, envelope: Envelope) -> None:
        exchange = self._urgent if envelope.urgent else self._exchange
        await exchange.publish(_message(envelope), routing_key=envelope.type, mandatory=False)

    async def declare(self, queue: str, types: list[str]) -> None:
        """Queue, delays, dead letters and bindings. Whoever deploys does it first: no fact is told to nobody."""
        await self._channel.declare_queue(f"{queue}.dead", durable=True, arguments=QUORUM)
        for suffix, exchange in (("", self._exchange), (".urgent", self._urgent)):
            name = queue + suffix
            for seconds in DELAYS:
                await self._channel.declare_queue(
                    f"{name}.retry-{seconds}", durable=True, arguments=_delayed(seconds, name)
                )
            declared = await self._channel.declare_queue(name, durable=True, arguments=QUORUM)
            for pattern in sorted({any_version(t) for t in types}):
                await declared.bind(exchange, routing_key=pattern)

    async def subscribe(self, queue: str, types: list[str], handler: Handler) -> None:
        await self.declare(queue, types)
        for name in (queue, queue + ".urgent"):
            consumed = await self._consuming.get_queue(name)
            tag = await consumed.consume(partial(self._handle, queue, name, handler))
            self._tags.append((consumed, tag))

    async def _handle(self, queue: str, name: str, handler: Handler, message: AbstractIncomingMessage) -> None:
        envelope = _envelope(message)
        async with self._locks[f"{queue}:{envelope.key}"]:
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
        if not self._locks[f"{queue}:{envelope.key}"].locked():
            self._locks.pop(f"{queue}:{envelope.key}", None)

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
        await self._channel.default_exchange.publish(copy, routing_key=queue)

    async def waiting(self, queue: str) -> int:
        """Messages ready in the queue and its delays (those in hands are not counted by the broker)."""
        names = [queue + s for s in ("", ".urgent")]
        names += [f"{name}.retry-{seconds}" for name in names for seconds in DELAYS]
        return await self._count(*names)

    async def dead_count(self, queue: str) -> int:
        return await self._count(f"{queue}.dead")

    async def _count(self, *queues: str) -> int:
        """On a channel of its own: one that declared a queue remembers what it counted then."""
        channel = await self._connection.channel()
        try:
            found = [await channel.declare_queue(name, passive=True, robust=False) for name in queues]
            return sum(queue.declaration_result.message_count or 0 for queue in found)
        finally:
            await channel.close()

    async def dead_letters(self, queue: str, limit: int = 1000) -> list[DeadLetter]:
        letters: list[DeadLetter] = []
        channel = await self._connection.channel()
        dead = await channel.get_queue(f"{queue}.dead")
        while len(letters) < limit and (message := await dead.get(fail=False)) is not None:
            letters.append(DeadLetter(queue, _envelope(message), str(message.headers.get("reason", ""))))
        await channel.close()  # what was not acknowledged goes back
        return letters

    async def replay(self, queue: str, message_id: str | None = None) -> int:
        channel = await self._connection.channel()
        dead = await channel.get_queue(f"{queue}.dead")
        done: set[str | None] = set()
        while (message := await dead.get(fail=False)) is not None:
            if message.message_id in done:
                break  # it died again meanwhile: everything behind it did so too
            if message_id in (None, message.message_id):
                await self._send_to(queue, message, 1, "")
                await message.ack()
                done.add(message.message_id)
            if message_id == message.message_id:
                break
        await channel.close()  # what was not acknowledged goes back
        return len(done)


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
        id=str(h["cloudEvents:id"]),
        type=str(h["cloudEvents:type"]),
        source=str(h["cloudEvents:source"]),
        key=str(h["cloudEvents:subject"]),
        body=message.body.decode(),
        correlation_id=str(h.get("cloudEvents:correlationid", "")),
        urgent=bool(h.get("urgent")),
        time=datetime.fromisoformat(str(h["cloudEvents:time"])),
        attempt=int(str(h.get("attempt", 1))),
        redelivered=bool(message.redelivered),
    )
