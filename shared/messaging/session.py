"""The line to RabbitMQ: one session after the other, each of one connection and its channels.

A session is lost as a whole when any part of it is: the connection, a channel, a consumer that the broker cancelled, a
confirmation that does not come. Then everything is opened anew, each step with a limit of time. Nothing is repaired
piece by piece: half a session, whose consumers stand still while its connection looks well, cannot come to be.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import AMQPError
from yarl import URL

log = structlog.get_logger()

HEARTBEAT = 30  # seconds; after three of them without a word the other side counts as gone
OPEN_SECONDS = 30.0
CLOSE_SECONDS = 2.0
PAUSES = (0.2, 0.5, 1.0, 2.0)  # seconds between tries to open; the tries beyond stay at the last
GONE = (AMQPError, OSError, TimeoutError, RuntimeError)  # aiormq tells a closed channel by a RuntimeError


@dataclass
class Session:
    connection: AbstractConnection
    publishing: AbstractChannel
    consuming: AbstractChannel
    lost: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    async def open(cls, url: str, prefetch: int) -> Session:
        connection = await aio_pika.connect(URL(url).update_query(heartbeat=HEARTBEAT))
        try:
            session = cls(connection, await connection.channel(), await connection.channel())
            await session.consuming.set_qos(prefetch_count=prefetch)
            for part in (session.connection, session.publishing, session.consuming):
                part.close_callbacks.add(session.lose)
            underlay = await session.consuming.get_underlay_channel()
            underlay.on_consumer_cancel_callbacks.add(session.lose)
        except BaseException:
            await _closed(connection)
            raise
        return session

    def lose(self, *_: object) -> None:
        """Something of it is gone, or does not answer: nobody relies on it any more."""
        self.lost.set()

    async def close(self) -> None:
        await _closed(self.connection)


async def _closed(connection: AbstractConnection) -> None:
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await connection.close()
    except GONE as error:
        log.warning("bus.left_unanswered", error=repr(error))


class Line:
    """Keeps a session open. `made_ready` declares and consumes on each new one."""

    def __init__(self, url: str, prefetch: int, made_ready: Callable[[Session], Awaitable[None]]) -> None:
        self._url = url
        self._prefetch = prefetch
        self._made_ready = made_ready
        self._open = asyncio.Event()

    async def start(self) -> None:
        """Raises OSError or AMQPError when the broker cannot be reached: a service does not start without it."""
        self._session = await self._opened()
        self._open.set()
        self._keeper = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """A broker that does not answer is not waited for: what is in hand comes again."""
        self._keeper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._keeper
        await self._session.close()

    async def session(self) -> Session:
        """The open one; waits while there is none. It may be lost the moment after."""
        await self._open.wait()
        return self._session

    async def _keep(self) -> None:
        while True:
            await self._session.lost.wait()
            self._open.clear()
            log.warning("bus.lost")
            await self._session.close()
            self._session = await self._opened_at_last()
            self._open.set()
            log.info("bus.found_again")

    async def _opened_at_last(self) -> Session:
        tries = 0
        while True:
            try:
                return await self._opened()
            except GONE as error:
                log.warning("bus.not_reached", error=repr(error))
                await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
                tries += 1

    async def _opened(self) -> Session:
        async with asyncio.timeout(OPEN_SECONDS):
            session = await Session.open(self._url, self._prefetch)
            try:
                await self._made_ready(session)
            except BaseException:
                await session.close()
                raise
            return session
