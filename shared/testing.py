"""Services running in a test: in one process, on SQLite and the embedded bus, with tokens of a test key."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey
from sqlalchemy import func, select

from shared.assembly import assemble, started
from shared.auth import ALGORITHM, Keys, Principal, claims, service_principal
from shared.messaging.envelope import Bus, Envelope
from shared.service import Runtime, Service
from shared.settings import Settings

KEY = OKPKey.generate_key("Ed25519", parameters={"kid": "test"})


def token_of(principal: Principal, *, seconds: int = 900, issuer: str = "qlvb") -> str:
    header = {"alg": ALGORITHM, "kid": "test"}
    return jwt.encode(header, claims(principal, issuer=issuer, seconds=seconds), KEY, algorithms=[ALGORITHM])


class System:
    """The services of one test."""

    def __init__(self, runtimes: dict[str, Runtime]) -> None:
        self.runtimes = runtimes
        self.queues: set[str] = set()  # of listeners that a test has added
        self.published = 0  # messages that went onto the bus
        self._clients: list[httpx.AsyncClient] = []
        self._count(next(iter(runtimes.values())).bus)

    def runtime(self, name: str) -> Runtime:
        return self.runtimes[name]

    def client(self, name: str, principal: Principal | None = None) -> httpx.AsyncClient:
        """An HTTP client of the service, as this principal; without one, without a token."""
        headers = {"Authorization": f"Bearer {token_of(principal)}"} if principal else {}
        transport = httpx.ASGITransport(self.runtimes[name].apps[name], raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)
        self._clients.append(client)
        return client

    async def emit(self, name: str, message: Any, key: str = "test") -> None:
        """Let the service tell a fact as if it had happened there."""
        async with self.runtimes[name].work() as work:
            work.emit(message, key=key)

    async def settle(self, seconds: float = 30) -> None:
        """Until every outbox and every queue is empty. Raises TimeoutError with what still waits."""
        async with asyncio.timeout(seconds):
            while not await self._quiet():
                for runtime in self.runtimes.values():
                    runtime.relay.ring()
                await asyncio.sleep(0.01)  # lets the consumers run; the loop ends by state, not by time

    async def _quiet(self) -> bool:
        """Two looks find nothing, and nothing was published meanwhile. One look is not enough: a message that is
        answered during it was in the queue when the outboxes were read, and its answer is in the outbox afterwards.
        """
        before = self.published
        return not await self._waiting() and not await self._waiting() and self.published == before

    def _count(self, bus: Bus) -> None:
        publish = bus.publish

        async def counted(envelopes: list[Envelope]) -> None:
            self.published += len(envelopes)
            await publish(envelopes)

        bus.publish = counted  # type: ignore[method-assign]

    async def _waiting(self) -> int:
        total = 0
        for runtime in self.runtimes.values():
            async with runtime.work(reading=True) as work:
                total += await work.scalar(select(func.count()).select_from(runtime.tables.Outbox)) or 0
            if runtime.service.consumers:
                total += await runtime.bus.waiting(f"qlvb.{runtime.name}")
        bus = next(iter(self.runtimes.values())).bus
        return total + sum([await bus.waiting(queue) for queue in self.queues])

    async def listen(self, *types: str) -> list[Envelope]:
        """Every fact of these types from now on, as it is told."""
        caught: list[Envelope] = []

        async def catch(envelope: Envelope) -> None:
            caught.append(envelope)

        queue = f"qlvb.test{len(self.queues)}"
        await next(iter(self.runtimes.values())).bus.subscribe(queue, list(types), catch)
        self.queues.add(queue)
        return caught

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()


@asynccontextmanager
async def running(*services: Service, tmp_path: Path, bus: Bus | None = None, **settings: Any) -> AsyncIterator[System]:
    """The services, started; ended and forgotten at the end of the test.

    Tables are made from the code, which is faster; that the migrations make the same ones has tests of its own.
    """
    quick = [replace(service, migrations=None) for service in services]
    runtimes = assemble(quick, Settings(data_dir=tmp_path, **settings), bus)
    for runtime in runtimes.values():
        _trust_test_key(runtime)
    async with started(runtimes):
        system = System(runtimes)
        yield system
        await system.close()


def _trust_test_key(runtime: Runtime) -> None:
    async def fetch() -> dict[str, Any]:
        published: dict[str, Any] = {"keys": [KEY.as_dict(private=False)]}
        if "identity" in runtime.apps:
            own = await runtime._fetch_keys()
            published["keys"] += own["keys"]
        KeySet.import_key_set(published)  # type: ignore[arg-type]
        return published

    async def own_token() -> str:
        return token_of(service_principal(runtime.name))

    runtime.keys = Keys(fetch, runtime.settings.issuer)
    runtime.own_token = own_token  # type: ignore[method-assign]
