"""Demo people at their desks: logged in over HTTP, with a typed client of every service."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from contracts.gateway.client import GatewayClient
from contracts.identity import api as identity
from contracts.identity.client import IdentityClient
from contracts.registry.client import RegistryClient
from contracts.signing.client import SigningClient
from contracts.workflow.client import WorkflowClient
from infra.demo.province import DATA


@dataclass(frozen=True)
class Desk:
    """One person, logged in."""

    profile: identity.Person
    registry: RegistryClient
    workflow: WorkflowClient
    signing: SigningClient
    gateway: GatewayClient
    identity: IdentityClient

    @property
    def id(self) -> str:
        return self.profile.id

    @property
    def name(self) -> str:
        return self.profile.full_name


class Desks:
    """Opens each person's desk once."""

    def __init__(self, url_of: Callable[[str], str]) -> None:
        """`url_of` gives the base URL of a service by its name."""
        self._url_of = url_of
        self._open: dict[str, Desk] = {}
        self._clients: list[httpx.AsyncClient] = []
        self.password: str = json.loads(DATA.read_text("utf-8"))["password"]

    async def of(self, user_name: str) -> Desk:
        if user_name not in self._open:
            self._open[user_name] = await self._log_in(user_name)
        return self._open[user_name]

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()

    async def _log_in(self, user_name: str) -> Desk:
        tokens = await IdentityClient(self._http("identity")).log_in(user_name, self.password)
        token = tokens.access_token
        return Desk(
            tokens.person,
            RegistryClient(self._http("registry", token)),
            WorkflowClient(self._http("workflow", token)),
            SigningClient(self._http("signing", token)),
            GatewayClient(self._http("gateway", token)),
            IdentityClient(self._http("identity", token)),
        )

    def _http(self, service: str, token: str = "") -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        client = httpx.AsyncClient(base_url=self._url_of(service), headers=headers, timeout=60)
        self._clients.append(client)
        return client
