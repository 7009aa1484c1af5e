"""The recorded calls of the stock client of the axis, byte for byte, against our partner API."""

from __future__ import annotations

import asyncio
import http.client
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.gateway.mailbox.tables import OURS, MailItem, MailPackage
from shared.database import new_id
from tests.unit.axis.test_adapters import serving

from .conftest import House

WIRE = Path(__file__).resolve().parents[5] / "shared" / "samples" / "axis" / "wire-sdk-2.0.1"
NAMES = sorted(path.stem for path in WIRE.glob("*.http"))
pytestmark = pytest.mark.skipif(not NAMES, reason="the recorded calls are not beside this repository")
EXPECTED = {  # everything not named here succeeds
    "05_deleteAgency": "18",  # a unit nobody has registered
    "06_sendEdoc": "22",  # `<edXML/>` names no receiver
    "07_sendEdoc": "22",  # nor a sender
    "16_leak_step1_sendEdoc": "22",
    "11_downloadEdoc": "15",  # no login at all
    **dict.fromkeys(("09_getEdoc", "10_downloadEdoc", "12_updateStatus", "13_updateStatus"), "99"),  # d1 is not here
}


class Saying:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def makefile(self, *_: Any) -> io.BytesIO:
        return io.BytesIO(self._content)


async def replay(port: int, content: bytes) -> tuple[int, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(content.replace(b"Connection: Keep-Alive", b"Connection: close").replace(b"keep-alive", b"close"))
    text = await reader.read()
    writer.close()
    while text.startswith(b"HTTP/1.1 100"):
        text = text.split(b"\r\n\r\n", 1)[1]
    response = http.client.HTTPResponse(Saying(text))  # type: ignore[arg-type]
    response.begin()
    return response.status, response.read()


@pytest.fixture
async def port(house: House) -> AsyncIterator[int]:
    """The partner API as such a client finds it: its base path is the endpoint's, so it sees none."""
    partner = await house.partner("demo", "000.00.00.H60", "999.010.01.H22", "H03")
    await house.key(partner, "signed-headers", client_id="demo.system.id", secret="demo-secret")
    await house.office(3, "A", "B")
    runtime = house.system.runtime("gateway")
    blob = await runtime.blobs.put(b"<edXML>van ban</edXML>")
    item = MailItem(id=new_id(), box="demo", to_code="H03", sha256=blob.sha256, size=blob.size, status="initial")
    async with runtime.work() as work:
        package = MailPackage(
            id=new_id(), partner=OURS, from_code="H60.10", message_type="edoc", title="t", notation="n", same_key="x"
        )
        work.save(package)
        await work.flush()
        item.package_id = package.id
        work.save(item)
    app = runtime.apps["gateway"]
    house.item = str(item.id)  # type: ignore[attr-defined]

    async def based(scope: Any, receive: Any, send: Any) -> None:
        path = "/partner/v1" + scope["path"]
        await app({**scope, "path": path, "raw_path": path.encode()}, receive, send)

    async with serving(based) as url:
        yield int(url.rsplit(":", 1)[1])


async def test_every_recorded_call_gets_the_right_answer(port: int) -> None:
    for name in NAMES:
        status, body = await replay(port, (WIRE / f"{name}.http").read_bytes())
        answer = json.loads(body)
        assert set(answer) >= {"status", "ErrorCode", "ErrorDesc"}, name
        expected = EXPECTED.get(name, "0")
        assert (answer["ErrorCode"], status) == (expected, 401 if expected == "15" else 200), (name, answer)
        if expected != "15":
            assert answer["status"] == ("OK" if expected == "0" else "FAIL")
        assert ("DocId" in answer) == ("sendEdoc" in name)


async def test_stale_headers_of_earlier_calls_say_nothing(port: int) -> None:
    """17 carries messagetype, hash-file and from of a send before it; the list is that of `status`, as signed."""
    _, body = await replay(port, (WIRE / "17_leak_step2_getReceivedEdocList.http").read_bytes())
    assert json.loads(body)["data"] == []
    _, body = await replay(port, (WIRE / "08_getReceivedEdocList.http").read_bytes())
    assert [row["to"] for row in json.loads(body)["data"]] == (["H03"] if b"messagetype: edoc" in (
        WIRE / "08_getReceivedEdocList.http").read_bytes() else [])  # fmt: skip


CHANGES = [
    (b"XroadVnpt-hash-header: b", b"XroadVnpt-hash-header: c"),
    (b"XroadVnpt-systemid: demo.system.id", b"XroadVnpt-systemid: H01"),
    (b"XroadVnpt-timestamp: 23", b"XroadVnpt-timestamp: 24"),
]


async def test_a_changed_call_is_refused(port: int) -> None:
    content = (WIRE / "01_getAgenciesList.http").read_bytes()
    for old, new in CHANGES:
        assert old in content
        status, body = await replay(port, content.replace(old, new, 1))
        assert (status, json.loads(body)["ErrorCode"]) == (401, "15")


async def test_a_parameter_that_is_not_signed_is_none(port: int) -> None:
    """Somebody on the way puts a header into a signed call: it says nothing."""
    content = (WIRE / "14_getSentEdocList.http").read_bytes()
    smuggled = content.replace(b"Host:", b"XroadVnpt-from: H60.10\r\nHost:", 1)
    assert (await replay(port, smuggled))[0] == 200
    unsigned = (WIRE / "01_getAgenciesList.http").read_bytes().replace(b"/getAgenciesList", b"/getReceivedEdocList", 1)
    with_type = unsigned.replace(b"Host:", b"XroadVnpt-messagetype: edoc\r\nHost:", 1)
    assert json.loads((await replay(port, with_type))[1])["ErrorCode"] == "10"
