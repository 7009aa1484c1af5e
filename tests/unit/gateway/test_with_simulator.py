"""gateway against the axis simulator, over its wire protocol."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import httpx

from contracts.identity.events import OfficeChangedV1
from contracts.message import FileRef
from contracts.registry.events import DocumentIssuedV1, OfficeRef, Recipient
from infra.axis_simulator.app import create_app
from infra.axis_simulator.model import Account, AgencySpec, OfficeSpec, SimulatorConfig
from services.gateway.axes.national import NationalAxis, NationalAxisSettings
from services.gateway.polling.actions import poll
from services.gateway.sending.job import send_due
from services.gateway.service import service
from shared.auth import Principal
from shared.clock import now
from shared.testing import running

SENDER = OfficeRef(office_id="o1", organ_id="H60.10", name="Sở Khoa học và Công nghệ")
CLERK = Principal(id="p1", name="Văn thư", kind="person", office_id="o1", roles=frozenset({"clerk"}))


async def test_document_goes_out_and_statuses_come_back(tmp_path: Path) -> None:
    config = SimulatorConfig(
        data=tmp_path / "axis",
        accounts=(Account("H60.W00", "secret"),),
        agencies=(AgencySpec("H60.10", "H60.W00", SENDER.name),),
        offices=(OfficeSpec("G01.1", "Bộ thử"),),
    )
    app = create_app(config)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http,
        running(replace(service, jobs=[]), tmp_path=tmp_path / "data") as system,
    ):
        axis = NationalAxis(NationalAxisSettings("http://axis", "H60.W00", "secret"), http)
        runtime = system.runtime("gateway")
        office = OfficeChangedV1(
            office_id="o1", name=SENDER.name, short_name="", abbreviation="", level="department", parent_id=None,
            organ_ids=("H60.10",),
        )  # fmt: skip
        await system.emit("gateway", office)
        blob = await runtime.blobs.put(b"%PDF-1.7 noi dung")
        message = DocumentIssuedV1(
            document_id="d1", identifier="H60.10,2026/01/05,12/QĐ-SKHCN", office=SENDER, code_number="12",
            code_notation="QĐ-SKHCN", code="12/QĐ-SKHCN", type_name="Quyết định", subject="Về việc thử",
            issued_date="2026-01-05", issued_at=now(), signer_name="A", signer_position="Giám đốc",
            files=(FileRef(sha256=blob.sha256, size=blob.size, name="qd.pdf"),),
            recipients=(Recipient(organ_id="G01.1", name="Bộ thử"),),
        )  # fmt: skip
        await system.emit("gateway", message)
        await system.settle()
        runtime.state["axes"] = {"national": axis}
        await send_due(runtime)
        client = system.client("gateway", CLERK)
        async with asyncio.timeout(15):
            while (copy := (await client.get("/v1/deliveries?document_id=d1")).json()[0])["state"] != "06":
                assert not copy["last_error"], copy
                await poll(runtime, "national")
                await asyncio.sleep(0.05)
        assert copy["statuses"][0]["code"] == "01"
