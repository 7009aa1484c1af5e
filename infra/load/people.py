"""The demo province's people, logged in. Every call is tried again as a person would click again."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

PROVINCE = Path(__file__).parent.parent / "demo" / "province.json"
NO_ANSWER = {"Prefer": "return=minimal"}  # of an act: only that it is done
PATIENCE = 180.0  # seconds a person goes on trying while services are down
RENEW = 600.0  # seconds after which a person logs in again (a token lives 15 minutes)


class Refused(Exception):
    """A definite answer that is no success: status and problem kind."""

    def __init__(self, status: int, kind: str, text: str) -> None:
        super().__init__(f"{status} {kind}: {text}")
        self.status, self.kind = status, kind


@dataclass
class Person:
    """`user_name` of the demo province; `profile` is known after the first call."""

    user_name: str
    password: str
    office: str  # key in the province file
    roles: frozenset[str]
    profile: dict[str, Any] = field(default_factory=dict)
    token: str = ""
    until: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def id(self) -> str:
        return str(self.profile["id"])


@dataclass
class Office:
    key: str
    name: str
    organ_id: str
    people: list[Person]

    def who(self, *roles: str) -> Person | None:
        """The first person with one of the roles, in the order of the roles asked for."""
        found = (person for role in roles for person in self.people if role in person.roles)
        return next(found, None)

    def all(self, *roles: str) -> list[Person]:
        """Everybody with one of the roles, in the order of the roles."""
        return [person for role in roles for person in self.people if role in person.roles]


def province() -> tuple[list[Office], list[tuple[str, str]]]:
    """The offices with people, and (code, name) of the partners behind the axis."""
    data = json.loads(PROVINCE.read_text("utf-8"))
    offices = [
        Office(
            key=office["key"],
            name=office["name"],
            organ_id=office["organ_ids"][0],
            people=[
                Person(p["user_name"], data["password"], office["key"], frozenset(p["roles"])) for p in office["people"]
            ],
        )
        for office in data["offices"]
        if office["people"]
    ]
    return offices, [(organ["organ_ids"][0], organ["name"]) for organ in data["external_organs"]]


class Caller:
    """HTTP calls to the services at `urls`, as a person of the province."""

    def __init__(self, urls: Mapping[str, str], *, patience: float = PATIENCE) -> None:
        self._urls = urls
        self._patience = patience
        self._http = httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_connections=64, keepalive_expiry=5))
        self.retried = 0

    async def close(self) -> None:
        await self._http.aclose()

    async def call(
        self,
        person: Person,
        service: str,
        method: str,
        path: str,
        *,
        body: Any = None,
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """The answer's JSON. No answer or 5xx: again, until PATIENCE ends. Raises Refused on 4xx."""
        until, pause = time.monotonic() + self._patience, 0.05
        while True:
            try:
                await self._log_in(person)
                sent = {"Authorization": f"Bearer {person.token}", **(headers or {})}
                return await self._send(service, method, path, json=body, content=content, headers=sent)
            except Refused as refused:
                if refused.status == 401:
                    person.token = ""
                elif refused.status < 500:
                    raise
                if time.monotonic() > until:
                    raise
            except (httpx.HTTPError, OSError):
                if time.monotonic() > until:
                    raise
            self.retried += 1
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0)

    async def log_in(self, person: Person) -> None:
        """Also fills `person.profile`."""
        until = time.monotonic() + self._patience
        while True:
            try:
                await self._log_in(person)
                return
            except (Refused, httpx.HTTPError, OSError):
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(0.5)

    async def _log_in(self, person: Person) -> None:
        async with person.lock:
            if person.token and time.monotonic() < person.until:
                return
            body = {"user_name": person.user_name, "password": person.password}
            answer = await self._send("identity", "POST", "/v1/sessions", json=body)
            person.token, person.profile = answer["access_token"], answer["person"]
            person.until = time.monotonic() + min(RENEW, float(answer["expires_in"]) - 60)

    async def _send(self, service: str, method: str, path: str, **rest: Any) -> Any:
        answer = await self._http.request(method, self._urls[service] + path, **rest)
        if answer.is_error:
            raise _refused(answer)
        return answer.json() if answer.content else None


def _refused(answer: httpx.Response) -> Refused:
    try:
        data = answer.json()
    except ValueError:
        data = {}
    found = data if isinstance(data, dict) else {}
    return Refused(answer.status_code, str(found.get("kind", "")), str(found.get("detail", answer.text[:200])))
