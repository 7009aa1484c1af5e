"""A simulator on a free port of this machine, and packages to send through it."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from infra.axis_simulator.app import Simulator, create_app
from infra.axis_simulator.model import Account, AgencySpec, OfficeSpec, SimulatorConfig
from services.gateway.axes.national import NationalAxis, NationalAxisSettings

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"


def config(data: Path) -> SimulatorConfig:
    """Two provinces, two units of one, the recorded client, and four offices."""
    return SimulatorConfig(
        data=data,
        accounts=(Account("H01", "one"), Account("H02", "two"), Account("demo.system.id", "demo-secret")),
        agencies=(
            AgencySpec("H01.01", "H01", "Sở A"),
            AgencySpec("H01.02", "H01", "Sở B"),
            AgencySpec("000.00.00.H60", "demo.system.id", "Đơn vị mẫu"),
            AgencySpec("A", "H01", "A"),
            AgencySpec("B", "H01", "B"),
        ),
        offices=(
            OfficeSpec("G01", "Bộ Hoàn Thành", "finish"),
            OfficeSpec("G02", "Bộ Từ Chối", "refuse"),
            OfficeSpec("G03", "Tỉnh Trả Lời", "reply"),
            OfficeSpec("G04", "Bộ Im Lặng", "silent"),
        ),
    )


@dataclass
class Running:
    """A simulator that serves."""

    simulator: Simulator
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def fault(self, **body: Any) -> None:
        httpx.post(f"{self.url}/_control/faults", json=body).raise_for_status()

    def axis(self, system_id: str, secret: str, timeout: float = 60.0) -> NationalAxis:
        return NationalAxis(NationalAxisSettings(self.url, system_id, secret, timeout_seconds=timeout))


class Door:
    """One listening server for all tests of this run; whatever application is behind it at the moment answers."""

    def __init__(self) -> None:
        self.app: Any = None
        listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = listener.getsockname()[1]
        config = uvicorn.Config(self._answer, log_level="error", access_log=False, lifespan="off", interface="asgi3")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listener]})
        self._thread.start()  # the socket listens already, so nobody has to wait

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)

    def close(self) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join()


@pytest.fixture(scope="session")
def door() -> Iterator[Door]:
    found = Door()
    yield found
    found.close()


@contextmanager
def serve(door: Door, data: Path) -> Iterator[Running]:
    """A simulator behind the door."""
    app = create_app(config(data))
    door.app, simulator = app, app.state.simulator
    try:
        yield Running(simulator, door.port)
    finally:
        simulator.store.close()


@pytest.fixture
def running(door: Door, tmp_path: Path) -> Iterator[Running]:
    with serve(door, tmp_path / "axis") as found:
        yield found


def document(sender: str, *receivers: str, number: int = 7, business: int = 0, padding: int = 0) -> bytes:
    """A small document package."""
    to = "".join(f"<edXML:To><edXML:OrganId>{code}</edXML:OrganId></edXML:To>" for code in receivers)
    content = "QUJD" * padding
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<edXML xmlns="{NAMESPACE}"><edXML:edXMLEnvelope xmlns:edXML="{NAMESPACE}"><edXML:edXMLHeader>'
        f"<edXML:MessageHeader><edXML:From><edXML:OrganId>{sender}</edXML:OrganId></edXML:From>{to}"
        f"<edXML:DocumentId>{sender},2026/11/23,{number}/UBND-VP</edXML:DocumentId>"
        f"<edXML:Code><edXML:CodeNumber>{number}</edXML:CodeNumber>"
        "<edXML:CodeNotation>UBND-VP</edXML:CodeNotation></edXML:Code>"
        "<edXML:PromulgationInfo><edXML:PromulgationDate>2026/11/23</edXML:PromulgationDate></edXML:PromulgationInfo>"
        "<edXML:Subject>Về việc thử</edXML:Subject></edXML:MessageHeader>"
        f"<edXML:TraceHeaderList><edXML:Bussiness><edXML:BussinessDocType>{business}</edXML:BussinessDocType>"
        "</edXML:Bussiness></edXML:TraceHeaderList></edXML:edXMLHeader></edXML:edXMLEnvelope>"
        f"<AttachmentEncoded><Attachment>{content}</Attachment></AttachmentEncoded></edXML>"
    ).encode()


@dataclass
class Body:
    """A package file and its hash."""

    path: Path
    sha256: str
    content: bytes


@pytest.fixture
def package(tmp_path: Path) -> Callable[[bytes], Body]:
    def write(content: bytes) -> Body:
        digest = hashlib.sha256(content).hexdigest()
        path = tmp_path / f"{digest}.edxml"
        path.write_bytes(content)
        return Body(path, digest, content)

    return write
