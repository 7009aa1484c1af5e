"""The whole table of statuses against the simulator of the axis: each place of a copy, and each status that follows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from contracts.registry.events import RecallRequestedV1
from infra.axis_simulator.app import create_app
from infra.axis_simulator.model import Account, AgencySpec, SimulatorConfig
from services.gateway.axes.national import NationalAxis, NationalAxisSettings
from services.gateway.polling.actions import poll
from services.gateway.sending.job import send_due
from services.gateway.service import service
from services.gateway.statuses.rules import NAMES
from shared.clock import now
from shared.testing import System, running
from tests.unit.gateway.exchange import OURS, copies, issued, office_fact

ASK = "13"
WAYS: dict[str, tuple[str, ...]] = {  # how a copy comes to each place of the table
    "nothing": (),
    "01": ("01",),
    "02": ("01", "02"),
    "03": ("01", "03"),
    "04": ("01", "03", "04"),
    "05": ("01", "03", "04", "05"),
    "06": ("01", "03", "06"),
    "13": ("01", "03", ASK),
    "15": ("01", "03", ASK, "15"),
    "16": ("01", "03", ASK, "16"),
}
LAWFUL = {
    "nothing": "01 02 03 13",
    "01": "02 03 13",
    "02": "",
    "03": "04 05 06 13",
    "04": "05 06 13",
    "05": "06 13",
    "06": "",
    "13": "15 16",
    "15": "",
    "16": "04 05 06 13",  # as before it was asked back: 03
}


@dataclass(frozen=True)
class Case:
    """One receiver: brought to `place`, then told what follows: one lawful status, or all the unlawful ones."""

    organ_id: str
    place: str
    told: tuple[str, ...]
    lawful: bool

    @property
    def said(self) -> tuple[str, ...]:
        return (*WAYS[self.place], *self.told)


def _cases() -> list[Case]:
    found = []
    for number, place in enumerate(WAYS):
        lawful = LAWFUL[place].split()
        found += [Case(f"G{number:02}.{code}", place, (code,), True) for code in lawful]
        unlawful = tuple(code for code in NAMES if code not in lawful and code not in WAYS[place])
        found.append(Case(f"G{number:02}.00", place, unlawful, False))
    return found


CASES = _cases()


class Province:
    """Our gateway with one document at every receiver, and the simulated axis behind it."""

    def __init__(self, system: System, offices: Any) -> None:
        self.system, self.offices = system, offices

    async def say(self, cases: list[Case], step: int) -> None:
        """The next status of each of these: 13 is ours to say, the others the receivers'."""
        asked = tuple(case.organ_id for case in cases if case.said[step] == ASK)
        if asked:
            message = RecallRequestedV1(
                document_id="d1", identifier="x", office=OURS, recipients=asked, reason="Gửi nhầm nơi nhận",
                by="p1", by_name="Văn thư", requested_at=now(),
            )  # fmt: skip
            await self.system.emit("gateway", message)
            await self.system.settle()
            await send_due(self.system.runtime("gateway"))
        for case in cases:
            if case.said[step] != ASK:
                self.offices.say(case.organ_id, case.said[step], "")
        await poll(self.system.runtime("gateway"), "national")


@asynccontextmanager
async def province(tmp_path: Path) -> AsyncIterator[Province]:
    config = SimulatorConfig(
        data=tmp_path / "axis",
        accounts=(Account("H60.W00", "secret"), Account("G.W00", "secret")),
        agencies=(
            AgencySpec(OURS.organ_id, "H60.W00", OURS.name),
            *(AgencySpec(case.organ_id, "G.W00", case.organ_id) for case in CASES),
        ),
    )
    app = create_app(config)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http,
        running(replace(service, jobs=[]), tmp_path=tmp_path / "data") as system,
    ):
        axis = NationalAxis(NationalAxisSettings("http://axis", "H60.W00", "secret"), http)
        system.runtime("gateway").state["axes"] = {"national": axis}
        await system.emit("gateway", office_fact(OURS))
        await system.settle()
        await issued(system, *(case.organ_id for case in CASES))
        await send_due(system.runtime("gateway"))
        yield Province(system, app.state.simulator.offices)


async def test_each_status_at_each_place_is_applied_where_the_table_allows_it(tmp_path: Path) -> None:
    async with province(tmp_path) as here:
        for step in range(max(len(case.said) for case in CASES)):
            await here.say([case for case in CASES if len(case.said) > step], step)
        found = await copies(here.system)
        for case in CASES:
            copy = found[case.organ_id]
            before = "sent" if case.place == "nothing" else case.place
            assert copy["state"] == (case.told[0] if case.lawful else before), case
            history = {status["code"]: status for status in copy["statuses"]}
            for code in case.told:
                shown = code in history  # 13 that is not lawful is not ours to send
                assert shown or (code == ASK and not case.lawful), (case, code)
                if shown:
                    assert history[code]["applied"] is case.lawful, (case, code)
                    assert case.lawful or history[code]["description"], (case, code)


def test_the_table_has_every_place_and_every_status() -> None:
    for place, way in WAYS.items():
        told = {code for case in CASES if case.place == place for code in case.told}
        assert told | set(way) == set(NAMES), place
