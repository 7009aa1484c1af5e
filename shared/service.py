"""A service as a list of its parts, and the runtime that makes it work: database, bus, jobs, clients."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar

import httpx
import structlog
from fastapi import APIRouter, FastAPI
from sqlalchemy import select, text

from shared import audit, jobs, migrations
from shared.auth import Keys, Principal, service_principal
from shared.blobs import make_blobs
from shared.database import make_engine
from shared.http import Transport
from shared.messaging.envelope import Bus, Envelope, GiveUp
from shared.messaging.relay import Relay
from shared.problems import Unauthorised
from shared.settings import Settings
from shared.telemetry import HEADER, MESSAGES, correlation_id
from shared.transactions import Database
from shared.work import Work

log = structlog.get_logger()
STOP_SECONDS = 2.0
ClientType = TypeVar("ClientType", bound="ContractClient")


class ContractClient(Protocol):
    """A typed client of `contracts`: knows its service's name and wraps an httpx client."""

    service: str

    def __init__(self, http: httpx.AsyncClient) -> None: ...


@dataclass(frozen=True)
class Consumer:
    """One message → one action, in one transaction with the inbox row.

    `then`: long work (network, processor) which that transaction ordered. It runs after the commit and before the bus
    counts the message as handled: killed in it, the message comes again and only `then` is repeated, so it must find
    out from the tables how far it was.
    """

    message: type[Any]
    handle: Callable[[Work, Any], Awaitable[None]]
    then: Callable[[Runtime, Any], Awaitable[None]] | None = None

    @property
    def name(self) -> str:
        return f"{self.handle.__module__}.{self.handle.__name__}"


@dataclass(frozen=True)
class Job:
    """Done again and again: by one replica at a time, or `everywhere`, where it shares out the work itself."""

    name: str
    every: timedelta
    run: Callable[[Runtime], Awaitable[None]]
    everywhere: bool = False


@dataclass(frozen=True)
class Service:
    """The table of contents of a service."""

    name: str
    base: Any
    routers: list[APIRouter] = field(default_factory=list)
    consumers: list[Consumer] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    migrations: str | None = None  # folder of its chain; None: tables are made as the code has them
    on_start: list[Callable[[Runtime], Awaitable[None]]] = field(default_factory=list)
    extra: Callable[[FastAPI, Runtime], None] | None = None  # mounts and middleware of its own


class Runtime:
    """One running service in one process."""

    def __init__(self, service: Service, settings: Settings, bus: Bus, apps: dict[str, FastAPI]) -> None:
        self.service = service
        self.name = service.name
        self.settings = settings
        self.tables = service.base
        self.bus = bus
        self.apps = apps
        self.engine = make_engine(settings, service.name)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self.blobs = make_blobs(settings)
        self.keys = Keys(self._fetch_keys, settings.issuer)
        self.relay = Relay(self, bus)
        self.state: dict[str, Any] = {}
        self.ready = False
        self._database = Database(self.engine)
        self._tasks: list[asyncio.Task[None]] = []
        self._transports: dict[str, httpx.AsyncBaseTransport] = {}
        self._own_token = ("", 0.0)

    async def start(self) -> None:
        """A service alone: prepare, declare, run. Several in one process go through each phase together."""
        await self.prepare()
        await self.declare()
        await self.run()

    async def prepare(self) -> None:
        """Bring the database up to date and do what the service does once."""
        await prepare_database(self)
        for step in self.service.on_start:
            await step(self)

    async def declare(self) -> None:
        """Make the queue of this service: from now on it misses no fact, though nobody reads yet."""
        if self.service.consumers:
            await self.bus.declare(f"qlvb.{self.name}", self._types())

    async def run(self) -> None:
        """Start consumers, relay and jobs."""
        if self.service.consumers:
            await self.bus.subscribe(f"qlvb.{self.name}", self._types(), self.handle)
        self._tasks.append(asyncio.create_task(self.relay.run(), name=f"relay:{self.name}"))
        sealing = Job("seal-audit", timedelta(seconds=1), seal_audit)
        for job in [*self.service.jobs, sealing]:
            self._tasks.append(asyncio.create_task(jobs.repeat(self, job), name=f"job:{self.name}:{job.name}"))
        self.ready = True

    def _types(self) -> list[str]:
        return [consumer.message.message_type for consumer in self.service.consumers]

    def spawn(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Something that runs beside the jobs and ends with the service."""
        task = asyncio.create_task(work, name=f"{self.name}:{name}")
        self._tasks.append(task)
        task.add_done_callback(self._tasks.remove)
        return task

    async def stop(self) -> None:
        """Within moments, also when the database does not answer any more: what it has not committed is undone."""
        self.ready = False
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=STOP_SECONDS)
        for transport in self._transports.values():
            await transport.aclose()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await self.engine.dispose()

    @asynccontextmanager
    async def work(self, principal: Principal | None = None, *, reading: bool = False) -> AsyncIterator[Work]:
        """One transaction: commits at the end, rolls back on an exception. No principal: the service itself acts."""
        async with self._database.transaction(reading=reading) as transaction:
            work = Work(transaction, principal or service_principal(self.name), self)
            yield work
            await work.flush()
            await work.ledger.write(transaction, self.tables)
        if work.ledger.messages:
            self.relay.ring()

    async def handle(self, envelope: Envelope) -> None:
        """Every consumer of this message, each once, in one transaction."""
        wanted = [c for c in self.service.consumers if c.message.message_type == envelope.type]
        if not wanted:
            raise GiveUp(f"unknown version: {envelope.type}")
        context = structlog.contextvars.bound_contextvars(
            correlation_id=envelope.correlation_id, service=self.name, message_id=envelope.id
        )
        with context:
            try:
                message = wanted[0].message.model_validate_json(envelope.body)
            except ValueError as error:
                raise GiveUp(f"not a {envelope.type}: {error}") from error
            await self._handle_once(envelope, message, wanted)
            for consumer in wanted:
                if consumer.then is not None:
                    await consumer.then(self, message)
        MESSAGES.labels(self.name, envelope.type, "done").inc()

    async def _handle_once(self, envelope: Envelope, message: Any, wanted: list[Consumer]) -> None:
        """A message that comes again counts once. That is rare: mostly it is found out by what goes wrong."""
        left = wanted
        if envelope.redelivered:
            left = await self._left(envelope, wanted)
        try:
            await self._consume(envelope, message, left)
        except Exception:
            unfinished = await self._left(envelope, left)
            if len(unfinished) == len(left):
                raise
            await self._consume(envelope, message, unfinished)

    async def _consume(self, envelope: Envelope, message: Any, consumers: list[Consumer]) -> None:
        """Raises HandledBefore when one of them has handled the message."""
        if not consumers:
            return
        async with self.work() as work:
            work.message_id = envelope.id
            for consumer in consumers:
                work.ledger.handle(envelope.id, consumer.name)
                await consumer.handle(work, message)

    async def _left(self, envelope: Envelope, consumers: list[Consumer]) -> list[Consumer]:
        """Those which have not handled the message."""
        inbox = self.tables.Inbox
        async with self.work(reading=True) as work:
            done = set(await work.all(select(inbox.consumer).where(inbox.message_id == envelope.id)))
        return [consumer for consumer in consumers if consumer.name not in done]

    def client(self, client: type[ClientType], token: str | None = None) -> ClientType:
        """A typed client of another service. With `token` for that person; without, as this service."""
        http = httpx.AsyncClient(
            transport=self._transport(client.service),
            base_url=self._base_url(client.service),
            timeout=httpx.Timeout(30.0),
            auth=_Bearer(token) if token else _OwnToken(self),
            headers={HEADER: correlation_id()},
        )
        return client(http)

    def reaches(self, service: str) -> bool:
        """Whether that service is part of this deployment as far as this process knows."""
        return service in self.apps or service in self.settings.service_urls

    def _base_url(self, service: str) -> str:
        return "http://in-process" if service in self.apps else self.settings.service_urls[service]

    def _transport(self, service: str) -> httpx.AsyncBaseTransport:
        if service not in self._transports:
            app = self.apps.get(service)
            self._transports[service] = httpx.ASGITransport(app) if app else Transport(retries=1)
        return _Kept(self._transports[service])

    async def _fetch_keys(self) -> dict[str, Any]:
        async with httpx.AsyncClient(
            transport=self._transport("identity"), base_url=self._base_url("identity"), timeout=10
        ) as http:
            answer = await http.get("/v1/keys")
            if answer.is_error:
                raise Unauthorised
            found: dict[str, Any] = answer.json()
            return found

    async def own_token(self) -> str:
        """This service's own token, renewed a minute before it ends."""
        token, until = self._own_token
        if time.monotonic() < until:
            return token
        async with httpx.AsyncClient(
            transport=self._transport("identity"), base_url=self._base_url("identity"), timeout=10
        ) as http:
            answer = await http.post(
                "/v1/service-tokens", json={"service": self.name, "secret": service_secret(self.settings)}
            )
            answer.raise_for_status()
            body = answer.json()
        self._own_token = (body["access_token"], time.monotonic() + float(body["expires_in"]) - 60)
        return self._own_token[0]


class _Kept(httpx.AsyncBaseTransport):
    """A shared transport which outlives the client that uses it."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._transport.handle_async_request(request)


class _Bearer(httpx.Auth):
    def __init__(self, token: str) -> None:
        self._token = token

    async def async_auth_flow(self, request: httpx.Request) -> Any:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


class _OwnToken(httpx.Auth):
    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def async_auth_flow(self, request: httpx.Request) -> Any:
        request.headers["Authorization"] = f"Bearer {await self._runtime.own_token()}"
        yield request


def service_secret(settings: Settings) -> str:
    """The secret by which services of one deployment know each other; made once where none is set."""
    if settings.service_secret:
        return settings.service_secret
    path = Path(settings.secrets_dir) / "services"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(secrets.token_urlsafe(32))
        path.chmod(0o600)
    return path.read_text()


async def prepare_database(runtime: Runtime) -> None:
    """The tables as the service's migrations make them; without migrations, as the code has them.

    Replicas that start together wait for one another: here PostgreSQL's lock, on SQLite that of the transaction.
    """
    metadata = runtime.tables.metadata
    async with runtime.engine.begin() as connection:
        if not runtime.is_sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(7101)"))
        if runtime.service.migrations:
            await connection.run_sync(migrations.upgrade, runtime.service.migrations, metadata)
        else:
            await connection.run_sync(metadata.create_all)


async def seal_audit(runtime: Runtime) -> None:
    """Link the audit records written since the last time."""
    while True:
        async with runtime.work() as work:
            if await audit.seal(work) < audit.BATCH:
                return
