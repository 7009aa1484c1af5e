"""From names of services to a running process: one service alone, or every one in the same process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import entry_points
from pathlib import Path

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount

from shared.application import make_app
from shared.messaging.embedded import EmbeddedBus
from shared.messaging.envelope import Bus
from shared.messaging.rabbit import RabbitBus
from shared.service import Runtime, Service
from shared.settings import Settings


def find_services(names: list[str] | None = None) -> list[Service]:
    """The services of this distribution by entry point: the chassis itself knows none of them."""
    found = {entry.name: entry for entry in entry_points(group="qlvb.services")}
    missing = set(names or []) - set(found)
    if missing:
        raise KeyError(f"Không có dịch vụ {', '.join(sorted(missing))}. Các dịch vụ: {', '.join(found)}.")
    return [found[name].load() for name in (names or list(found))]


def make_bus(settings: Settings) -> Bus:
    options = {"concurrency": settings.consumer_concurrency, "max_attempts": settings.max_attempts}
    if settings.bus_url:
        return RabbitBus(settings.bus_url, **options)
    return EmbeddedBus(Path(settings.data_dir) / "bus.sqlite", **options)


def assemble(services: list[Service], settings: Settings, bus: Bus | None = None) -> dict[str, Runtime]:
    """The runtimes of one process, which find one another without the network."""
    bus = bus or make_bus(settings)
    apps: dict[str, FastAPI] = {}
    runtimes = {service.name: Runtime(service, settings, bus, apps) for service in services}
    for name, runtime in runtimes.items():
        apps[name] = make_app(runtime, own_lifespan=False)
    return runtimes


@asynccontextmanager
async def started(runtimes: dict[str, Runtime]) -> AsyncIterator[None]:
    """Start the bus and every service, phase by phase; stop them in the opposite order."""
    bus = next(iter(runtimes.values())).bus
    async with AsyncExitStack() as stack:
        await bus.start()
        stack.push_async_callback(bus.stop)
        for runtime in runtimes.values():
            await runtime.prepare()
            stack.push_async_callback(runtime.stop)
        for runtime in runtimes.values():
            await runtime.declare()  # every queue stands before anybody tells anything
        for runtime in runtimes.values():
            await runtime.run()
        yield


def mount_all(runtimes: dict[str, Runtime]) -> Starlette:
    """Every service under `/api/<name>`, the portal at the root."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with started(runtimes):
            yield

    routes = [Mount(f"/api/{name}", r.apps[name]) for name, r in runtimes.items() if name != "portal"]
    if "portal" in runtimes:
        routes.append(Mount("/", runtimes["portal"].apps["portal"]))
    return Starlette(routes=routes, lifespan=lifespan)
