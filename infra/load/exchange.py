"""Documents from the clerk's “issue” to the receivers' registers, as fast as the system lets them; nobody polls."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from contracts.registry.events import DocumentRegisteredV1, IncomingReceivedV2
from infra.load.office_work import Desk, Order
from infra.load.people import NO_ANSWER, Caller, Office, Person
from infra.load.stand_in import StandIn
from infra.stack import Stack
from shared.messaging.envelope import Envelope
from shared.messaging.rabbit import RabbitBus

QUEUE = "qlvb.load-clerks"
HEARD = [IncomingReceivedV2.message_type, DocumentRegisteredV1.message_type]
PATIENCE = 120.0  # seconds for one document

Sealed = tuple[Order, dict[str, Any]]


class Exchange:
    """The clerks of the province, told by the broker. Use as an asynchronous context."""

    def __init__(self, stack: Stack, offices: Sequence[Office]) -> None:
        self._offices = offices
        self._caller = Caller({name: stack.url(name) for name in stack.names})
        self._signing = StandIn(stack.rabbit.url(), stack.data)
        self._bus = RabbitBus(stack.rabbit.url(), concurrency=32)
        self._desk = Desk(self._caller, self._signing)
        self._clerk_of: dict[str, Person] = {}
        self._registered: dict[str, int] = defaultdict(int)  # by identifier
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> Exchange:
        for office in self._offices:
            if clerk := office.who("clerk"):
                await self._caller.log_in(clerk)
                self._clerk_of[clerk.profile["office_id"]] = clerk
        await self._signing.start()
        await self._bus.start()
        await self._bus.subscribe(QUEUE, HEARD, self._heard)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._bus.stop()
        await self._signing.stop()
        await self._caller.close()

    async def sealed(self, orders: Sequence[Order], at_once: int = 8) -> list[Sealed]:
        """Everything before the clerk's last click, for each order."""
        turn = asyncio.Semaphore(at_once)

        async def one(order: Order) -> Sealed:
            async with turn:
                return order, await self._desk.prepare(order)

        return await asyncio.gather(*(one(order) for order in orders))

    async def send(self, documents: Sequence[Sealed], at_once: int) -> float:
        """Issue all with `at_once` under way at any time; seconds until the last is in the last register."""
        turn = asyncio.Semaphore(at_once)

        async def one(order: Order, document: dict[str, Any]) -> None:
            async with turn:
                await self.through(order, document)

        started = time.perf_counter()
        await asyncio.gather(*(one(*pair) for pair in documents))
        return time.perf_counter() - started

    async def through(self, order: Order, document: dict[str, Any]) -> None:
        """One document, issued and in every receiver's register. Raises TimeoutError."""
        await self._desk.issue(order, document)
        identifier = document["identifier"]
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: self._registered[identifier] == len(order.recipients))
        del self._registered[identifier]

    async def _heard(self, envelope: Envelope) -> None:
        if envelope.type == DocumentRegisteredV1.message_type:
            async with self._changed:
                self._registered[envelope.data["identifier"]] += 1
                self._changed.notify_all()
            return
        await asyncio.gather(*(self._accept(one) for one in envelope.data["incoming"]))

    async def _accept(self, incoming: dict[str, Any]) -> None:
        clerk = self._clerk_of[incoming["office"]["office_id"]]
        path = f"/v1/incoming/{incoming['incoming_id']}/accept"
        await self._caller.call(clerk, "registry", "POST", path, body={"note": "đã xem"}, headers=NO_ANSWER)


def orders_to(offices: Sequence[Office], count: int, recipients: int, name: str) -> list[Order]:
    """`count` orders, each from the next office that can send to the `recipients` offices after it."""
    senders = [o for o in offices if o.who("specialist") and o.who("leader") and o.who("clerk")]
    receivers = [o for o in offices if o.who("clerk")]
    made = []
    for number in range(count):
        sender = senders[number % len(senders)]
        others = [o for o in receivers if o is not sender]
        chosen = [others[(number + step) % len(others)] for step in range(recipients)]
        made.append(Order(f"{name}-{number:05d}", sender, tuple((o.organ_id, o.name) for o in chosen)))
    return made
