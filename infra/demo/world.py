"""The demonstration as a running system: every service in this process, the simulated axis in a process beside it."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from infra.demo.province import CENTRE, axis_command
from infra.processes import Process

SECRET = "khoa-thu-nghiem"  # noqa: S105 - of the simulator on this machine, which guards nothing
BEHAVIOURS = {"G06": "reply", "H38": "finish"}  # the ministry answers with a letter, the others with statuses


@dataclass(frozen=True)
class Place:
    """Where a demonstration lives: its folder and its two ports on 127.0.0.1."""

    folder: Path
    port: int
    axis_port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def service_url(self, service: str) -> str:
        return f"{self.url}/api/{service}"

    @property
    def axis_url(self) -> str:
        return f"http://127.0.0.1:{self.axis_port}"


class PortTaken(Exception):
    """Somebody else listens on the port."""


def require_free(port: int) -> None:
    """Raises PortTaken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortTaken(
                f"Cổng {port} đang có chương trình khác dùng. Hãy tắt chương trình đó hoặc chạy `make run PORT=8500`."
            ) from error


def set_environment(place: Place) -> None:
    """What the services read at their start; what the user has set already stays."""
    wanted = {
        "QLVB_DEMO": "true",
        "QLVB_DATA_DIR": str(place.folder / "data"),
        "QLVB_HOST": "127.0.0.1",
        "QLVB_PORT": str(place.port),
        "QLVB_LOG_LEVEL": "warning",
        "QLVB_AXIS_NATIONAL": f"{place.axis_url}|{CENTRE}|{SECRET}",
        "QLVB_AXIS_POLL_SECONDS": "1",
        "QLVB_AXIS_SEND_SECONDS": "0.2",
    }
    for name, value in wanted.items():
        os.environ.setdefault(name, value)


@contextmanager
def axis(place: Place) -> Iterator[None]:
    """The simulated axis: the province's centre, a ministry, another province and other offices behind it."""
    command = axis_command(place.folder, place.folder / "data" / "secrets", place.axis_port, SECRET, BEHAVIOURS)
    process = Process("axis", command, {}, place.folder / "axis.log")
    process.start()
    try:
        yield
    finally:
        process.stop()


def application() -> Any:
    """Every service and the portal as one ASGI application."""
    from shared.assembly import assemble, find_services, mount_all
    from shared.settings import Settings
    from shared.telemetry import configure_logging

    settings = Settings()
    configure_logging(settings.log_level)
    return mount_all(assemble(find_services(), settings))


def server(place: Place) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(application(), host="127.0.0.1", port=place.port, log_level="warning", access_log=False)
    )


@asynccontextmanager
async def served(place: Place) -> AsyncIterator[None]:
    """The system, listening until the block ends. Raises RuntimeError when it did not start."""
    running = server(place)
    serving = asyncio.create_task(running.serve())
    try:
        await ready(place, serving)
        yield
    finally:
        running.should_exit = True
        await serving


async def ready(place: Place, serving: asyncio.Task[Any] | None = None) -> None:
    """Until the demo people can log in and the axis answers."""
    async with httpx.AsyncClient(timeout=2) as client, asyncio.timeout(120):
        while not await _answers(client, place):
            if serving is not None and serving.done():
                raise RuntimeError("Hệ thống không khởi động được. Xem thông báo phía trên.")
            await asyncio.sleep(0.1)


async def _answers(client: httpx.AsyncClient, place: Place) -> bool:
    paths = [f"{place.axis_url}/_control/health"]
    paths += [f"{place.url}/api/{name}/health/ready" for name in ("identity", "registry", "workflow", "signing")]
    try:
        answers = [await client.get(path) for path in paths]
    except httpx.TransportError:
        return False
    return all(answer.status_code == 200 for answer in answers)
