"""The line to RabbitMQ: one session after the other, each of one connection and its channels.

A session is lost as a whole when any part of it is: the connection, a channel, a consumer that the broker cancelled, a
confirmation that does not come. Then everything is opened anew, each step with a limit of time. Nothing is repaired
piece by piece: half a session, whose consumers stand still while its connection looks well, cannot come to be.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

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


class Session:
    publishing: AbstractChannel
    consuming: AbstractChannel

    def __init__(self, connection: AbstractConnection) -> None:
        self.connection = connection
        self.lost = asyncio.Event()
        self._limits: set[asyncio.Timeout] = set()
        connection.close_callbacks.add(self.lose)

    @classmethod
    async def open(cls, url: str, prefetch: int) -> Session:
        session = cls(await aio_pika.connect(URL(url).update_query(heartbeat=HEARTBEAT)))
        try:
            async with session.within(OPEN_SECONDS):
                await session._open_channels(prefetch)
        except BaseException:
            await session.close()
            raise
        return session

    async def _open_channels(self, prefetch: int) -> None:
        self.publishing, self.consuming = await self.connection.channel(), await self.connection.channel()
        await self.consuming.set_qos(prefetch_count=prefetch)
        for channel in (self.publishing, self.consuming):
            channel.close_callbacks.add(self.lose)
        underlay = await self.consuming.get_underlay_channel()
        underlay.on_consumer_cancel_callbacks.add(self.lose)

    def lose(self, *_: object) -> None:
        """Something of it is gone, or does not answer: nobody relies on it any more."""
        self.lost.set()
        for limit in self._limits:
            with contextlib.suppress(RuntimeError):  # it ends already
                limit.reschedule(0)

    @asynccontextmanager
    async def within(self, seconds: float) -> AsyncIterator[None]:
        """Raises TimeoutError in the block after `seconds`, and as soon as the session is lost: some answers of a
        broker that has gone would be waited for in vain."""
        async with asyncio.timeout(seconds) as limit:
            self._limits.add(limit)
            try:
                if self.lost.is_set():
                    raise TimeoutError
                yield
            finally:
                self._limits.discard(limit)

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
                async with session.within(OPEN_SECONDS):
                    await self._made_ready(session)
            except BaseException:
                await session.close()
                raise
            return session
