"""kill -9 between the steps of an act: one signature for each, and none stuck. `make kills` does it 200 times."""

from __future__ import annotations

from pathlib import Path

from infra.faults import signing


def test_no_act_gets_two_signatures_and_none_is_stuck_whenever_the_service_dies(tmp_path: Path) -> None:
    verdict = signing.run(tmp_path, kills=24, seed=7)
    assert verdict.problems == []
    assert verdict.kills == 24 and verdict.moments > 15
