"""The envelope of a message (CloudEvents 1.0; AMQP binary mode on RabbitMQ) and what a bus promises."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from shared.clock import now


@dataclass(frozen=True)
class Envelope:
    """`key` orders: messages of one key are handled one after the other. `body` is JSON."""

    id: str
    type: str
    source: str
    key: str
    body: str
    correlation_id: str = ""
    urgent: bool = False
    time: datetime = field(default_factory=now)
    attempt: int = 1
    redelivered: bool = False  # handed out before, by a bus that does not know what became of it

    @property
    def data(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


Handler = Callable[[Envelope], Awaitable[None]]


class GiveUp(Exception):
    """The message can never be handled: straight to the dead letters, with this reason."""


@dataclass(frozen=True)
class DeadLetter:
    queue: str
    envelope: Envelope
    reason: str


class Bus(Protocol):
    """Durable, at least once, retried with back-off, dead-lettered with a reason, in order per key."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def publish(self, envelopes: list[Envelope]) -> None:
        """Returns when the bus has every message safe."""

    async def declare(self, queue: str, types: list[str]) -> None:
        """Make the queue and bind it to the types, in every version: from now on nothing of them is lost."""

    async def subscribe(self, queue: str, types: list[str], handler: Handler) -> None:
        """Declare, and start handling."""

    async def waiting(self, queue: str) -> int: ...

    async def dead_count(self, queue: str) -> int:
        """How many lie there; those that somebody looks at just now may not count."""

    async def dead_letters(self, queue: str, limit: int = 1000) -> list[DeadLetter]:
        """The oldest ones; they stay where they are."""

    async def replay(self, queue: str, message_id: str | None = None) -> int:
        """Put one dead letter, or all that lie there now, back; returns how many. Killed in the middle, it has put some
        back and the others still lie there; one that came back twice counts once (inbox)."""


def any_version(message_type: str) -> str:
    """`….draft-submitted.v1` → `….draft-submitted.*`: an unknown version must be seen, not lost."""
    return message_type.rsplit(".", 1)[0] + ".*"


def matches(pattern: str, message_type: str) -> bool:
    return fnmatch.fnmatchcase(message_type, pattern)


def backoff(attempt: int) -> float:
    """Seconds before the next try: 0.5, 1, 2, 4 … at most 60."""
    return float(min(0.5 * 2 ** min(attempt - 1, 10), 60))
