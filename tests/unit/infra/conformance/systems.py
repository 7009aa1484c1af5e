"""Systems to run the suite against: our own, and one that does everything wrong."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from contracts.identity.events import OfficeChangedV1
from infra.axis_simulator.app import create_app
from infra.axis_simulator.model import Account as Centre
from infra.axis_simulator.model import AgencySpec, SimulatorConfig
from services.gateway.service import service
from shared.auth import Principal
from shared.testing import System, running, token_of

CLERK = Principal(id="p1", name="Văn thư", kind="person", office_id="o1", roles=frozenset({"clerk"}))
ADMIN = Principal(id="a", name="Quản trị", kind="person", office_id="o1", roles=frozenset({"system_admin"}))


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    """An application on a port of this machine, in this loop."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="error", access_log=False, lifespan="off", interface="asgi3")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        await task


def bearer(principal: Principal) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_of(principal)}"}


@asynccontextmanager
async def simulator(folder: Path, *agencies: AgencySpec) -> AsyncIterator[str]:
    """The axis simulator with the centres A01 and B01."""
    app = create_app(SimulatorConfig(folder, (Centre("A01", "secret-a"), Centre("B01", "secret-b")), agencies))
    async with app.router.lifespan_context(app), served(app) as url:
        yield url


@asynccontextmanager
async def gateway(folder: Path, *offices: str) -> AsyncIterator[tuple[System, str]]:
    """Our gateway behind a port, with one office of these codes."""
    async with running(service, tmp_path=folder) as system:
        if offices:
            office = OfficeChangedV1(
                office_id="o1", name="Sở thử", short_name="", abbreviation="", level="department", parent_id=None,
                organ_ids=offices,
            )  # fmt: skip
            await system.emit("gateway", office)
            await system.settle()
        async with served(system.runtime("gateway").apps["gateway"]) as url:
            yield system, url


async def mailbox(system: System, name: str, code: str, secret: str) -> None:
    """A partner of our partner API which owns everything below a code."""
    client = system.client("gateway", ADMIN)
    body = {"name": name, "title": name, "kind": "mailbox", "codes": [{"code": code}], "settings": {}}
    made = (await client.post("/v1/partners", json=body)).json()
    key = {
        "kind": "signed-headers",
        "client_id": name,
        "secret": secret,
        "scopes": ["send", "receive", "directory", "register"],
    }
    answer = await client.post(f"/v1/partners/{made['id']}/credentials", json=key)
    assert answer.status_code == 201, answer.text


def yes_man() -> Starlette:
    """Says yes to everything and does nothing: as a reader, as an axis."""

    async def codec(_request: Request) -> Response:
        return JSONResponse({"verdict": "accepted", "kind": "document", "fields": {}, "attachments": []})

    async def axis(_request: Request) -> Response:
        told = {"status": "OK", "ErrorCode": "0", "ErrorDesc": "Success", "DocId": "1", "data": [], "count": 0}
        return JSONResponse(told)

    async def control(_request: Request) -> Response:
        return JSONResponse({"calls": [], "faults": []})

    methods = ["GET", "POST", "DELETE"]
    return Starlette(
        routes=[
            Route("/codec", codec, methods=methods),
            Route("/_control/{name}", control, methods=methods),
            Route("/{operation}", axis, methods=methods),
        ]
    )
