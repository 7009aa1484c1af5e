"""The gateway is killed (-9) at random while it receives; `make kills GATEWAY=10000` is the same run, longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.faults.receiving import ReceivingRun
from infra.local_servers import available
from infra.stack import MISSING

CLEAN = "lost 0 · doubled 0 · changed 0 · out of order 0 · unexplained 0"
pytestmark = pytest.mark.xdist_group("servers")


def each_arrives_once(run: ReceivingRun, kills: int) -> None:
    verdict, started = run.run(), len(run.gateways)
    assert verdict.line() == CLEAN, verdict.found
    seen = verdict.seen
    assert seen["documents"] == seen["in the registers"] == seen["statuses 01"] == run.documents
    assert seen["packages"] > run.documents, "some were sent twice"
    assert len(run.kills) == kills
    assert sum(process.starts for process in run.gateways) > started, "the dead were started again"


@pytest.mark.timeout(300)
def test_each_of_sixty_documents_arrives_once(tmp_path: Path) -> None:
    each_arrives_once(ReceivingRun(60, 2, 1, tmp_path / "run", senders=6, embedded=True), 2)


@pytest.mark.long
@pytest.mark.integration
@pytest.mark.skipif(not available(), reason=MISSING)
@pytest.mark.timeout(3600)
@pytest.mark.requirement("R08.8")
def test_each_of_ten_thousand_documents_arrives_once(tmp_path: Path) -> None:
    each_arrives_once(ReceivingRun(10_000, 100, 1, tmp_path / "run"), 100)
