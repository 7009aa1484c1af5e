"""`python -m infra.faults --documents N --seed S`: the run, the verdict, and the report under var/faults."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from infra.faults.judge import show
from infra.faults.run import FaultRun
from infra.local_servers import available
from infra.stack import MISSING


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=8, help="documents in flight")
    parser.add_argument("--replicas", type=int, default=2, help="processes of gateway and of registry")
    parser.add_argument("--embedded", action="store_true", help="everything in one process, on SQLite")
    parser.add_argument("--no-blows", action="store_true", help="the same run undisturbed")
    options = parser.parse_args()
    if not options.embedded and not available():
        print(MISSING, file=sys.stderr)
        return 2
    name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-seed{options.seed}-n{options.documents}"
    name += "-embedded" if options.embedded else ""
    folder = Path("var/faults") / name
    replicas = {"gateway": options.replicas, "registry": options.replicas}
    run = FaultRun(
        options.documents,
        options.seed,
        folder,
        at_once=options.at_once,
        blows=not options.no_blows,
        embedded=options.embedded,
        replicas=replicas,
    )
    verdict = run.run()
    show(verdict)
    print(f"seed {options.seed} · {folder / 'report.json'}")
    return 0 if verdict.clean else 1


if __name__ == "__main__":
    sys.exit(main())
