"""Whatever a stranger sends to any operation: an answer that the description allows, never an accident (5xx)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from shared.assembly import find_services
from shared.auth import Principal
from shared.testing import System, running, token_of

SERVICES = ["identity", "registry", "workflow", "signing", "gateway"]
ROLES = frozenset({"clerk", "leader", "specialist", "unit_admin", "system_admin", "unit_head"})
CALLER = Principal("00000000-0000-7000-8000-000000000001", "Người thử", "person", "office-1", "unit-1", ROLES)
EXAMPLES = 12
SENT = ("method", "url", "headers", "params", "json", "content", "data", "files")


class Loop:
    """The services on a loop of their own, called from the tests' thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ready: Future[System] = Future()
        self._loop = asyncio.new_event_loop()
        self._end = asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self.system = self._ready.result(60)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._live())
        except Exception as error:
            self._ready.set_exception(error)

    async def _live(self) -> None:
        async with running(*find_services(SERVICES), tmp_path=self._folder) as system:
            self._ready.set_result(system)
            await self._end.wait()

    def call(self, service: str, request: dict[str, Any]) -> httpx.Response:
        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(self.system.runtime(service).apps[service], raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(**request)

        return asyncio.run_coroutine_threadsafe(once(), self._loop).result(60)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(30)


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loop]:
    found = Loop(tmp_path_factory.mktemp("contract"))
    yield found
    found.close()


@pytest.mark.parametrize("service", SERVICES)
def test_no_request_is_an_accident(loop: Loop, service: str) -> None:
    """Every operation, with generated input, as somebody who holds every role in an office."""
    description = loop.call(service, {"method": "GET", "url": "/openapi.json"}).json()
    token = token_of(CALLER)
    accidents: list[str] = []
    for operation in schemathesis.openapi.from_dict(description).get_all_operations():
        _try(loop, service, operation.ok(), token, accidents)
    assert not accidents, "\n".join(accidents[:10])


def test_no_request_of_a_partner_is_an_accident(loop: Loop) -> None:
    """The same for every operation of the partner API, as a partner with every scope."""
    own = {"Authorization": f"Bearer {token_of(CALLER)}"}

    def made(url: str, **body: Any) -> dict[str, Any]:
        answer = loop.call("gateway", {"method": "POST", "url": url, "json": body, "headers": own})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    settings = {"requests_per_minute": 100_000}
    partner = made(
        "/v1/partners", name="thu", title="Thử", kind="mailbox", settings=settings, codes=[{"code": "H60.T"}]
    )
    key = made(f"/v1/partners/{partner['id']}/credentials", kind="oauth2", scopes=["send", "receive"])
    form = {"grant_type": "client_credentials", "client_id": key["client_id"], "client_secret": key["secret"]}
    answer = loop.call("gateway", {"method": "POST", "url": "/partner/v1/oauth2/token", "data": form})
    description = loop.call("gateway", {"method": "GET", "url": "/partner/v1/openapi.json"}).json()
    accidents: list[str] = []
    for operation in schemathesis.openapi.from_dict(description).get_all_operations():
        if "token" not in operation.ok().path:
            _try(
                loop, "gateway", operation.ok(), answer.json()["access_token"], accidents, base="http://test/partner/v1"
            )
    assert not accidents, "\n".join(accidents[:10])


def _try(loop: Loop, service: str, operation: Any, token: str, accidents: list[str], base: str = "http://test") -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def one(case: Any) -> None:
        request = case.as_transport_kwargs(base_url=base)
        request.pop("cookies", None)
        given = {name: value for name, value in dict(request.get("headers") or {}).items() if "hash-header" not in name}
        request["headers"] = {**given, "Authorization": f"Bearer {token}"}  # not the axis' way, with its own errors
        answer = loop.call(service, {name: value for name, value in request.items() if name in SENT})
        if answer.status_code >= 500 and answer.status_code != 503:
            accidents.append(f"{operation.label}: {answer.status_code} for {request}")
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json", operation.label
            assert request["method"] == "HEAD" or answer.json()["detail"], operation.label  # its answer has no body

    one()
