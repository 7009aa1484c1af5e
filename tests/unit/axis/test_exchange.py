"""The national client and the simulator together: a whole exchange, and the offices behind the axis."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from infra.axis_simulator.packages import small_pdf, status_package
from services.gateway.axes.national import earlier_sends
from services.gateway.axes.protocol import Axis, AxisRefused, AxisUnavailable, OfficeRegistration, ReceivedItem
from services.gateway.wire.headers import call_headers
from services.gateway.wire.summary import Reference, peek

from .conftest import Body, Door, Running, document, serve

Write = Callable[[bytes], Body]


async def test_document_travels_and_is_acknowledged(running: Running, package: Write, tmp_path: Path) -> None:
    body = package(document("H02", "H01.01", "H01.02", padding=500_000))
    async with running.axis("H02", "two") as sender, running.axis("H01", "one") as receiver:
        axis: Axis = sender
        receipt = await axis.send(body.path, body.sha256, "H02", [], "edoc")
        assert receipt.axis_id and not receipt.duplicate
        items = await receiver.list_received("edoc")
        assert [(item.sender, item.receiver, item.status) for item in items] == [
            ("H02", "H01.01", "initial"),
            ("H02", "H01.02", "initial"),
        ]
        target = tmp_path / "got.edxml"
        got = await receiver.download(items[0], target)
        assert (got.size, got.sha256, target.read_bytes()) == (len(body.content), body.sha256, body.content)
        await receiver.acknowledge(items[0], True)
        await receiver.acknowledge(items[1], False)
        assert await receiver.list_received("edoc") == []
        sent = await sender.list_sent("edoc", receipt.axis_id)
        assert [item.receive_status for item in sent] == ["done", "fail"]
        assert earlier_sends(sent, "7/UBND-VP", "H01.02", "Về việc thử") == [sent[1]]


async def test_to_header_goes_before_the_package(running: Running, package: Write) -> None:
    body = package(document("H02", "H01.01"))
    async with running.axis("H02", "two") as sender, running.axis("H01", "one") as receiver:
        await sender.send(body.path, body.sha256, "H02", ["H01.02", "H01.02"], "edoc")
        assert [item.receiver for item in await receiver.list_received("edoc")] == ["H01.02"]


async def test_get_edoc_gives_the_same_bytes_in_base64(running: Running, package: Write) -> None:
    body = package(document("H02", "H01", padding=200_000))
    async with running.axis("H02", "two") as sender, running.axis("H01", "one") as receiver:
        await sender.send(body.path, body.sha256, "H02", [], "edoc")
        item = (await receiver.list_received("edoc"))[0]
    headers = call_headers("H01", "one", {"docId": item.axis_id, "filePath": "x"}, "application/json")
    answer = httpx.post(f"{running.url}/getEdoc", headers=headers, content=b"{}").json()
    assert base64.b64decode(answer["data"], validate=True) == body.content
    stranger = call_headers("H02", "two", {"docId": item.axis_id, "filePath": "x"}, "application/json")
    assert httpx.post(f"{running.url}/getEdoc", headers=stranger).json()["status"] == "FAIL"


async def test_refusals_have_kinds(running: Running, package: Write) -> None:
    body = package(document("H02", "H01"))
    async with running.axis("H02", "two") as good, running.axis("H02", "wrong") as bad:
        cases = [
            (bad, body.sha256, "H02", "H01", "credentials"),
            (good, body.sha256, "H01", "H01", "sender"),
            (good, body.sha256, "H02", "H99", "receiver"),
            (good, "00" * 32, "H02", "H01", "file"),
            (good, body.sha256, "Sở", "H01", "unknown"),
        ]
        for axis, digest, sender, receiver, kind in cases:
            with pytest.raises(AxisRefused) as caught:
                await axis.send(body.path, digest, sender, [receiver], "edoc")
            assert caught.value.kind == kind
            assert caught.value.message_vi


async def test_offices_are_registered_changed_and_deleted(running: Running) -> None:
    async with running.axis("H01", "one") as axis, running.axis("H02", "two") as other:
        await axis.register_office(OfficeRegistration("H01.09", "Sở Mới", "H01", mail="a@b"))
        await axis.register_office(OfficeRegistration("H01.09", "Sở Mới Hơn", "H01"))
        assert [a.name async for a in other.agencies() if a.code == "H01.09"] == ["Sở Mới Hơn"]
        with pytest.raises(AxisRefused):
            await other.register_office(OfficeRegistration("H01.09", "Chiếm", "H02"))
        with pytest.raises(AxisRefused):
            await other.delete_office("H01.09")
        await axis.delete_office("H01.09")
        assert [a.code async for a in other.agencies() if a.code == "H01.09"] == []
        changes = [a async for a in other.changes() if a.code == "H01.09"]
        assert [(a.deleted, a.centre, a.version) for a in changes] == [(True, "H01", "3")]


async def test_a_long_register_is_read_in_pieces(running: Running) -> None:
    for number in range(3000):
        running.simulator.store.seed_agency(f"X{number:05}", "H02", f'Đơn vị số {number} ]}}"')
    async with running.axis("H01", "one") as axis:
        codes = [a.code async for a in axis.agencies() if a.code.startswith("X")]
    assert len(codes) == 3000


async def _statuses(running: Running, tmp_path: Path) -> list[str]:
    found = []
    async with running.axis("H01", "one") as axis:
        for item in await axis.list_received("status"):
            await axis.download(item, tmp_path / "status.edxml")
            summary = peek(tmp_path / "status.edxml")
            assert summary.from_code == item.sender
            found.append(summary.status_code)
            await axis.acknowledge(item, True)
    return found


@pytest.mark.parametrize(
    ("office", "business", "expected"),
    [
        ("G01", 0, ["01", "03", "04", "05", "06"]),
        ("G02", 0, ["01", "02"]),
        ("G03", 0, ["01", "03", "04", "05", "06"]),
        ("G04", 0, []),
        ("G01", 1, ["15"]),
    ],
)
async def test_offices_answer(
    running: Running, package: Write, tmp_path: Path, office: str, business: int, expected: list[str]
) -> None:
    body = package(document("H01", office, business=business))
    async with running.axis("H01", "one") as axis:
        receipt = await axis.send(body.path, body.sha256, "H01", [], "edoc")
        running.simulator.offices.work()  # waits for the answers that are being written
        assert [item.receive_status for item in await axis.list_sent("edoc", receipt.axis_id)] == ["done"]
    assert await _statuses(running, tmp_path) == expected


async def test_a_reply_refers_to_what_was_received(running: Running, package: Write, tmp_path: Path) -> None:
    body = package(document("H01", "G03"))
    async with running.axis("H01", "one") as axis:
        await axis.send(body.path, body.sha256, "H01", [], "edoc")
        running.simulator.offices.work()
        item = (await axis.list_received("edoc"))[0]
        await axis.download(item, tmp_path / "reply.edxml")
    summary = peek(tmp_path / "reply.edxml")
    assert (summary.from_code, summary.to) == ("G03", ["H01"])
    assert summary.response_for == [Reference("H01", "7/UBND-VP", "H01,2026/11/23,7/UBND-VP", "2026/11/23")]
    encoded = (tmp_path / "reply.edxml").read_text().split("ContentTransferEncoded")[1].split(">")[1].split("<")[0]
    assert base64.b64decode(encoded) == small_pdf("Tra loi so 1")


async def test_take_back_is_agreed_to(running: Running, package: Write, tmp_path: Path) -> None:
    body = package(
        status_package("H01", "Tỉnh Một", Reference("H01", "7/UBND-VP", "id", "2026/11/23"), "13", "lấy lại")
    )
    async with running.axis("H01", "one") as axis:
        await axis.send(body.path, body.sha256, "H01", ["G01"], "status")
    running.simulator.offices.work()
    assert await _statuses(running, tmp_path) == ["15"]


async def test_everything_survives_a_restart(door: Door, package: Write, tmp_path: Path) -> None:
    body = package(document("H02", "H01.01"))
    with serve(door, tmp_path / "durable") as first:
        async with first.axis("H02", "two") as sender:
            await sender.send(body.path, body.sha256, "H02", [], "edoc")
    with serve(door, tmp_path / "durable") as second:
        async with second.axis("H01", "one") as receiver:
            items: list[ReceivedItem] = await receiver.list_received("edoc")
            await receiver.download(items[0], tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == body.content


async def test_page_traffic_and_health(running: Running, package: Write) -> None:
    body = package(document("H02", "H01"))
    async with running.axis("H02", "two") as sender:
        await sender.send(body.path, body.sha256, "H02", [], "edoc")
    assert "Về việc thử" in httpx.get(running.url).text
    traffic = httpx.get(f"{running.url}/_control/traffic").json()
    assert (traffic["calls"][0]["operation"], traffic["items"][0]["to_code"]) == ("sendEdoc", "H01")
    assert httpx.get(f"{running.url}/_control/health").json() == {"status": "ok"}


async def test_nobody_there_is_an_outage() -> None:
    from services.gateway.axes.national import NationalAxis, NationalAxisSettings

    def refuse(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    client = httpx.AsyncClient(transport=httpx.MockTransport(refuse))
    with pytest.raises(AxisUnavailable):
        await NationalAxis(NationalAxisSettings("http://axis.test", "H01", "one"), client).list_received("edoc")


async def test_a_receiver_that_already_has_it_counts_as_sent(package: Write) -> None:
    from services.gateway.axes.national import NationalAxis, NationalAxisSettings

    answer = json.dumps({"status": "FAIL", "ErrorCode": "9999", "ErrorDesc": "ExistDoc", "DocId": ""})
    client = httpx.AsyncClient(transport=httpx.MockTransport(lambda _request: httpx.Response(200, text=answer)))
    body = package(b"<edXML/>")
    axis = NationalAxis(NationalAxisSettings("http://axis.test", "H01", "one"), client)
    assert (await axis.send(body.path, body.sha256, "H01", ["H02"], "edoc")).duplicate
