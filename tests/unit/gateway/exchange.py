"""Offices, partners in memory and documents between them, for the tests of this folder."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from contracts.gateway.api import PollResult
from contracts.identity.events import OfficeChangedV1
from contracts.message import FileRef
from contracts.registry.events import DocumentIssuedV1, OfficeRef, Recipient
from services.gateway.axes.protocol import AxisUnavailable, Downloaded, ReceivedItem, SendReceipt, SentItem
from services.gateway.deliveries.tables import Delivery
from services.gateway.edxml import (
    Organ,
    Outgoing,
    Package,
    ResponseFor,
    Staff,
    Status,
    Trace,
    read,
    write,
    write_status,
)
from services.gateway.polling.actions import poll
from services.gateway.sending.job import send_due
from services.gateway.sending.tables import Shipment
from services.gateway.service import service
from services.gateway.wire.operations import described
from services.gateway.wire.summary import peek
from shared.auth import Principal
from shared.clock import VN, now
from shared.service import Service
from shared.testing import System, running

OURS = OfficeRef(office_id="o1", organ_id="H60.10", name="Sở Khoa học và Công nghệ")
THEIRS = OfficeRef(office_id="o2", organ_id="H60.20", name="Sở Tài chính")


def person(role: str, office: str = "o1") -> Principal:
    return Principal(
        id=f"{role}-{office}", name=f"{role} {office}", kind="person", office_id=office, roles=frozenset({role})
    )


CLERK, OTHER_CLERK = person("clerk"), person("clerk", "o2")
ADMIN = person("system_admin", "o9")


class Partner:
    """A partner's system in memory: remembers what it got, in order; fails as it is told."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str, bytes]] = []  # kind, from, to, body
        self.known: list[SentItem] = []
        self.failures: list[Exception] = []
        self.refused: dict[str, Exception] = {}  # by receiver, each time
        self.down: Exception | None = None
        self.lose_answers = 0
        self.tries = 0
        self.asked = 0
        self.waiting: dict[str, tuple[ReceivedItem, bytes]] = {}

    async def send(
        self, path: Path, sha256: str, sender: str, recipients: Sequence[str], message_type: str
    ) -> SendReceipt:
        self.tries += 1
        if self.down:
            raise self.down
        if self.failures:
            raise self.failures.pop(0)
        if recipients[0] in self.refused:
            raise self.refused[recipients[0]]
        body = path.read_bytes()  # noqa: ASYNC240
        assert hashlib.sha256(body).hexdigest() == sha256
        self.sent.append((message_type, sender, recipients[0], body))
        key = f"a{len(self.sent)}"
        self.known.append(self._item(key, message_type, sender, recipients[0], path))
        if self.lose_answers:
            self.lose_answers -= 1
            raise AxisUnavailable("mất kết nối")
        return SendReceipt(key)

    def _item(self, key: str, kind: str, sender: str, receiver: str, path: Path) -> SentItem:
        title, notation = described(peek(path), kind)
        sent = now().astimezone(VN).strftime("%Y-%m-%d %H:%M:%S")
        return SentItem(key, "", kind, title, notation, sender, receiver, sent, "", "done", "")  # type: ignore[arg-type]

    async def list_sent(self, message_type: str, axis_id: str | None = None) -> list[SentItem]:
        self.asked += 1
        return [item for item in self.known if item.message_type == message_type]

    async def list_received(self, message_type: str) -> list[ReceivedItem]:
        if self.down:
            raise self.down
        return [item for item, _ in self.waiting.values() if item.message_type == message_type]

    async def download(self, item: ReceivedItem, path: Path) -> Downloaded:
        body = self.waiting[item.axis_id][1]
        path.write_bytes(body)  # noqa: ASYNC240
        return Downloaded(path, len(body), hashlib.sha256(body).hexdigest())

    async def acknowledge(self, item: ReceivedItem, ok: bool) -> None:
        self.waiting.pop(item.axis_id, None)

    def put(self, key: str, kind: str, receiver: str, body: bytes) -> None:
        self.waiting[key] = (ReceivedItem(key, kind, "", receiver, "initial", ""), body)  # type: ignore[arg-type]

    def titles(self, receiver: str | None = None) -> list[str]:
        """What arrived here, in order."""
        return [i.title for i in self.known if i.message_type == "edoc" and receiver in (None, i.receiver)]


def unpack(body: bytes, folder: Path) -> Any:
    """The package or status in these bytes."""
    own = Path(tempfile.mkdtemp(dir=folder))
    found: Package | Status = read(io.BytesIO(body), own)
    return found


@asynccontextmanager
async def exchange(
    tmp_path: Path, *partners: str, beside: Sequence[Service] = (), **settings: Any
) -> AsyncIterator[System]:
    """Gateway with two offices, and these partners in memory. Its jobs run when a test runs them."""
    running_beside = [replace(other, jobs=[], consumers=[]) for other in beside]  # they only answer questions
    async with running(replace(service, jobs=[]), *running_beside, tmp_path=tmp_path, **settings) as system:
        system.partners = {name: Partner() for name in partners or ("national",)}  # type: ignore[attr-defined]
        for office in (OURS, THEIRS):
            await system.emit("gateway", office_fact(office))
        await system.settle()
        yield system


def office_fact(office: OfficeRef) -> OfficeChangedV1:
    return OfficeChangedV1(
        office_id=office.office_id,
        name=office.name,
        short_name="",
        abbreviation="",
        level="department",
        parent_id=None,
        organ_ids=(office.organ_id, f"cũ-{office.organ_id}"),
    )


async def issued(system: System, *organs: str, document_id: str = "d1", **changes: Any) -> DocumentIssuedV1:
    """A document of OURS to these organs; the fact as registry tells it."""
    blob = await system.runtime("gateway").blobs.put(f"%PDF-1.7 {document_id}".encode())
    number = document_id.removeprefix("d")
    values: dict[str, Any] = {
        "document_id": document_id,
        "identifier": f"H60.10,2026/01/05,{number}/QĐ-SKHCN",
        "office": OURS,
        "code_number": number,
        "code_notation": "QĐ-SKHCN",
        "code": f"{number}/QĐ-SKHCN",
        "type_name": "Quyết định",
        "subject": f"Về việc {document_id}",
        "issued_date": "2026-01-05",
        "issued_at": now(),
        "signer_name": "Nguyễn Văn A",
        "signer_position": "Giám đốc",
        "drafter_id": "specialist-o1",
        "clerk_id": "clerk-o1",
        "files": (FileRef(sha256=blob.sha256, size=blob.size, name="qd.pdf"),),
        "recipients": tuple(Recipient(organ_id=organ, name=f"Nơi {organ}") for organ in organs),
    }
    message = DocumentIssuedV1(**(values | changes))
    await system.emit("gateway", message, key=document_id)
    await system.settle()
    return message


def package(folder: Path, *receivers: str, number: str = "7", sender: str = "G02.99", **changes: Any) -> bytes:
    """A document package as a ministry sends it. `text` is what its file holds."""
    text = changes.pop("text", f"%PDF-1.7 văn bản {number}")
    values: dict[str, Any] = {
        "sender": Organ(sender, "Bộ Thử nghiệm"),
        "recipients": tuple(Organ(code, f"Nơi {code}") for code in receivers),
        "document_id": f"{sender},2026/01/05,{number}/BTN-VP",
        "code_number": number,
        "code_notation": "BTN-VP",
        "promulgation_date": date(2026, 1, 5),
        "type_name": "Công văn",
        "subject": f"Về việc số {number}",
        "traces": (Trace(sender, now()),),
    }
    content = text if isinstance(text, bytes) else text.encode()
    path = folder / f"{hashlib.sha256(content).hexdigest()}.pdf"
    path.write_bytes(content)
    out = io.BytesIO()
    write(Package(**(values | changes)), [Outgoing("van-ban.pdf", path)], out, strict_id=False)
    return out.getvalue()


def status_about(
    code: str, document: DocumentIssuedV1, *, by: str, at: datetime | None = None, text: str = ""
) -> bytes:
    """A status package about one of our documents."""
    about = ResponseFor(document.office.organ_id, document.code, document.identifier, date(2026, 1, 5))
    out = io.BytesIO()
    write_status(Status(Organ(by, "Bộ"), about, code, at or now(), text, Staff(name="Văn thư Bộ")), out)
    return out.getvalue()


async def cycle(system: System, partner: str = "national") -> PollResult:
    """One receive cycle of this partner in memory."""
    runtime = system.runtime("gateway")
    before = runtime.state.get("axes", {})
    runtime.state["axes"] = dict(system.partners)  # type: ignore[attr-defined]
    result = await poll(runtime, partner)
    runtime.state["axes"] = before
    return result


async def received(system: System, kind: str, receiver: str, body: bytes, partner: str = "national") -> None:
    """The partner hands a package over in a receive cycle."""
    source = system.partners[partner]  # type: ignore[attr-defined]
    source.put(f"r{len(source.sent)}-{hashlib.sha256(body).hexdigest()[:8]}", kind, receiver, body)
    await cycle(system, partner)
    assert not source.waiting


async def sent(system: System) -> None:
    """Everything that may leave now, leaves."""
    runtime = system.runtime("gateway")
    runtime.state["axes"] = dict(system.partners)  # type: ignore[attr-defined]
    await send_due(runtime)
    runtime.state["axes"] = {}


async def route_to(system: System, partner: str, *receivers: str) -> None:
    """Let the waiting packages for these receivers go through that partner (routing has tests of its own)."""
    async with system.runtime("gateway").work() as work:
        for row in await work.all(select(Shipment).where(Shipment.to_code.in_(receivers))):
            row.axis = partner
        for copy in await work.all(select(Delivery).where(Delivery.organ_id.in_(receivers))):
            copy.channel = partner


async def shipments(system: System) -> list[Shipment]:
    async with system.runtime("gateway").work(reading=True) as work:
        return list(await work.all(select(Shipment).order_by(Shipment.id)))


async def copies(system: System, document_id: str = "d1", who: Principal = CLERK) -> dict[str, dict[str, Any]]:
    """The document's copies as its page shows them, by receiver."""
    answer = await system.client("gateway", who).get("/v1/deliveries", params={"document_id": document_id})
    assert answer.status_code == 200, answer.text
    return {row["organ_id"]: row for row in answer.json()}


async def lamp(system: System, name: str = "national") -> dict[str, Any]:
    rows = (await system.client("gateway", CLERK).get("/v1/axes")).json()
    return next(row for row in rows if row["name"] == name)
