"""The portal, its stand-ins and a browser that is logged in."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from shared.service import Runtime
from tests.unit.portal.stand_in import Services, browser, portal_with


class Person:
    """Somebody at a browser: follows no redirect by itself, reads forms like a page does."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def log_in(self, key: str) -> httpx.Response:
        form = {"user_name": f"{key}.skhcn", "password": "Qlvb@2026", "after": "/"}
        return await self.http.post("/dang-nhap", data=form)

    async def see(self, path: str, status: int = 200) -> str:
        answer = await self.http.get(path)
        assert answer.status_code == status, answer.text[:2000]
        return answer.text

    async def send(self, path: str, **form: str | list[str]) -> httpx.Response:
        """A form of ours: with the token of the page."""
        page = await self.http.get("/tro-giup")
        found = re.search(r'data-csrf="([^"]+)"', page.text)
        assert found
        return await self.http.post(path, data={"csrf": found[1], "idempotency": "key-1", **form})


@pytest.fixture
def services() -> Services:
    return Services()


@pytest.fixture
async def runtime(services: Services, tmp_path: Path) -> AsyncIterator[Runtime]:
    async with portal_with(services, tmp_path) as running:
        yield running


@pytest.fixture
async def person(runtime: Runtime) -> AsyncIterator[Person]:
    async with browser(runtime) as http:
        yield Person(http)
