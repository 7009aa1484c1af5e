"""`qlvb dead-letters`: what lies in the queues of this deployment, and putting it back."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from shared.messaging.commands import app
from shared.messaging.embedded import EmbeddedBus
from shared.messaging.envelope import Envelope, GiveUp

KIND = "qlvb.registry.document-issued.v1"


async def _bury(path: Path) -> None:
    """A message that gateway's consumer gave up."""
    bus, buried = EmbeddedBus(path), asyncio.Event()

    async def refuse(_: Envelope) -> None:
        buried.set()
        raise GiveUp("không đọc được")

    await bus.start()
    await bus.subscribe("qlvb.gateway", [KIND], refuse)
    await bus.publish([Envelope("m1", KIND, "/qlvb/registry", "d1", "{}")])
    async with asyncio.timeout(10):
        await buried.wait()
        while not await bus.dead_count("qlvb.gateway"):
            await asyncio.sleep(0)
    await bus.stop()


@pytest.fixture
def dead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QLVB_DATA_DIR", str(tmp_path))
    asyncio.run(_bury(tmp_path / "bus.sqlite"))


@pytest.mark.usefixtures("dead")
def test_they_are_listed_with_their_reason() -> None:
    shown = CliRunner().invoke(app, ["list", "gateway"])
    assert shown.exit_code == 1, shown.output
    assert "qlvb.gateway: 1 thư chết" in shown.output and "không đọc được" in shown.output
    machine = CliRunner().invoke(app, ["list", "gateway", "registry", "--json"])
    queues = {queue["queue"]: queue for queue in json.loads(machine.output)}
    assert (queues["qlvb.gateway"]["count"], queues["qlvb.registry"]["count"]) == (1, 0)
    assert queues["qlvb.gateway"]["items"][0]["id"] == "m1"


@pytest.mark.usefixtures("dead")
@pytest.mark.parametrize("which", [["--id", "m1"], ["--all"]])
def test_they_are_put_back(which: list[str]) -> None:
    assert CliRunner().invoke(app, ["replay", "gateway", *which]).exit_code == 0
    assert CliRunner().invoke(app, ["list", "gateway"]).exit_code == 0


@pytest.mark.usefixtures("dead")
@pytest.mark.parametrize("which", [[], ["--id", "m1", "--all"], ["--id", "none"]])
def test_what_is_not_said_clearly_or_not_there_changes_nothing(which: list[str]) -> None:
    assert CliRunner().invoke(app, ["replay", "gateway", *which]).exit_code != 0
    assert CliRunner().invoke(app, ["list", "gateway"]).exit_code == 1
