"""Headless Chromium before a portal that listens on a port of its own. Pictures go to var/screens for people."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.unit.portal.stand_in import Services, portal_with

CHROMIUM = os.environ.get("QLVB_CHROMIUM", "/usr/bin/chromium")
SCREENS = Path("var/screens")
SIZES = {"1280": {"width": 1280, "height": 800}, "360": {"width": 360, "height": 780}}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them in one worker; none where there is no Chromium."""
    missing = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no Chromium at {CHROMIUM} (Debian: chromium)")
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            item.add_marker(missing)


class Listening:
    """An ASGI application on a free port of this machine, served by a thread with its own loop."""

    def __init__(self, run: Callable[[Callable[[Any], Awaitable[None]]], Awaitable[None]]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._up = threading.Event()
        self._server: uvicorn.Server | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main(run)), daemon=True)
        self._thread.start()
        assert self._up.wait(60), "the portal did not start"

    async def _main(self, run: Callable[[Callable[[Any], Awaitable[None]]], Awaitable[None]]) -> None:
        await run(self._serve)

    async def _serve(self, app: Any) -> None:
        config = uvicorn.Config(app, port=self.port, log_level="error", access_log=False, lifespan="off")
        self._server = uvicorn.Server(config)
        serving = asyncio.create_task(self._server.serve())
        while not self._server.started and not serving.done():
            await asyncio.sleep(0.01)  # until uvicorn says it listens
        self._up.set()
        await serving

    def stop(self) -> None:
        if self._server:
            self._server.should_exit = True
        self._thread.join(20)


@pytest.fixture(scope="package")  # not the session's: while it is open, no other test of the worker can have a loop
def chromium() -> Iterator[Browser]:
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def services() -> Services:
    return Services()


@pytest.fixture(scope="session")
def portal(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("portal")

    async def run(serve: Callable[[Any], Awaitable[None]]) -> None:
        async with portal_with(services, folder) as runtime:
            await serve(runtime.apps["portal"])

    listening = Listening(run)
    yield listening.url
    listening.stop()


def open_context(chromium: Browser, width: str, **options: Any) -> BrowserContext:
    touch = {"has_touch": True, "is_mobile": True, "device_scale_factor": 2} if width == "360" else {}
    return chromium.new_context(
        viewport=SIZES[width],  # type: ignore[arg-type]
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        **touch,
        **options,
    )


def log_in(page: Page, url: str, user_name: str) -> None:
    page.goto(f"{url}/dang-nhap")
    page.fill("#f-user_name", user_name)
    page.fill("#f-password", "Qlvb@2026")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/")
