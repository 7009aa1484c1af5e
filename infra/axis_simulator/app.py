"""The simulator as a web application: the national form at the root, the provincial one under /lgsp, control, pages."""

from __future__ import annotations

import asyncio
import html
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from infra.axis_simulator.exchange import Exchange
from infra.axis_simulator.faults import Fault, Faults, parse_fault
from infra.axis_simulator.journal import Journal
from infra.axis_simulator.lgsp import Lgsp
from infra.axis_simulator.mailbox import StoredMailbox
from infra.axis_simulator.model import SimulatorConfig
from infra.axis_simulator.offices import Offices
from infra.axis_simulator.page import Pages
from infra.axis_simulator.scenario import Stage
from infra.axis_simulator.store import Store
from services.gateway.wire.envelope import failed
from services.gateway.wire.operations import Operation, Operations
from services.gateway.wire.signature import authenticate, claimed


class Simulator:
    """The axis with its accounts, its offices and its faults."""

    def __init__(self, config: SimulatorConfig) -> None:
        self.stage: Stage | None = None
        self.store = Store(config.data)
        self.faults = Faults()
        self.exchange = Exchange(self.store, self.arrived)
        self.mailbox = StoredMailbox(self.exchange, self.faults)
        self.operations = Operations(self.mailbox, self.store.incoming)
        self.secrets = {account.code: account.secret for account in config.accounts}
        self.journal = Journal(self.store, self.faults, self._passed)
        for account in config.accounts:
            self.store.seed_agency(account.code, account.code, account.code)
        for agency in config.agencies:
            self.store.seed_agency(agency.code, agency.centre, agency.name)
        for office in config.offices:
            self.store.seed_agency(office.code, office.code, office.name)
        self.offices = Offices(self.exchange, config.offices)
        self.lgsp = Lgsp(self.store, self.mailbox, self.journal, self.secrets, self.offices.work)
        self.offices.work()

        operations = (*self.operations.posts(), "downloadEdoc")
        self.pages = Pages(self.store, self.faults, operations, config.scenario.name if config.scenario else "")
        if config.scenario:
            self.stage = Stage(config.scenario, Acting(self))

    def _passed(self, operation: str, caller: str) -> None:
        """An operation was done: a scenario may wait for it."""
        if self.stage:
            self.stage.happened(f"operation:{operation}")

    def arrived(self, code: str) -> None:
        """A document was laid out for a unit."""
        if self.stage:
            self.stage.happened(f"received:{code}")

    def routes(self) -> list[Route | Mount]:
        """All paths."""
        national = [self._route(name, handler, "POST") for name, handler in self.operations.posts().items()]
        national.append(self._route("downloadEdoc", self.operations.download_edoc, "GET"))
        return [
            *national,
            Mount("/lgsp", routes=self.lgsp.routes()),
            *self.pages.routes(),
            Route("/_control/health", self.health),
            Route("/_control/traffic", self.traffic),
            Route("/_control/faults", self.control, methods=["GET", "POST", "DELETE"]),
        ]

    def _route(self, name: str, handler: Operation, method: str) -> Route:
        async def endpoint(request: Request) -> Response:
            async def answer() -> Response:
                secret = self.secrets.get(claimed(request.headers))
                return await handler(request, authenticate(request.headers, [secret] if secret else []))

            caller = request.headers.get("xroadvnpt-systemid", "")
            response = await self.journal.run(name, caller, request, answer, failed)
            if name == "sendEdoc":
                response.background = BackgroundTask(self.offices.work)
            return response

        return Route(f"/{name}", endpoint, methods=[method])

    async def health(self, _request: Request) -> Response:
        """Alive."""
        return JSONResponse({"status": "ok"})

    async def traffic(self, request: Request) -> Response:
        """What passed, newest first."""
        try:
            limit = int(request.query_params.get("limit", "200"))
        except ValueError:
            limit = 200
        calls = [dict(row) for row in self.store.traffic(limit)]
        return JSONResponse({"calls": calls, "items": [dict(row) for row in self.store.items(limit)]})

    async def control(self, request: Request) -> Response:
        """Arm, show or disarm faults."""
        if request.method == "DELETE":
            self.faults.clear()
        elif request.method == "POST":
            try:
                self.faults.add(parse_fault(json.loads(await request.body())))
            except (ValueError, TypeError) as error:
                return JSONResponse({"error": html.escape(str(error))}, status_code=400)
        return JSONResponse({"faults": self.faults.describe()})


class Acting:
    """Carries a scenario out."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def arm(self, fault: Fault) -> None:
        self._simulator.faults.add(fault)

    def disarm(self) -> None:
        self._simulator.faults.clear()

    def answer(self, office: str, code: str, description: str) -> None:
        self._simulator.offices.say(office, code, description)

    def send(self, office: str, to: str, subject: str, file: str) -> None:
        self._simulator.offices.write(office, to, subject, Path(file).read_bytes() if file else b"")

    def close(self, office: str) -> None:
        self._simulator.store.delete_agency(office)

    def open(self, office: str) -> None:
        self._simulator.store.revive_agency(office)


async def _play(stage: Stage) -> None:
    """The clock of a scenario."""
    started = time.monotonic()
    while not stage.over:
        await asyncio.to_thread(stage.tick, time.monotonic() - started)
        await asyncio.sleep(0.1)


def create_app(config: SimulatorConfig) -> Starlette:
    """The application; also answers what waited for the offices when it stopped."""
    simulator = Simulator(config)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        playing = asyncio.create_task(_play(simulator.stage)) if simulator.stage else None
        yield
        if playing:
            playing.cancel()
        simulator.store.close()

    app = Starlette(routes=simulator.routes(), lifespan=lifespan)
    app.state.simulator = simulator
    return app


def lgsp_app(simulator: Simulator) -> Starlette:
    """The provincial form alone, for a port of its own."""
    return Starlette(routes=simulator.lgsp.routes())
