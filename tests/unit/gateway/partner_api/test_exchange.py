"""Packages in and out through the partner API: to our offices and back, once each, whatever a client repeats."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from typing import Any

from sqlalchemy import func, select, update

from contracts.message import FileRef
from contracts.registry.events import (
    DocumentIssuedV1,
    IncomingRefusedV1,
    OfficeRef,
    Recipient,
)
from services.gateway.mailbox.tables import MailItem, MailPackage
from services.gateway.polling.actions import poll
from services.gateway.quarantine.tables import Quarantined
from services.gateway.receiving.tables import Arrival
from services.gateway.sending.job import send_due
from services.gateway.wire.summary import read_head
from shared.clock import now

from .conftest import CLERK, Client, House, document, to


async def arrivals(house: House) -> list[Arrival]:
    async with house.system.runtime("gateway").work(reading=True) as work:
        return list(await work.all(select(Arrival).order_by(Arrival.id)))


async def taken_in(house: House, partner: str = "motcua") -> None:
    await poll(house.system.runtime("gateway"), partner)


async def statuses(client: Client) -> list[str]:
    """What waits as statuses; each is fetched and acknowledged."""
    import io

    found = []
    for item in await client.waiting("status"):
        head = read_head(io.BytesIO((await client.download(item["docId"])).content))
        found.append(head.status_code)
        assert (await client.call("updateStatus", b"{}", docid=item["docId"], status="done")).status_code == 200
    return found


async def test_a_refusal_reaches_the_sender(house: House, shop: dict[str, Any]) -> None:
    client = await house.with_token(shop)
    await client.send(document("H60.M1", "H60.10"), "H60.M1")
    await taken_in(house)
    [arrival] = await arrivals(house)
    office = OfficeRef(office_id="o1", organ_id="H60.10", name="Sở 1")
    refused = IncomingRefusedV1(
        incoming_id="i1", arrival_id=str(arrival.id), office=office, reason="Gửi không đúng nơi nhận", clerk_id="p",
        clerk_name="V", refused_at=now(),
    )  # fmt: skip
    await house.system.emit("gateway", refused)
    await house.system.settle()
    for _ in range(3):
        await send_due(house.system.runtime("gateway"))
    assert await statuses(client) == ["01", "02"]


async def issued(house: House, *organs: str) -> None:
    blob = await house.system.runtime("gateway").blobs.put(b"%PDF-1.7 noi dung")
    message = DocumentIssuedV1(
        document_id="d1", identifier="H60.10,2026/01/05,12/QĐ-S1", office=OfficeRef(
            office_id="o1", organ_id="H60.10", name="Sở 1"), code_number="12", code_notation="QĐ-S1", code="12/QĐ-S1",
        type_name="Quyết định", subject="Về việc thử", issued_date="2026-01-05", issued_at=now(), signer_name="A",
        signer_position="Giám đốc", files=(FileRef(sha256=blob.sha256, size=blob.size, name="qd.pdf"),),
        recipients=tuple(Recipient(organ_id=organ, name=organ) for organ in organs),
    )  # fmt: skip
    await house.system.emit("gateway", message)
    await house.system.settle()


async def test_a_document_of_ours_waits_for_its_partner_and_its_statuses_come_in(
    house: House, shop: dict[str, Any]
) -> None:
    client = await house.signed(shop, "mot.cua")
    await issued(house, "H60.M1")
    runtime = house.system.runtime("gateway")
    for _ in range(2):
        await send_due(runtime)
    [item] = await client.waiting()
    assert (item["from"], item["to"], item["status"], item["messageType"]) == ("H60.10", "H60.M1", "initial", "edoc")
    raw = await client.download(item["docId"])
    base64d = (await client.call("getEdoc", b"{}", docId=item["docId"], filePath="x")).json()["data"]
    assert base64.b64decode(base64d, validate=True) == raw.content and b"<edXML" in raw.content
    assert (await client.call("countReceiveEdoc")).json()["count"] == 1
    for _ in range(2):  # a client that repeats its acknowledgement hears the same
        assert (await client.call("updateStatus", b"{}", docId=item["docId"], status="done")).json()["status"] == "OK"
    assert await client.waiting() == []
    answer = status("H60.M1", "H60.10", "H60.10,2026/01/05,12/QĐ-S1", "03")
    assert (await client.send(answer, "H60.M1", "status")).json()["status"] == "OK"
    await taken_in(house)
    copies = (await house.system.client("gateway", CLERK).get("/v1/deliveries?document_id=d1")).json()
    assert [(copy["channel"], copy["state"]) for copy in copies] == [("motcua", "03")]


def status(sender: str, about: str, identifier: str, code: str) -> bytes:
    q = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
    return (
        f'<edXML xmlns="{q}"><edXML:edXMLEnvelope xmlns:edXML="{q}"><edXML:edXMLHeader><edXML:MessageHeader>'
        f"<edXML:From><edXML:OrganId>{sender}</edXML:OrganId></edXML:From><edXML:ResponseFor>"
        f"<edXML:OrganId>{about}</edXML:OrganId><edXML:DocumentId>{identifier}</edXML:DocumentId></edXML:ResponseFor>"
        f"<edXML:StatusCode>{code}</edXML:StatusCode><edXML:Timestamp>2026/11/23 08:00:00</edXML:Timestamp>"
        "</edXML:MessageHeader></edXML:edXMLHeader></edXML:edXMLEnvelope></edXML>"
    ).encode()


async def counted(house: House) -> tuple[int, int]:
    async with house.system.runtime("gateway").work(reading=True) as work:
        packages = await work.scalar(select(func.count()).select_from(MailPackage))
        return packages or 0, await work.scalar(select(func.count()).select_from(MailItem)) or 0


async def test_the_same_package_again_is_one_package_with_one_receipt(house: House, shop: dict[str, Any]) -> None:
    client = await house.signed(shop, "mot.cua")
    body = document("H60.M1", "H60.10", "H60.20")
    answers = await asyncio.gather(*(client.send(body, "H60.M1") for _ in range(4)))
    answers.append(await client.send(body + b"\r\n", "H60.M1", **{"hash-file": hashlib.sha256(body).hexdigest()}))
    assert len({answer.json()["DocId"] for answer in answers}) == 1
    assert await counted(house) == (1, 2)
    other = await client.send(body, "H60.M1", to=to("H60.10"))
    assert other.json()["DocId"] != answers[0].json()["DocId"], "to other receivers it is another sending"
    await taken_in(house)
    assert len(await arrivals(house)) == 2, "and arrives once at each office all the same"


async def test_an_idempotency_key_belongs_to_one_package(house: House, shop: dict[str, Any], hospital: Any) -> None:
    client, other = await house.with_token(shop), await house.with_token(hospital)
    client.headers = other.headers = {"Idempotency-Key": "k1"}
    first = await client.send(document("H60.M1", "H60.10"), "H60.M1")
    again = await client.send(document("H60.M1", "H60.10"), "H60.M1")
    assert first.json()["DocId"] == again.json()["DocId"]
    changed = await client.send(document("H60.M1", "H60.10", number=8), "H60.M1")
    assert changed.status_code == 422 and changed.json()["ErrorCode"] == "10" and changed.json()["DocId"] == ""
    theirs = await other.send(document("H60.B1", "H60.10"), "H60.B1")
    assert theirs.status_code == 200 and theirs.json()["DocId"] != first.json()["DocId"], "another partner's key"


async def test_a_package_that_failed_everywhere_may_be_sent_anew(house: House, shop: dict[str, Any]) -> None:
    client = await house.with_token(shop)
    body = document("H60.M1", "H60.10")
    first = (await client.send(body, "H60.M1")).json()["DocId"]
    async with house.system.runtime("gateway").work() as work:
        await work.execute(update(MailItem).values(status="fail"))
    assert (await client.send(body, "H60.M1")).json()["DocId"] != first


REFUSED = [
    ("H60.B1", ["H60.10"], "19", 403),  # another partner's unit
    ("H60.10", ["H60.20"], "19", 403),  # an office of the province
    ("G01", ["H60.10"], "19", 403),
    ("", ["H60.10"], "10", 422),
    ("H60.M1", ["H60.10", "H60.99"], "18", 422),
    ("H60.M1", ["H60.B1"], "18", 422),  # this gateway is no hub: partners do not see one another
    ("H60.M1", [], "22", 422),
]


async def test_what_is_refused_leaves_nothing(house: House, shop: dict[str, Any], hospital: dict[str, Any]) -> None:
    with_token, signed = await house.with_token(shop), await house.signed(shop, "mot.cua")
    for sender, receivers, code, http in REFUSED:
        await _refused(with_token, signed, sender, document("H60.M1", *receivers), code, http)
    assert await counted(house) == (0, 0)
    uploads = house.system.runtime("gateway").settings.data_dir / "uploads"
    assert list(uploads.iterdir()) == []


async def _refused(with_token: Client, signed: Client, sender: str, body: bytes, code: str, http: int) -> None:
    answer = await with_token.send(body, sender)
    assert (answer.status_code, answer.json()["ErrorCode"], answer.json()["DocId"]) == (http, code, "")
    assert answer.headers["content-type"] == "application/problem+json" and answer.json()["status"] == http
    answer = await signed.send(body, sender)
    assert (answer.status_code, answer.json()["status"], answer.json()["ErrorCode"]) == (200, "FAIL", code)
    assert answer.json()["DocId"] == ""


async def test_rubbish_is_refused_with_a_reason(house: House, shop: dict[str, Any]) -> None:
    client = await house.with_token(shop)
    for body in (b"", b"rubbish", b"<edXML/>", b"<!DOCTYPE a><a/>"):
        answer = await client.send(body, "H60.M1", to=to("H60.10"))
        assert answer.status_code == 422 and answer.json()["ErrorCode"] in ("10", "22")


async def test_a_wrong_hash_is_refused(house: House, shop: dict[str, Any]) -> None:
    client = await house.with_token(shop)
    answer = await client.send(document("H60.M1", "H60.10"), "H60.M1", **{"hash-file": "00" * 32})
    assert (answer.status_code, answer.json()["ErrorCode"]) == (422, "10")


async def test_what_our_side_cannot_trust_waits_for_a_person_and_the_sender_sees_it_taken(
    house: House, shop: dict[str, Any]
) -> None:
    client = await house.with_token(shop)
    body = document("H60.M1", "H60.10")
    await client.send(body, "H60.M1")
    await client.send(body.replace("Hồ sơ một cửa".encode(), "Hồ sơ khác".encode()), "H60.M1")
    await taken_in(house)
    async with house.system.runtime("gateway").work(reading=True) as work:
        held = await work.all(select(Quarantined))
    assert [row.reason_code for row in held] == ["CONFLICT"]
    sent = (await client.call("getSentEdocList", messagetype="edoc")).json()["data"]
    assert {row["receiveStatus"] for row in sent} == {"done"}
