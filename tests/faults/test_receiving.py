"""The gateway is killed (-9) at random while it receives; `make kills GATEWAY=10000` is the same run, longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.faults.receiving import ReceivingRun
from infra.local_servers import available
from infra.stack import MISSING

CLEAN = "lost 0 · doubled 0 · changed 0 · out of order 0 · unexplained 0"
pytestmark = [
    pytest.mark.integration,
    pytest.mark.xdist_group("servers"),
    pytest.mark.skipif(not available(), reason=MISSING),
]


def each_arrives_once(documents: int, kills: int, folder: Path) -> None:
    run = ReceivingRun(documents, kills, 1, folder / "run")
    verdict = run.run()
    assert verdict.line() == CLEAN, verdict.found
    assert verdict.seen["documents"] == verdict.seen["in the registers"] == verdict.seen["statuses 01"] == documents
    assert verdict.seen["packages"] > documents, "some were sent twice"
    assert len(run.kills) == kills
    assert sum(process.starts for process in run.stack.processes["gateway"]) > 2, "the dead were started again"


@pytest.mark.timeout(300)
def test_each_of_a_hundred_documents_arrives_once(tmp_path: Path) -> None:
    each_arrives_once(100, 4, tmp_path)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.requirement("R08.8")
def test_each_of_ten_thousand_documents_arrives_once(tmp_path: Path) -> None:
    each_arrives_once(10_000, 100, tmp_path)
