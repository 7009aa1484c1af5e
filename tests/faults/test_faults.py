"""A few hundred documents while everything is killed at random; `make faults N=10000` is the same run, longer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.faults.proxy import MISHAPS
from infra.faults.run import FaultRun
from infra.local_servers import available
from infra.stack import MISSING

CLEAN = "lost 0 · doubled 0 · changed 0 · gaps 0 · unexplained 0"
pytestmark = [pytest.mark.timeout(1200), pytest.mark.xdist_group("servers")]


def report_of(folder: Path) -> dict:
    return json.loads((folder / "report.json").read_text("utf-8"))


@pytest.mark.integration
@pytest.mark.skipif(not available(), reason=MISSING)
def test_on_rabbitmq_and_postgresql_nothing_is_lost_doubled_or_changed(tmp_path: Path) -> None:
    run = FaultRun(120, 1, tmp_path / "run", offices=5, replicas={"gateway": 2, "registry": 2})
    verdict = run.run()
    report = report_of(tmp_path / "run")
    assert verdict.line() == CLEAN, verdict.found
    assert verdict.seen["issued"] == verdict.seen["orders"] == 120
    struck = {(blow["kind"], blow["target"]) for blow in report["blows"]}
    services = {"identity", "registry", "workflow", "signing", "gateway", "portal"}
    assert {target for kind, target in struck if kind == "kill"} == services
    assert {target for kind, target in struck if kind == "kill relay"} == services - {"portal"}
    servers = {"rabbitmq restart", "rabbitmq kill", "postgres restart", "postgres crash", "axis down"}
    assert servers <= {kind for kind, _ in struck}
    assert all(report["axis_calls"].get(mishap) for mishap in (*MISHAPS, "down")), report["axis_calls"]
    assert all(report["starts"][f"{service}-1"] > 1 for service in services)


def test_the_embedded_default_loses_nothing_either(tmp_path: Path) -> None:
    run = FaultRun(16, 2, tmp_path / "run", offices=5, embedded=True)
    verdict = run.run()
    report = report_of(tmp_path / "run")
    assert verdict.line() == CLEAN, verdict.found
    assert verdict.seen["issued"] == 16
    kills = sum(blow["kind"].startswith("kill") for blow in report["blows"])
    assert 5 < report["starts"]["all-1"] <= 1 + kills  # a blow may meet a process that is just being started again
