"""Faults on demand, and what the national client makes of them (axis.md §1.4 and §1.8)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from infra.axis_simulator.faults import Faults, parse_fault
from services.gateway.axes.protocol import AxisRefused, AxisUnavailable
from services.gateway.wire.headers import call_headers

from .conftest import Body, Running, document

Write = Callable[[bytes], Body]


async def deliver(running: Running, package: Write, count: int = 1) -> None:
    async with running.axis("H02", "two") as sender:
        for number in range(1, count + 1):
            body = package(document("H02", "H01", number=number))
            await sender.send(body.path, body.sha256, "H02", [], "edoc")


@pytest.mark.parametrize(
    "fault", [{"kind": "down"}, {"kind": "html"}, {"kind": "error"}, {"kind": "error", "code": "500"}]
)
async def test_an_outage_is_never_an_empty_list(running: Running, fault: dict[str, str]) -> None:
    running.fault(**fault, operation="getReceivedEdocList", count=1)
    async with running.axis("H01", "one") as axis:
        with pytest.raises(AxisUnavailable):
            await axis.list_received("edoc")
        assert await axis.list_received("edoc") == []


@pytest.mark.parametrize(
    ("code", "kind"), [("10", "file"), ("15", "credentials"), ("18", "receiver"), ("19", "sender"), ("23", "receiver")]
)
async def test_codes_are_mapped(running: Running, package: Write, code: str, kind: str) -> None:
    running.fault(kind="error", code=code, count=1)
    body = package(document("H02", "H01"))
    async with running.axis("H02", "two") as axis:
        with pytest.raises(AxisRefused) as caught:
            await axis.send(body.path, body.sha256, "H02", [], "edoc")
    assert (caught.value.code, caught.value.kind) == (code, kind)


async def test_slow_beyond_the_time_limit_is_an_outage(running: Running) -> None:
    running.fault(kind="slow", seconds=1.0, count=1)
    async with running.axis("H01", "one", timeout=0.2) as axis:
        with pytest.raises(AxisUnavailable):
            await axis.list_received("edoc")


async def test_a_lost_answer_hides_a_done_send(running: Running, package: Write) -> None:
    running.fault(kind="lost_answer", operation="sendEdoc", count=1)
    body = package(document("H02", "H01"))
    async with running.axis("H02", "two") as sender:
        with pytest.raises(AxisUnavailable):
            await sender.send(body.path, body.sha256, "H02", [], "edoc")
        assert [item.receiver for item in await sender.list_sent("edoc")] == ["H01"]


async def test_a_repeated_item_comes_once_and_order_may_turn(running: Running, package: Write) -> None:
    await deliver(running, package, 2)
    async with running.axis("H01", "one") as axis:
        plain = await axis.list_received("edoc")
        running.fault(kind="duplicate", count=1)
        assert await axis.list_received("edoc") == plain
        running.fault(kind="out_of_order", count=1)
        assert await axis.list_received("edoc") == plain[::-1]


@pytest.mark.parametrize("kind", ["truncated", "vanish", "html", "down", "error", "lost_answer"])
async def test_a_spoiled_download_is_never_stored(running: Running, package: Write, tmp_path: Path, kind: str) -> None:
    await deliver(running, package)
    target = tmp_path / "got"
    async with running.axis("H01", "one") as axis:
        item = (await axis.list_received("edoc"))[0]
        running.fault(kind=kind, operation="downloadEdoc", count=1)
        with pytest.raises(AxisUnavailable):
            await axis.download(item, target)
        assert not target.exists() and not (tmp_path / "got.part").exists()
        await axis.download(item, target)
    assert target.read_bytes().endswith(b"</edXML>")


async def test_a_changed_byte_shows_in_the_hash(running: Running, package: Write, tmp_path: Path) -> None:
    await deliver(running, package)
    async with running.axis("H01", "one") as axis:
        item = (await axis.list_received("edoc"))[0]
        running.fault(kind="wrong_hash", operation="downloadEdoc", count=1)
        spoiled = await axis.download(item, tmp_path / "got")
        good = await axis.download(item, tmp_path / "got")
    assert (spoiled.size, spoiled.sha256 == good.sha256) == (good.size, False)


async def test_truncated_base64_is_not_base64(running: Running, package: Write) -> None:
    await deliver(running, package)
    async with running.axis("H01", "one") as axis:
        item = (await axis.list_received("edoc"))[0]
    running.fault(kind="truncated", operation="getEdoc", count=1)
    headers = call_headers("H01", "one", {"docId": item.axis_id, "filePath": "x"}, "application/json")
    data = httpx.post(f"{running.url}/getEdoc", headers=headers).json()["data"]
    with pytest.raises(binascii.Error):
        base64.b64decode(data, validate=True)


async def test_a_broken_register_raises_at_its_end(running: Running) -> None:
    for kind in ("html", "down", "error", "lost_answer"):
        running.fault(kind=kind, operation="getAgenciesList", count=1)
        async with running.axis("H01", "one") as axis:
            with pytest.raises(AxisUnavailable):
                _ = [entry async for entry in axis.agencies()]


def test_a_fault_lasts_for_its_count_or_its_time() -> None:
    faults = Faults()
    faults.add(parse_fault({"kind": "down", "count": 2}))
    assert [faults.take("down", "x") is None for _ in range(3)] == [False, False, True]
    faults.add(parse_fault({"kind": "down", "seconds": 3600, "operation": "sendEdoc"}))
    assert faults.take("down", "getEdoc") is None
    assert all(faults.take("down", "sendEdoc") for _ in range(50))
    faults.clear()
    assert faults.describe() == []


def test_an_unknown_fault_is_refused(running: Running) -> None:
    assert httpx.post(f"{running.url}/_control/faults", json={"kind": "magic"}).status_code == 400
