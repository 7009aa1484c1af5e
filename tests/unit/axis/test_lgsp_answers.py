"""The answers of provincial axes, in every form that was seen, and a package taken out of JSON as a stream."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.axes.jsontext import extract
from services.gateway.axes.lgsp import LgspAccount, LgspAxis
from services.gateway.axes.lgsp_answers import judge, rows
from services.gateway.axes.protocol import AxisRefused, AxisUnavailable, ReceivedItem
from services.gateway.edxml import read

from .conftest import NAMESPACE

GOOD = [
    '{"success":true,"message":"OK","docId":"1"}',
    '{"code":200,"message":"","data":[]}',
    '{"success":true,"data":[{"orgCode":"H37"}]}',
    '[{"orgCode":"H37"}]',
    '{"data":[],"ErrorDesc":"Thanh cong","ErrorCode":"0","status":"OK"}',
    '{"success":true,"data":{"docId":"1","errorCode":"0"}}',
]
REFUSED = [
    ('{"success":false,"message":"x","data":{"docId":null,"status":"error","errorCode":"18","errorDesc":"y"}}', "18"),
    ('{"success":false,"message":"x","data":{"errorCode":15}}', "15"),
    ('{"status":"FAIL","ErrorCode":"22","ErrorDesc":"sai"}', "22"),
]
ODD = [
    '{"success":false,"message":"Bảo trì"}',
    '{"success":false,"data":{"errorCode":"20","errorDesc":"lỗi hệ thống"}}',
    '{"code":500,"message":"x"}',
    "<html></html>",
    '"OK"',
    "{}",
    "",
]


@pytest.mark.parametrize("text", GOOD)
def test_good_answers(text: str) -> None:
    assert judge(text, 200)


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_refusals(text: str, code: str) -> None:
    with pytest.raises(AxisRefused) as caught:
        judge(text, 200)
    assert caught.value.code == code


@pytest.mark.parametrize("text", ODD)
def test_what_is_not_understood_is_an_outage(text: str) -> None:
    with pytest.raises(AxisUnavailable):
        judge(text, 200)
    with pytest.raises(AxisUnavailable):
        rows(judge('{"success":true}', 200))


async def pieces(text: str, size: int) -> AsyncIterator[str]:
    for start in range(0, len(text), size):
        yield text[start : start + size]


@given(value=st.text(max_size=60), size=st.integers(1, 9), ascii_only=st.booleans())
@settings(max_examples=300, deadline=None)
async def test_any_text_is_taken_out_whatever_the_pieces(value: str, size: int, ascii_only: bool) -> None:
    value = value.encode("utf-8", "ignore").decode()
    body = {"success": True, "data": {"edocAbstract": '"edxml":"no"', "edxml": value, "more": [1]}}
    out = io.BytesIO()
    rest, found = await extract(pieces(json.dumps(body, ensure_ascii=ascii_only), size), "edxml", out)
    assert found and out.getvalue().decode() == value
    assert json.loads(rest) == {"success": True, "data": {"edocAbstract": '"edxml":"no"', "edxml": "", "more": [1]}}


@pytest.mark.parametrize(
    "text", ['{"edxml":"<a>', '{"edxml":"<a>\\', '{"edxml":"\\u12', '{"edxml":"\\uD83Dxxxxxxxxxxx"}']
)
async def test_a_text_that_breaks_off_is_an_outage(text: str) -> None:
    with pytest.raises(AxisUnavailable):
        await extract(pieces(text + "x" * 100 if text.endswith("}") else text, 4), "edxml", io.BytesIO())


def package(attachment: str = "") -> str:
    return (
        f'<edXML xmlns="{NAMESPACE}"><edXML:edXMLEnvelope xmlns:edXML="{NAMESPACE}"><edXML:edXMLHeader>'
        "<edXML:MessageHeader><edXML:From><edXML:OrganId>H37</edXML:OrganId></edXML:From><edXML:To><edXML:OrganId>H60"
        "</edXML:OrganId></edXML:To><edXML:DocumentId>x</edXML:DocumentId><edXML:Subject>Về việc</edXML:Subject>"
        f"</edXML:MessageHeader></edXML:edXMLHeader></edXML:edXMLEnvelope>{attachment}</edXML>"
    )


async def fetched(tmp_path: Path, data: dict[str, Any]) -> Path:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/login"):
            return httpx.Response(200, json={"success": True, "message": "", "token": "t"})  # the older form
        assert request.headers["authorization"] == "Bearer t"
        return httpx.Response(200, json={"success": True, "message": "OK", "data": data})

    account = {"endpoint": "http://lgsp.test", "username": "u", "password": "p", "system_id": "H37", "secret_key": "k"}
    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    axis, target = LgspAxis(LgspAccount.model_validate(account), http), tmp_path / "got.edxml"
    await axis.download(ReceivedItem("1", "edoc", "", "", "", ""), target)
    await axis.close()
    return target


async def test_a_package_in_base64_is_unpacked(tmp_path: Path) -> None:
    text = package()
    path = await fetched(tmp_path, {"docId": "1", "edxml": base64.b64encode(text.encode()).decode()})
    assert path.read_text() == text


async def test_files_that_come_beside_the_package_are_put_into_it(tmp_path: Path) -> None:
    beside = [{"fileName": "công văn.pdf", "fileContent": base64.b64encode(b"%PDF-1.7 x").decode()}]
    path = await fetched(tmp_path, {"docId": "1", "edxml": package(), "attachments": beside})
    with path.open("rb") as stream:
        found = read(stream, tmp_path)
    [attachment] = found.attachments  # type: ignore[union-attr]
    assert attachment.name == "công văn.pdf" and attachment.path and attachment.path.read_bytes() == b"%PDF-1.7 x"


async def test_files_that_are_in_the_package_already_are_not_doubled(tmp_path: Path) -> None:
    inside = package("<AttachmentEncoded></AttachmentEncoded>")
    path = await fetched(tmp_path, {"edxml": inside, "attachments": [{"fileName": "a", "fileContent": "QUJD"}]})
    assert path.read_text() == inside
