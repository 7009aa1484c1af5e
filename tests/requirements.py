"""The requirement board: runs the tests that carry an id and says for every id: proven, failing, not covered.

`python -m tests.requirements` prints the board and writes var/requirements.json:
`{"R11.7": {"state": "proven" | "failing" | "not covered", "tests": ["…"]}, …}`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parent
ROWS = json.loads((ROOT / "data" / "requirements.json").read_text())


class Board:
    """Collects, per requirement, the tests that carry it and how they ended."""

    def __init__(self) -> None:
        self.tests: dict[str, list[str]] = {}
        self.outcome: dict[str, str] = {}

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        kept = [item for item in items if any(item.iter_markers("requirement"))]
        for item in kept:
            for marker in item.iter_markers("requirement"):
                for requirement in marker.args:
                    if requirement not in ROWS:
                        raise pytest.UsageError(f"{item.nodeid} carries the unknown requirement {requirement}")
                    self.tests.setdefault(requirement, []).append(item.nodeid)
        items[:] = kept

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.outcome[report.nodeid] = "failed"
        elif report.skipped or report.when == "call":
            self.outcome.setdefault(report.nodeid, "skipped" if report.skipped else "passed")

    def state(self, requirement: str) -> str:
        outcomes = [self.outcome.get(test, "skipped") for test in self.tests.get(requirement, [])]
        if "failed" in outcomes:
            return "failing"
        return "proven" if outcomes and all(o == "passed" for o in outcomes) else "not covered"


def main() -> int:
    board = Board()
    pytest.main([str(ROOT), "-q", "--long", "-p", "no:cacheprovider"], plugins=[board])
    report = {r: {"state": board.state(r), "tests": board.tests.get(r, [])} for r in ROWS}
    for requirement, row in ROWS.items():
        print(f"{report[requirement]['state']:12} {requirement:7} {row['title'][:90]}")
    counts = {s: sum(r["state"] == s for r in report.values()) for s in ("proven", "failing", "not covered")}
    print(", ".join(f"{n} {state}" for state, n in counts.items()))
    Path("var").mkdir(exist_ok=True)
    Path("var/requirements.json").write_text(json.dumps(report, ensure_ascii=False, indent=1))
    return 1 if counts["failing"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
