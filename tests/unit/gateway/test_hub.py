"""Two deployments exchange through a third, which is the hub: three gateways in this process, over the partner API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from contracts.identity.events import OfficeChangedV1
from contracts.message import FileRef
from contracts.registry.events import DocumentIssuedV1, DocumentRegisteredV1, IncomingRefusedV1, OfficeRef, Recipient
from contracts.workflow.events import IncomingProgressV1
from services.gateway import connections
from services.gateway.credentials.rules import SCOPES
from services.gateway.edxml import read
from services.gateway.polling.actions import poll
from services.gateway.quarantine.tables import Quarantined
from services.gateway.receiving.tables import Arrival
from services.gateway.sending.job import send_due
from services.gateway.service import service
from services.gateway.settings import GatewaySettings
from shared.auth import Principal
from shared.clock import now
from shared.testing import System, running
from tests.unit.axis.test_adapters import serving

ADMIN = Principal("a", "Quản trị", "person", "o1", roles=frozenset({"system_admin"}))
CLERK = Principal("p", "Văn thư", "person", "o1", roles=frozenset({"clerk"}))


@dataclass
class Deployment:
    """A province (or the hub between them): its gateway, its one office, its partner."""

    system: System
    code: str = ""
    partner: str = "truc"

    @property
    def runtime(self) -> Any:
        return self.system.runtime("gateway")

    async def office(self) -> None:
        office = OfficeChangedV1(
            office_id="o1", name=f"UBND {self.code}", short_name="", abbreviation="", level="province",
            parent_id=None, organ_ids=(self.code,),
        )  # fmt: skip
        await self.system.emit("gateway", office)
        await self.system.settle()

    async def add(self, **body: Any) -> dict[str, Any]:
        answer = await self.system.client("gateway", ADMIN).post("/v1/partners", json={"title": "x", **body})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def exchange(self) -> None:
        """One turn: what is to go goes, what waits is fetched."""
        await send_due(self.runtime)
        await poll(self.runtime, self.partner)

    async def issue(self, to: str, content: bytes = b"%PDF-1.7 noi dung") -> None:
        blob = await self.runtime.blobs.put(content)
        message = DocumentIssuedV1(
            document_id="d1", identifier=f"{self.code},2026/01/05,12/QĐ", office=self.ref(), code_number="12",
            code_notation="QĐ", code="12/QĐ", type_name="Quyết định", subject="Về việc thử", issued_date="2026-01-05",
            issued_at=now(), signer_name="A", signer_position="Chủ tịch", urgency=2,
            files=(FileRef(sha256=blob.sha256, size=blob.size, name="qd.pdf"),),
            recipients=(Recipient(organ_id=to, name="Nơi nhận"),),
        )  # fmt: skip
        await self.system.emit("gateway", message)
        await self.system.settle()

    def ref(self) -> OfficeRef:
        return OfficeRef(office_id="o1", organ_id=self.code, name=f"UBND {self.code}")

    async def arrivals(self) -> list[Arrival]:
        async with self.runtime.work(reading=True) as work:
            return list(await work.all(select(Arrival)))

    async def statuses(self) -> list[str]:
        [copy] = (await self.system.client("gateway", CLERK).get("/v1/deliveries?document_id=d1")).json()
        return [status["code"] for status in copy["statuses"] if status["applied"]]

    async def tell(self, message: Any) -> None:
        await self.system.emit("gateway", message)
        await self.system.settle()


@dataclass
class Axis:
    hub: Deployment
    north: Deployment
    south: Deployment
    url: str

    async def turn(self) -> None:
        for deployment in (self.north, self.south, self.north):
            await deployment.exchange()


async def _joined(
    stack: AsyncExitStack, tmp_path: Path, hub: Deployment, url: str, code: str, login: str
) -> Deployment:
    box = {"name": f"tinh-{code.lower()}", "kind": "mailbox", "codes": [{"code": code}]}
    partner = await hub.add(**box)
    path, admin = f"/v1/partners/{partner['id']}/credentials", hub.system.client("gateway", ADMIN)
    wanted = {"kind": login, "client_id": f"{code}.W00" if login == "signed-headers" else "", "scopes": [*SCOPES]}
    key = (await admin.post(path, json=wanted)).json()
    system = await stack.enter_async_context(running(replace(service, jobs=[]), tmp_path=tmp_path / code))
    system.runtime("gateway").state["gateway_settings"] = GatewaySettings(hub_code="")
    found = Deployment(system, code)
    await found.office()
    settings = {"endpoint": f"{url}/partner/v1", "login": login, "client_id": key["client_id"]}
    await found.add(name="truc", kind="partner", is_default=True, settings={**settings, "client_secret": key["secret"]})
    return found


@pytest.fixture
async def axis(tmp_path: Path) -> AsyncIterator[Axis]:
    async with AsyncExitStack() as stack:
        system = await stack.enter_async_context(running(replace(service, jobs=[]), tmp_path=tmp_path / "hub"))
        hub = Deployment(system, "HUB")
        hub.runtime.state["gateway_settings"] = GatewaySettings(hub_code="00.99.W00")
        url = await stack.enter_async_context(serving(hub.runtime.apps["gateway"]))
        north = await _joined(stack, tmp_path, hub, url, "H14", "oauth2")
        south = await _joined(stack, tmp_path, hub, url, "H18", "signed-headers")
        yield Axis(hub, north, south, url)


async def test_a_document_and_every_status_pass_through_the_hub(axis: Axis, tmp_path: Path) -> None:
    await axis.north.issue("H18")
    await axis.turn()
    [arrival] = await axis.south.arrivals()
    assert (arrival.sender_organ_id, arrival.identifier) == ("H14", "H14,2026/01/05,12/QĐ")
    assert await axis.hub.arrivals() == [], "the hub passes on, it takes nothing in"
    path = tmp_path / "arrived.edxml"
    await axis.south.runtime.blobs.copy_to(arrival.package_sha256, path)
    with path.open("rb") as stream:
        package = read(stream, tmp_path)
    assert [trace.organ_id for trace in package.traces] == ["H14", "00.99.W00"]  # type: ignore[union-attr]
    common = {"incoming_id": "i1", "arrival_id": str(arrival.id), "office": axis.south.ref(), "clerk_id": "p"}
    await axis.south.tell(
        DocumentRegisteredV1(
            **common, arrival_number=5, registered_at=now(), clerk_name="V", sender_organ_id="H14", sender_name="",
            code="", subject="",
        )
    )  # fmt: skip
    for code in ("04", "05", "06"):
        await axis.south.tell(
            IncomingProgressV1(incoming_id="i1", office_id="o1", status=code, by="p", by_name="A", at=now())
        )
    for _ in range(3):
        await axis.turn()
    assert await axis.north.statuses() == ["01", "03", "04", "05", "06"], "each once"


async def test_a_refusal_comes_back_with_its_reason(axis: Axis) -> None:
    await axis.north.issue("H18")
    await axis.turn()
    [arrival] = await axis.south.arrivals()
    refused = IncomingRefusedV1(
        incoming_id="i1", arrival_id=str(arrival.id), office=axis.south.ref(), reason="Gửi không đúng nơi nhận",
        clerk_id="p", clerk_name="Văn thư", refused_at=now(),
    )  # fmt: skip
    await axis.south.tell(refused)
    await axis.turn()
    await axis.turn()
    assert await axis.north.statuses() == ["01", "02"]
    [copy] = (await axis.north.system.client("gateway", CLERK).get("/v1/deliveries?document_id=d1")).json()
    assert copy["statuses"][-1]["description"] == "Gửi không đúng nơi nhận"


async def test_whom_the_hub_does_not_know_is_the_clerks_business(axis: Axis) -> None:
    await axis.north.issue("H77")
    await axis.turn()
    [copy] = (await axis.north.system.client("gateway", CLERK).get("/v1/deliveries?document_id=d1")).json()
    assert copy["state"] == "failed" and copy["needs_person"]


async def test_a_package_that_comes_round_is_stopped(axis: Axis) -> None:
    """The hub is given back what it passed on: by a partner that sends it again, refused."""
    await axis.north.issue("H18")
    await axis.turn()
    [arrival] = await axis.south.arrivals()
    south = connections.axes_of(axis.south.runtime)["truc"]
    path = axis.south.runtime.blobs.path(arrival.package_sha256)
    with pytest.raises(Exception, match="vòng"):
        await south.send(path, arrival.package_sha256, "H18", ["H14"], "edoc")


async def test_a_hub_reaches_partners_who_have_no_box_there(axis: Axis, tmp_path: Path) -> None:
    """A ministry behind a shared folder: its copy leaves through the hub's queue, its answer comes back that way."""
    folders = {"out_folder": "bo", "in_folder": "tu-bo"}
    await axis.hub.add(name="bo", kind="file_drop", settings=folders, codes=[{"code": "G06"}])
    await axis.north.issue("G06")
    await axis.turn()
    await send_due(axis.hub.runtime)
    root = tmp_path / "hub" / "file-drop"
    [package] = (root / "bo").glob("*.edxml")
    with package.open("rb") as stream:
        found = read(stream, tmp_path)
    assert found.traces[-1].organ_id == "00.99.W00"  # type: ignore[union-attr]
    answer = (
        '<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016"><edXMLEnvelope><edXMLHeader><MessageHeader><From>'
        "<OrganId>G06</OrganId></From><ResponseFor><OrganId>H14</OrganId><DocumentId>H14,2026/01/05,12/QĐ</DocumentId>"
        "</ResponseFor><StatusCode>03</StatusCode><Timestamp>2026/11/23 08:00:00</Timestamp></MessageHeader>"
        "</edXMLHeader></edXMLEnvelope></edXML>"
    )
    (root / "tu-bo" / "tra-loi.edxml").write_text(answer)
    (root / "tu-bo" / "tra-loi.json").write_text('{"docId":"tra-loi","messageType":"status","from":"G06","to":"H14"}')
    await poll(axis.hub.runtime, "bo")
    await axis.turn()
    assert await axis.north.statuses() == ["03"]
    sent = await connections.axes_of(axis.north.runtime)["truc"].list_sent("edoc")
    assert [(item.receiver, item.receive_status) for item in sent] == [("G06", "done")]
    async with axis.hub.runtime.work(reading=True) as work:
        assert await work.all(select(Quarantined)) == []


async def test_who_is_no_hub_passes_nothing_on(axis: Axis) -> None:
    axis.hub.runtime.state["gateway_settings"] = GatewaySettings(hub_code="")
    await axis.north.issue("H18")
    await axis.turn()
    assert await axis.south.arrivals() == []
    [copy] = (await axis.north.system.client("gateway", CLERK).get("/v1/deliveries?document_id=d1")).json()
    assert copy["needs_person"]
