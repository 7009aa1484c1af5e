"""The simulator as a web application: operations, control, and a page that shows what passed."""

from __future__ import annotations

import asyncio
import html
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from infra.axis_simulator.exchange import Exchange
from infra.axis_simulator.faults import Fault, Faults, parse_fault
from infra.axis_simulator.mailbox import StoredMailbox
from infra.axis_simulator.model import SimulatorConfig
from infra.axis_simulator.offices import Offices
from infra.axis_simulator.page import render
from infra.axis_simulator.store import Store
from services.gateway.wire.envelope import failed
from services.gateway.wire.failures import WireFailure
from services.gateway.wire.operations import Operation, Operations
from services.gateway.wire.signature import authenticate, claimed


class Simulator:
    """The axis with its accounts, its offices and its faults."""

    def __init__(self, config: SimulatorConfig) -> None:
        self.store = Store(config.data)
        self.faults = Faults()
        self.exchange = Exchange(self.store)
        self.mailbox = StoredMailbox(self.exchange, self.faults)
        self.operations = Operations(self.mailbox, self.store.incoming)
        self.secrets = {account.code: account.secret for account in config.accounts}
        for account in config.accounts:
            self.store.seed_agency(account.code, account.code, account.code)
        for agency in config.agencies:
            self.store.seed_agency(agency.code, agency.centre, agency.name)
        for office in config.offices:
            self.store.seed_agency(office.code, office.code, office.name)
        self.offices = Offices(self.exchange, config.offices)
        self.offices.work()

    def routes(self) -> list[Route]:
        """All paths."""
        routes = [self._route(name, handler, "POST") for name, handler in self.operations.posts().items()]
        routes.append(self._route("downloadEdoc", self.operations.download_edoc, "GET"))
        routes += [
            Route("/", self.page),
            Route("/_control/health", self.health),
            Route("/_control/traffic", self.traffic),
            Route("/_control/faults", self.control, methods=["GET", "POST", "DELETE"]),
        ]
        return routes

    def _route(self, name: str, handler: Operation, method: str) -> Route:
        async def endpoint(request: Request) -> Response:
            return await self._serve(name, handler, request)

        return Route(f"/{name}", endpoint, methods=[method])

    async def _serve(self, name: str, handler: Operation, request: Request) -> Response:
        system_id = request.headers.get("xroadvnpt-systemid", "")
        response = await self._fault_before(name, system_id)
        if response is not None:
            return response
        try:
            secret = self.secrets.get(claimed(request.headers))
            call = authenticate(request.headers, [secret] if secret else [])
            response = await handler(request, call)
            self.store.note(name, system_id, "0", _detail(request, response))
        except WireFailure as failure:
            self.store.note(name, system_id, failure.code, failure.text)
            response = failed(name, failure)
        if self.faults.take("lost_answer", name):
            self.store.note(name, system_id, "-", "Lỗi đặt trước: mất câu trả lời")
            response = _lost()
        if name == "sendEdoc":
            response.background = BackgroundTask(self.offices.work)
        return response

    async def _fault_before(self, name: str, system_id: str) -> Response | None:
        slow = self.faults.take("slow", name)
        if slow is not None:
            await asyncio.sleep(slow.seconds)
        fault: Fault | None = self.faults.take("down", name)
        if fault is not None:
            answer: Response = PlainTextResponse("Service Unavailable", status_code=503)
        elif (fault := self.faults.take("html", name)) is not None:
            answer = HTMLResponse("<!DOCTYPE html><html><body><h1>Proxy</h1></body></html>")
        elif (fault := self.faults.take("error", name)) is not None:
            answer = _error(name, fault)
        else:
            return None
        self.store.note(name, system_id, "-", f"Lỗi đặt trước: {fault.kind}")
        return answer

    async def page(self, _request: Request) -> Response:
        """What passed, readable."""
        return HTMLResponse(render(self.store, self.faults))

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


def _detail(request: Request, response: Response) -> str:
    kept = ("messagetype", "from", "to", "docid", "status", "agencycode")
    parts = [f"{key}={value}" for key in kept if (value := request.headers.get(f"xroadvnpt-{key}"))]
    if request.url.path == "/sendEdoc":
        parts.append("DocId=" + str(json.loads(bytes(response.body)).get("DocId", "")))
    return " ".join(parts)


def _error(name: str, fault: Fault) -> Response:
    """The `error` fault: a code of the axis, or an HTTP 5xx when the code is one."""
    if fault.code.isdigit() and 500 <= int(fault.code) < 600:
        return PlainTextResponse("Internal Server Error", status_code=int(fault.code))
    return failed(name, WireFailure(fault.code, f"Lỗi đặt trước {fault.code}"))


def _lost() -> Response:
    """The operation was done but its answer breaks off: fewer bytes than announced closes the connection."""
    return Response(b"", headers={"Content-Length": "64"}, media_type="application/json")


def create_app(config: SimulatorConfig) -> Starlette:
    """The application; also answers what waited for the offices when it stopped."""
    simulator = Simulator(config)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        simulator.store.close()

    app = Starlette(routes=simulator.routes(), lifespan=lifespan)
    app.state.simulator = simulator
    return app
