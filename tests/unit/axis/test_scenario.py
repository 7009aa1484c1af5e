"""Scenarios: what happens when, read from YAML, played by the clock and by what passes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.axis_simulator.app import Simulator, create_app
from infra.axis_simulator.faults import Fault
from infra.axis_simulator.model import Account, AgencySpec, OfficeSpec, SimulatorConfig
from infra.axis_simulator.scenario import BadScenario, Stage, parse, read, seconds
from services.gateway.axes.national import NationalAxis, NationalAxisSettings
from services.gateway.axes.protocol import AxisRefused, AxisUnavailable
from services.gateway.wire.summary import peek

from .conftest import document

DAY = """
name: Một ngày xấu trời
steps:
  - at: 10s
    fault: {kind: down, count: 1, operation: getReceivedEdocList}
  - after: {operation: sendEdoc, count: 2}
    fault: {kind: lost_answer, operation: sendEdoc, count: 1}
  - after: {received: G01}
    status: {office: G01, code: "02", description: Gửi không đúng nơi nhận}
  - at: 1h
    send: {office: G01, to: H60, subject: Về việc báo cáo}
  - at: 2h
    close: G01
  - at: 3h
    open: G01
  - at: 4h
    fault: {kind: down, seconds: 28800}
  - at: 5h
    clear: true
"""


@pytest.mark.parametrize(("text", "expected"), [("90", 90), ("10s", 10), ("1.5m", 90), ("8h", 28800), ("1d", 86400)])
def test_moments(text: str, expected: float) -> None:
    assert seconds(text) == expected


BAD = [
    ([], "danh sách"),
    ({"steps": "x"}, "danh sách"),
    ({"steps": ["x"]}, "bước 1"),
    ({"steps": [{"at": "1s"}]}, "đúng một việc"),
    ({"steps": [{"at": "1s", "clear": True, "close": "A"}]}, "đúng một việc"),
    ({"steps": [{"clear": True}]}, "bước 1: cần `at`"),
    ({"steps": [{"at": "1s", "after": {"operation": "x"}, "clear": True}]}, "cần `at`"),
    ({"steps": [{"at": "soon", "clear": True}]}, "thời gian"),
    ({"steps": [{"at": "1s", "fault": {"kind": "magic"}}]}, "kind must be"),
    ({"steps": [{"at": "1s", "clear": True}, {"at": "1s", "status": {"office": "G01"}}]}, "bước 2: status cần"),
    ({"steps": [{"after": {"operation": "x", "received": "y"}, "clear": True}]}, "`after` cần"),
    ({"steps": [{"at": "1s", "clear": True, "loop": 3}]}, "không hiểu loop"),
]


@pytest.mark.parametrize(("content", "part"), BAD)
def test_what_is_wrong_is_said_with_its_step(content: Any, part: str) -> None:
    with pytest.raises(BadScenario, match=part):
        parse(content)


def test_a_file_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ngay.yaml"
    path.write_text("steps: [")
    with pytest.raises(BadScenario, match=r"ngay\.yaml"):
        read(path)


class Noted:
    """An actor that remembers."""

    def __init__(self) -> None:
        self.acts: list[str] = []

    def arm(self, fault: Fault) -> None:
        self.acts.append(f"arm {fault.kind}")

    def disarm(self) -> None:
        self.acts.append("disarm")

    def answer(self, office: str, code: str, description: str) -> None:
        self.acts.append(f"{office} {code} {description}")

    def send(self, office: str, to: str, subject: str, file: str) -> None:
        self.acts.append(f"{office} → {to}")

    def close(self, office: str) -> None:
        self.acts.append(f"close {office}")

    def open(self, office: str) -> None:
        self.acts.append(f"open {office}")


def test_each_step_happens_once_at_its_time_or_after_its_event(tmp_path: Path) -> None:
    path = tmp_path / "day.yaml"
    path.write_text(DAY)
    actor = Noted()
    stage = Stage(read(path), actor)
    stage.tick(9.9)
    assert actor.acts == []
    stage.tick(10)
    stage.tick(11)
    stage.happened("operation:sendEdoc")
    assert actor.acts == ["arm down"]
    for _ in range(3):
        stage.happened("operation:sendEdoc")
    stage.happened("received:G02")
    stage.happened("received:G01")
    assert actor.acts[1:] == ["arm lost_answer", "G01 02 Gửi không đúng nơi nhận"]
    stage.tick(3600 * 5)
    assert actor.acts[3:] == ["G01 → H60", "close G01", "open G01", "arm down", "disarm"]
    assert stage.over and stage.scenario.name == "Một ngày xấu trời"


async def test_a_day_is_played_on_the_real_axis(tmp_path: Path) -> None:
    path = tmp_path / "day.yaml"
    path.write_text(DAY)
    config = SimulatorConfig(
        tmp_path / "axis", (Account("H60", "secret"),), (AgencySpec("H60.10", "H60", "Sở"),),
        (OfficeSpec("G01", "Bộ Im Lặng", "silent"),), read(path),
    )  # fmt: skip
    app = create_app(config)
    simulator: Simulator = app.state.simulator
    assert simulator.stage is not None
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http:
        axis = NationalAxis(NationalAxisSettings("http://axis", "H60", "secret"), http)
        simulator.stage.tick(10)
        with pytest.raises(AxisUnavailable):
            await axis.list_received("edoc")
        body = tmp_path / "a.edxml"
        for number in (1, 2):
            body.write_bytes(document("H60", "G01", number=number))
            await axis.send(body, _digest(body), "H60", ["G01"], "edoc")
        [status] = await axis.list_received("status")
        await axis.download(status, tmp_path / "status")
        head = peek(tmp_path / "status")
        assert (head.from_code, head.status_code, head.response_for[0].code) == ("G01", "02", "1/UBND-VP")
        simulator.stage.tick(3600)
        [letter] = await axis.list_received("edoc")
        await axis.download(letter, tmp_path / "letter")
        assert peek(tmp_path / "letter").subject == "Về việc báo cáo"
        simulator.stage.tick(7200)
        body.write_bytes(document("H60", "G01", number=3))
        simulator.faults.clear()
        with pytest.raises(AxisRefused):
            await axis.send(body, _digest(body), "H60", ["G01"], "edoc")
        simulator.stage.tick(10800)
        await axis.send(body, _digest(body), "H60", ["G01"], "edoc")


def _digest(path: Path) -> str:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()
