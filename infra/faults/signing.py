"""kill -9 of the signing service between any two steps: no document with two signatures of one act, none stuck.

`python -m infra.faults.signing --kills 200`. First every moment of an act in turn, then moments drawn from the seed,
several deaths a document. The judge reads the database, the bus, the files and the keys' own record afterwards.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from infra.faults.signing_life import TOLD, Order, make_draft


@dataclass
class Verdict:
    documents: int = 0
    kills: int = 0
    moments: int = 0  # different moments at which a life ended
    problems: list[str] = field(default_factory=list)


class Lives:
    """The process that forks one life after the other."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "infra.faults.signing_life", str(folder)]
        self._log = (folder / "lives.log").open("wb")
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log)
        self._in: IO[bytes] = self._process.stdin  # type: ignore[assignment]
        self._out: IO[bytes] = self._process.stdout  # type: ignore[assignment]
        self._out.readline()

    def live(self, order: Order) -> dict[str, Any]:
        self._in.write(json.dumps(order.__dict__).encode() + b"\n")
        self._in.flush()
        ended: dict[str, Any] = json.loads(self._out.readline())
        return ended

    def close(self) -> None:
        self._in.close()
        self._process.wait(30)
        self._log.close()


def run(folder: Path, kills: int, seed: int) -> Verdict:
    """Until so many lives have ended by force; then every document is finished and judged."""
    make_draft(folder)
    verdict, draw, lives, seen = Verdict(), random.Random(seed), Lives(folder), set[int]()  # noqa: S311
    documents = ["undisturbed"]
    try:
        _must_end(lives, folder, documents[0], verdict)
        moments = int((folder / "moments").read_text())
        planned = [1 + index * moments // kills for index in range(kills)] if kills < moments else [*range(1, moments)]
        while verdict.kills < kills:
            documents.append(f"document-{seed}-{len(documents)}")
            die_at = planned.pop(0) if planned else draw.randint(1, moments)
            while verdict.kills < kills and lives.live(Order(documents[-1], die_at))["signal"] == signal.SIGKILL:
                verdict.kills += 1
                seen.add(die_at)
                die_at = draw.randint(1, moments)
            _must_end(lives, folder, documents[-1], verdict)
    finally:
        lives.close()
    verdict.documents, verdict.moments = len(documents), len(seen)
    verdict.problems += judge(folder, documents)
    return verdict


def _must_end(lives: Lives, folder: Path, document: str, verdict: Verdict) -> None:
    if lives.live(Order(document, 0))["status"]:
        verdict.problems.append(f"{document} is stuck: {(folder / 'lives.log').read_text()[-500:]}")


def judge(folder: Path, documents: list[str]) -> list[str]:
    """What is wrong, a sentence each."""
    asked, told, problems = _asked(folder), _told(folder), []
    signed = _signed_files(folder)
    rows = _rows(folder / "signing.sqlite", "SELECT kind, object_id, id, state, files FROM acts")
    for document in documents:
        acts = {kind: (state, json.loads(files)) for kind, of, _, state, files in rows if of == document}
        if {kind: state for kind, (state, _) in acts.items()} != {"leader": "done", "seal": "done"}:
            problems.append(f"{document}: acts {acts}")
            continue
        if sum(of == document for _, of, *_ in rows) != 2:
            problems.append(f"{document}: an act twice")
        if len(asked[document]) != 2:
            problems.append(f"{document}: keys were asked for {len(asked[document])} different signatures")
        files = {kind: found[0]["sha256"] for kind, (_, found) in acts.items()}
        for kind, fact in (("leader", "leader-signed"), ("seal", "sealed")):
            hashes = told[document, f"qlvb.signing.{fact}.v1"]
            if set(hashes) != {files[kind]} or (kind == "leader" and len(hashes) != 1):
                problems.append(f"{document}: told {fact} {hashes}, kept {files[kind]}")
    kept = {one["sha256"] for *_, files in rows for one in json.loads(files)}
    if extra := signed - kept:
        problems.append(f"{len(extra)} signed files that no act knows")
    return problems


def _asked(folder: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for line in (folder / "asked.jsonl").read_text().splitlines():
        entry = json.loads(line)
        found[entry["document"]].add(entry["digest"])
    return found


def _told(folder: Path) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, kind, data in _rows(folder / "bus.sqlite", f"SELECT key, type, data FROM message WHERE queue = '{TOLD}'"):  # noqa: S608
        found[key, kind].append(json.loads(data)["main_file"]["sha256"])
    return found


def _signed_files(folder: Path) -> set[str]:
    """Every stored PDF that carries a finished signature, by its name."""
    files = [path for path in (folder / "blobs").rglob("*") if path.is_file()]
    return {path.name for path in files if b"/Contents <30" in path.read_bytes()}


def _rows(path: Path, statement: str) -> list[Any]:
    with sqlite3.connect(path) as database:
        return list(database.execute(statement))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="qlvb-signing-kills-") as folder:
        verdict = run(Path(folder), options.kills, options.seed)
    for problem in verdict.problems:
        print(f"✖ {problem}")
    words = f"{verdict.kills} kills at {verdict.moments} moments, {verdict.documents} documents, seed {options.seed}"
    print(f"{words}: {len(verdict.problems) or 'no'} problems")
    return 1 if verdict.problems else 0


if __name__ == "__main__":
    sys.exit(main())
