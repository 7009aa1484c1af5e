"""The recorder writes a real client's calls down byte for byte; the player plays them against any axis and compares."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.axis_simulator.commands import app
from infra.axis_simulator.recording import Recorder, differences, play
from services.gateway.axes.national import NationalAxis, NationalAxisSettings

from .conftest import Body, Running, document
from .test_recorded_calls import WIRE, needs_recordings


async def recorded(running: Running, folder: Path, package: Callable[[bytes], Body]) -> None:
    """A whole exchange of a real client through the recorder."""
    server = await Recorder(running.url, folder).serve(0)
    port = server.sockets[0].getsockname()[1]
    body = package(document("H02", "H01", padding=30_000))
    async with (
        server,
        NationalAxis(NationalAxisSettings(f"http://127.0.0.1:{port}", "H02", "two")) as sender,
        NationalAxis(NationalAxisSettings(f"http://127.0.0.1:{port}", "H01", "one")) as receiver,
    ):
        await sender.send(body.path, body.sha256, "H02", [], "edoc")
        [item] = await receiver.list_received("edoc")
        got = await receiver.download(item, folder.parent / "got.edxml")
        assert got.sha256 == body.sha256
        await receiver.acknowledge(item, True)
        assert len([entry async for entry in receiver.agencies()]) > 5


async def test_a_recorded_exchange_plays_again(
    running: Running, package: Callable[[bytes], Body], tmp_path: Path
) -> None:
    folder = tmp_path / "calls"
    await recorded(running, folder, package)
    names = [path.stem for path in sorted(folder.glob("*.http"))]
    assert [name.split("_")[1] for name in names] == [
        "sendEdoc", "getReceivedEdocList", "downloadEdoc", "updateStatus", "getAgenciesList",
    ]  # fmt: skip
    request = (folder / "01_sendEdoc.http").read_bytes()
    assert b"Host: axis.example\r\n" in request and str(running.port).encode() not in request
    assert request.endswith(b"</edXML>\r\n"), "the line end of the client too"
    again = await asyncio.to_thread(play, folder, running.url)
    problems = {found.name: found.problems for found in again if found.problems}
    assert problems == {"02_getReceivedEdocList": ()} or not problems, problems
    running.fault(kind="error", code="15", operation="getAgenciesList", count=1)
    [changed] = [found for found in await asyncio.to_thread(play, folder, running.url) if found.problems]
    assert changed.name == "05_getAgenciesList" and "ErrorCode: 0 → 15" in changed.problems


def test_what_a_client_would_notice() -> None:
    def answer(status: int, body: object) -> bytes:
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        return b"HTTP/1.1 %d X\r\n\r\n%s" % (status, text)

    good = {"status": "OK", "ErrorCode": "0", "ErrorDesc": "x", "data": [{"docId": "1", "from": "a"}]}
    other = {**good, "ErrorDesc": "y", "data": [{"docId": "2", "from": "b", "more": "c"}]}
    assert differences(answer(200, good), answer(200, other)) == []
    assert differences(answer(200, good), answer(401, good)) == ["HTTP 200 → 401"]
    assert "ErrorCode: 0 → 15" in differences(answer(200, good), answer(200, {**good, "ErrorCode": "15"}))
    assert differences(answer(200, good), answer(200, {"status": "OK", "ErrorCode": "0"})) == [
        "thiếu trường ErrorDesc, data"
    ]
    assert differences(answer(200, good), answer(200, {**good, "data": [{"docId": "1"}]})) == [
        "mục của data thiếu from"
    ]
    assert differences(answer(200, b"<edXML/>"), answer(200, good)) == ["không cùng loại nội dung (JSON / tệp)"]


async def test_an_axis_that_is_not_there_is_a_difference(tmp_path: Path) -> None:
    (tmp_path / "01_getAgenciesList.http").write_bytes(b"POST /getAgenciesList HTTP/1.1\r\nHost: axis.example\r\n\r\n")
    (tmp_path / "01_getAgenciesList.answer").write_bytes(b"HTTP/1.1 200 OK\r\n\r\n{}")
    [found] = await asyncio.to_thread(play, tmp_path, "http://127.0.0.1:9")
    assert found.status == 502 and found.problems


@needs_recordings
def test_the_recordings_of_the_stock_client_play_from_the_command_line(running: Running) -> None:
    result = CliRunner().invoke(app, ["play", str(WIRE), "--to", running.url])
    assert result.exit_code == 0 and result.output.count("✓") == 18, result.output


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["play", str(tmp_path), "--to", "http://127.0.0.1:9"])
    assert result.exit_code == 2 and "Không có tệp" in result.output


@pytest.mark.parametrize("options", [["--scenario", "no-such.yaml"], ["--account", "broken"]])
def test_wrong_options_stop_with_words(options: list[str]) -> None:
    result = CliRunner().invoke(app, ["simulate", "--port", "1", "--account", "H01:x", *options])
    assert result.exit_code == 2
