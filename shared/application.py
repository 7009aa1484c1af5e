"""The application of one service: its routers, health, metrics, problems, and the dead letters of its queue."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Response
from sqlalchemy import text

from shared import problems, telemetry
from shared.messaging import letters
from shared.service import Runtime


def make_app(runtime: Runtime, *, own_lifespan: bool = True) -> FastAPI:
    """The application of one service, with health, metrics and its OpenAPI."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await runtime.bus.start()
        await runtime.start()
        yield
        await runtime.stop()
        await runtime.bus.stop()

    service = runtime.service
    app = FastAPI(
        title=f"QLVB {service.name}",
        version="1",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan if own_lifespan else None,
    )
    app.state.runtime = runtime
    problems.install(app)
    telemetry.install(app, service.name)
    _install_health(app, runtime)
    for router in service.routers:
        app.include_router(router)
    if service.consumers:
        app.include_router(letters.router)
    if service.extra:
        service.extra(app, runtime)  # noqa: S610 - ours, not Django's
    return app


def _install_health(app: FastAPI, runtime: Runtime) -> None:
    @app.get("/health/live", include_in_schema=False)
    async def live() -> dict[str, str]:
        return {"status": "live", "service": runtime.name}

    @app.get("/health/ready", include_in_schema=False)
    async def ready(response: Response) -> dict[str, str]:
        try:
            async with runtime.work(reading=True) as work:
                await work.execute(text("SELECT 1"))
            database = "up"
        except Exception:
            database = "down"
        ok = runtime.ready and database == "up"
        response.status_code = 200 if ok else 503
        return {"status": "ready" if ok else "not ready", "service": runtime.name, "database": database}
