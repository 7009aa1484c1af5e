"""gateway as a whole, with an axis in memory."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from contracts.identity.events import OfficeChangedV1
from contracts.message import FileRef
from contracts.registry.events import (
    DocumentIssuedV1,
    DocumentRegisteredV1,
    OfficeRef,
    RecallAnsweredV1,
    RecallRequestedV1,
    Recipient,
)
from contracts.workflow.events import IncomingProgressV1
from services.gateway.axes.protocol import AxisRefused, AxisUnavailable, Downloaded, ReceivedItem, SendReceipt, SentItem
from services.gateway.deliveries.copies import of_organs
from services.gateway.polling.actions import poll
from services.gateway.receiving.tables import Arrival
from services.gateway.sending.job import send_due
from services.gateway.sending.tables import Shipment
from services.gateway.service import service
from services.gateway.statuses.actions import record
from shared.auth import Principal
from shared.clock import now
from shared.testing import System, running

SENDER = OfficeRef(office_id="o1", organ_id="H60.10", name="Sở Khoa học và Công nghệ")
CLERK = Principal(id="p1", name="Văn thư", kind="person", office_id="o1", roles=frozenset({"clerk"}))
OTHER = Principal(id="p2", name="Văn thư", kind="person", office_id="o2", roles=frozenset({"clerk"}))


class FakeAxis:
    """Remembers what was sent; fails as it is told; gives back what is put in."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str, bytes]] = []
        self.known: list[SentItem] = []
        self.failures: list[Exception] = []
        self.lose_answer = False
        self.waiting: dict[str, tuple[ReceivedItem, bytes]] = {}

    async def send(self, path: Path, sha256: str, sender: str, recipients: list[str], message_type: str) -> SendReceipt:
        if self.failures:
            raise self.failures.pop(0)
        body = path.read_bytes()  # noqa: ASYNC240
        assert hashlib.sha256(body).hexdigest() == sha256
        self.sent.append((message_type, sender, recipients[0], body))
        item = SentItem("a1", "", message_type, "Về việc thử", "12/QĐ-SKHCN", sender, recipients[0], "", "", "", "")
        self.known.append(item)
        if self.lose_answer:
            self.lose_answer = False
            raise AxisUnavailable("mất kết nối")
        return SendReceipt(f"a{len(self.sent)}")

    async def list_sent(self, message_type: str, axis_id: str | None = None) -> list[SentItem]:
        return [item for item in self.known if item.message_type == message_type]

    async def list_received(self, message_type: str) -> list[ReceivedItem]:
        return [item for item, _ in self.waiting.values() if item.message_type == message_type]

    async def download(self, item: ReceivedItem, path: Path) -> Downloaded:
        body = self.waiting[item.axis_id][1]
        path.write_bytes(body)  # noqa: ASYNC240
        return Downloaded(path, len(body), hashlib.sha256(body).hexdigest())

    async def acknowledge(self, item: ReceivedItem, ok: bool) -> None:
        del self.waiting[item.axis_id]

    def put(self, key: str, kind: str, receiver: str, body: bytes) -> None:
        self.waiting[key] = (ReceivedItem(key, kind, "", receiver, "initial", ""), body)  # type: ignore[arg-type]


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    async with running(replace(service, jobs=[]), tmp_path=tmp_path) as found:
        found.axis = FakeAxis()  # type: ignore[attr-defined]
        for number, code in ((1, "H60.10"), (2, "H60.20")):
            office = OfficeChangedV1(
                office_id=f"o{number}", name=f"Sở {number}", short_name="", abbreviation="", level="department",
                parent_id=None, organ_ids=(code, f"cũ-{code}"),
            )  # fmt: skip
            await found.emit("gateway", office)
        await found.settle()
        yield found


async def issue(system: System, *organs: str, document_id: str = "d1") -> None:
    blob = await system.runtime("gateway").blobs.put(b"%PDF-1.7 noi dung")
    ref = FileRef(sha256=blob.sha256, size=blob.size, name="qd.pdf")
    message = DocumentIssuedV1(
        document_id=document_id, identifier=f"H60.10,2026/01/05,12/QĐ-SKHCN{document_id}"[:75], office=SENDER,
        code_number="12", code_notation="QĐ-SKHCN", code="12/QĐ-SKHCN", type_name="Quyết định", subject="Về việc thử",
        issued_date="2026-01-05", issued_at=now(), signer_name="Nguyễn Văn A", signer_position="Giám đốc",
        files=(ref,), recipients=tuple(Recipient(organ_id=o, name=f"Nơi {o}") for o in organs),
    )  # fmt: skip
    await system.emit("gateway", message)
    await system.settle()


async def send(system: System, *, soon: bool = False) -> None:
    runtime = system.runtime("gateway")
    runtime.state["axes"] = {"national": system.axis}  # type: ignore[attr-defined]
    if soon:
        async with runtime.work() as work:
            await work.execute(update(Shipment).values(next_at=now() - timedelta(seconds=1)))
    await send_due(runtime)
    runtime.state["axes"] = {}


async def copies(system: System, document_id: str = "d1") -> dict[str, dict]:
    answer = await system.client("gateway", CLERK).get("/v1/deliveries", params={"document_id": document_id})
    assert answer.status_code == 200, answer.text
    return {row["organ_id"]: row for row in answer.json()}


async def arrivals(system: System) -> list[Arrival]:
    async with system.runtime("gateway").work(reading=True) as work:
        return list(await work.all(select(Arrival).order_by(Arrival.id)))


async def test_local_copy_travels_by_reference_and_statuses_come_back(system: System) -> None:
    await issue(system, "cũ-H60.20")
    assert (await copies(system))["cũ-H60.20"]["state"] == "01"
    [arrival] = await arrivals(system)
    office = OfficeRef(office_id="o2", organ_id="H60.20", name="Sở 2")
    common = {"incoming_id": "i1", "arrival_id": str(arrival.id), "office": office, "clerk_id": "p2", "clerk_name": "V"}
    registered = DocumentRegisteredV1(
        **common, arrival_number=5, registered_at=now(), sender_organ_id="H60.10", sender_name="", code="", subject=""
    )
    await system.emit("gateway", registered)
    await system.settle()
    await system.emit(
        "gateway",
        IncomingProgressV1(incoming_id="i1", office_id="o2", status="04", by="p", by_name="Lãnh đạo", at=now()),
    )
    await system.settle()
    ask = RecallRequestedV1(
        document_id="d1", identifier="x", office=SENDER, recipients=(), reason="Sai", by="p", by_name="A",
        requested_at=now(),
    )  # fmt: skip
    await system.emit("gateway", ask)
    await system.settle()
    await system.emit("gateway", RecallAnsweredV1(**common, agreed=True, answered_at=now()))
    await system.settle()
    copy = (await copies(system))["cũ-H60.20"]
    assert [s["code"] for s in copy["statuses"]] == ["01", "03", "04", "13", "15"]
    assert copy["state"] == "15"


async def test_other_offices_documents_do_not_exist(system: System) -> None:
    await issue(system, "H60.20")
    answer = await system.client("gateway", OTHER).get("/v1/deliveries", params={"document_id": "d1"})
    assert answer.status_code == 404


async def test_lost_answer_is_not_sent_twice(system: System) -> None:
    await issue(system, "G01.1")
    system.axis.lose_answer = True  # type: ignore[attr-defined]
    await send(system)
    assert (await copies(system))["G01.1"]["state"] == "waiting"
    await send(system, soon=True)
    assert (await copies(system))["G01.1"]["state"] == "sent"
    assert len(system.axis.sent) == 1  # type: ignore[attr-defined]


async def test_refused_receiver_needs_a_person_who_retries(system: System) -> None:
    await issue(system, "G01.1")
    system.axis.failures = [AxisRefused("18", "receiver", "không có")]  # type: ignore[attr-defined]
    await send(system)
    copy = (await copies(system))["G01.1"]
    assert copy["state"] == "failed" and copy["needs_person"]
    client = system.client("gateway", CLERK)
    assert (await client.post(f"/v1/deliveries/{copy['id']}/retry")).json()["state"] == "waiting"
    await send(system)
    assert (await copies(system))["G01.1"]["state"] == "sent"
    assert (await client.post(f"/v1/deliveries/{copy['id']}/retry")).status_code == 409


async def package_for_us(system: System, path: Path) -> bytes:
    """A package as a ministry would send it: ours, with other names."""
    await issue(system, "G01.1")
    await send(system)
    body: bytes = system.axis.sent[-1][3]  # type: ignore[attr-defined]
    return body.replace(b"H60.10", b"G02.99").replace(b"G01.1", b"H60.20")


async def test_axis_package_arrives_once_and_01_goes_back(system: System, tmp_path: Path) -> None:
    body = await package_for_us(system, tmp_path)
    axis, runtime = system.axis, system.runtime("gateway")  # type: ignore[attr-defined]
    runtime.state["axes"] = {"national": axis}
    for key in ("r1", "r2"):
        axis.put(key, "edoc", "H60.20", body)
        result = await poll(runtime, "national")
        assert (result.received, result.quarantined, axis.waiting) == (1, 0, {})
    assert [row.sender_organ_id for row in await arrivals(system)] == ["G02.99"]
    await send(system)
    kind, sender, receiver, status = axis.sent[-1]
    assert (kind, sender, receiver) == ("status", "H60.20", "G02.99")
    assert b"01" in status


async def test_same_key_with_other_content_is_held(system: System, tmp_path: Path) -> None:
    body = await package_for_us(system, tmp_path)
    client = system.client("gateway", OTHER)
    assert (await client.post("/v1/packages", content=body)).json()["state"] == "received"
    assert (await client.post("/v1/packages", content=body)).json()["state"] == "duplicate"
    changed = body.replace("Về việc thử".encode(), "Về việc khác".encode())
    held = (await client.post("/v1/packages", content=changed)).json()
    assert held["state"] == "quarantined"
    [entry] = (await client.get("/v1/quarantine")).json()
    assert entry["reason_code"] == "CONFLICT"
    path = f"/v1/quarantine/{held['quarantine_id']}/release"
    assert (await client.post(path, json={"note": "Bản mới đúng"})).json()["state"] == "received"
    assert (await client.post(path, json={"note": "x"})).status_code == 409


async def test_rubbish_and_unknown_offices_are_held(system: System, tmp_path: Path) -> None:
    client = system.client("gateway", CLERK)
    assert (await client.post("/v1/packages", content=b"rubbish")).json()["state"] == "quarantined"
    body = (await package_for_us(system, tmp_path)).replace(b"H60.20", b"K99.99")
    assert (await client.post("/v1/packages", content=body)).json()["state"] == "quarantined"
    codes = {entry["reason_code"] for entry in (await client.get("/v1/quarantine")).json()}
    assert "UNKNOWN_OFFICE" in codes and len(codes) == 2


async def test_status_package_moves_our_delivery(system: System, tmp_path: Path) -> None:
    body = await package_for_us(system, tmp_path)
    axis, runtime = system.axis, system.runtime("gateway")  # type: ignore[attr-defined]
    client = system.client("gateway", OTHER)
    await client.post("/v1/packages", content=body)
    await send(system)
    status = axis.sent[-1][3].replace(b"H60.20", b"G01.1").replace(b"G02.99", b"H60.10")
    axis.put("s1", "status", "H60.10", status)
    runtime.state["axes"] = {"national": axis}
    await poll(runtime, "national")
    assert (await copies(system))["G01.1"]["state"] == "01"
    lamp = (await system.client("gateway", CLERK).get("/v1/axes")).json()[0]
    assert lamp["up"] and lamp["waiting"] == 0


async def test_statuses_that_overtook_one_another_end_in_the_last(system: System) -> None:
    await issue(system, "G01.1")
    await send(system)
    moment = now().replace(microsecond=0)  # all at once: edXML knows no fractions of a second
    async with system.runtime("gateway").work() as work:
        [copy] = await of_organs(work, "d1", ["G01.1"])
        for code in ("01", "04", "05", "06", "03"):
            await record(work, copy, code, moment)
    assert (await copies(system))["G01.1"]["state"] == "06"
