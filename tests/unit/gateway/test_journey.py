"""The sender's page about a document at receivers behind the axis: what they answer shows, silence is reminded of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import time_machine

from contracts.gateway.events import AnswerOverdueV1
from infra.axis_simulator.app import create_app
from infra.axis_simulator.model import Account, AgencySpec, OfficeSpec, SimulatorConfig
from services.gateway.axes.national import NationalAxis, NationalAxisSettings
from services.gateway.polling.actions import poll
from services.gateway.reminders.jobs import watch_answers
from services.gateway.sending.job import send_due
from services.workflow.service import service as workflow
from shared.clock import now
from shared.testing import System
from tests.unit.gateway.exchange import CLERK, OURS, exchange, issued
from tests.unit.portal.conftest import Person
from tests.unit.portal.stand_in import Services, browser, outgoing, portal_with

ANSWERS, SILENT = "G01.1", "G02.1"


class Sender:
    """The clerk of the sending office: the real gateway behind the real portal, the simulator as the axis."""

    def __init__(self, system: System, services: Services, person: Person) -> None:
        self.system, self._services, self._person = system, services, person
        self._gateway = system.client("gateway", CLERK)

    async def copies(self) -> dict[str, Any]:
        return {row["organ_id"]: row for row in (await self._gateway.get("/v1/deliveries?document_id=d1")).json()}

    async def page(self, only: str = "") -> str:
        self._services.answers["GET gateway/v1/deliveries"] = list((await self.copies()).values())
        return (await self._person.see(f"/van-ban/D1?noi={only}")).partition('id="hanh-trinh"')[2]

    async def until(self, organ_id: str, state: str) -> None:
        async with asyncio.timeout(20):
            while (await self.copies())[organ_id]["state"] != state:
                await poll(self.system.runtime("gateway"), "national")
                await asyncio.sleep(0.02)


@asynccontextmanager
async def sender(tmp_path: Path) -> AsyncIterator[Sender]:
    config = SimulatorConfig(
        data=tmp_path / "axis",
        accounts=(Account("H60.W00", "secret"),),
        agencies=(AgencySpec(OURS.organ_id, "H60.W00", OURS.name),),
        offices=(OfficeSpec(ANSWERS, "Bộ Trả lời"), OfficeSpec(SILENT, "Bộ Im lặng", "silent")),
    )
    app, services = create_app(config), Services()
    services.answers["GET registry/v1/documents/D1"] = outgoing("ISSUED")
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(app.router.lifespan_context(app))
        http = await stack.enter_async_context(httpx.AsyncClient(transport=httpx.ASGITransport(app)))
        system = await stack.enter_async_context(exchange(tmp_path / "data", beside=(workflow,)))
        portal = await stack.enter_async_context(portal_with(services, tmp_path / "portal"))
        person = Person(await stack.enter_async_context(browser(portal)))
        axis = NationalAxis(NationalAxisSettings("http://axis", "H60.W00", "secret"), http)
        system.runtime("gateway").state["axes"] = {"national": axis}
        await person.log_in("lanpn")
        yield Sender(system, services, person)


@pytest.mark.requirement("R08.9")
async def test_the_sender_sees_every_answer_and_silence_is_reminded_of(tmp_path: Path) -> None:
    async with sender(tmp_path) as desk:
        overdue = await desk.system.listen(AnswerOverdueV1.message_type)
        await issued(desk.system, ANSWERS, SILENT)
        await send_due(desk.system.runtime("gateway"))
        before = await desk.page()
        assert "0 / 2 đã tiếp nhận · 2 chưa tiếp nhận" in before and "(03)" not in before
        await desk.until(ANSWERS, "06")
        page = await desk.page()
        assert "1 / 2 đã tiếp nhận · 1 chưa tiếp nhận" in page
        times = [status["at"] for status in (await desk.copies())[ANSWERS]["statuses"] if status["code"] >= "03"]
        words = ("Đã tiếp nhận (03)", "Phân công (04)", "Đang xử lý (05)", "Hoàn thành (06)")
        for word, at in zip(words, times, strict=True):
            assert f'<b>{word}</b> <time class="meta" datetime="{at}">' in page
        assert "Quá hạn trả lời" not in page and overdue == []

        with time_machine.travel(now() + timedelta(days=8)):
            await watch_answers(desk.system.runtime("gateway"))
            await desk.system.settle()
        [told] = overdue
        assert [late["name"] for late in told.data["receivers"]] == [f"Nơi {SILENT}"]
        page = await desk.page("chua-nhan")
        assert "Quá hạn trả lời" in page and f"Nơi {SILENT}" in page and f"Nơi {ANSWERS}" not in page
        assert "Nhắc tất cả 1 nơi chưa trả lời" in page
