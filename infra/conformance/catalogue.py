"""The published list of a suite: what each case is called, what it demands and which package it sends."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from infra.conformance.suite import VERSION, Case

PUBLISHED = Path(__file__).parent / "suite.tsv"
HEAD = ("id", "level", "rule", "package", "title_vi", "title_en")


def entry(case: Case) -> dict[str, object]:
    """A case as a program wants it."""
    return {
        "id": case.id,
        "target": case.target,
        "level": case.level,
        "rule": case.rule,
        "quick": case.quick,
        "title": asdict(case.title),
        "expects": asdict(case.expects),
        "fix": asdict(case.fix),
        "package_sha256": digest(case),
    }


def digest(case: Case) -> str:
    """The SHA-256 of the package that it sends; empty where it makes several or none."""
    return hashlib.sha256(case.package()).hexdigest() if case.package else ""


def published(cases: Iterable[Case]) -> str:
    """The committed list: within a version, lines are only added."""
    rows = [(c.id, c.level, c.rule, digest(c)[:16], c.title.vi, c.title.en) for c in cases]
    return "\n".join([f"# {VERSION}", "\t".join(HEAD), *("\t".join(row) for row in rows), ""])


def export(cases: Iterable[Case], folder: Path) -> int:
    """Every package of these cases as a file, and the list beside them; gives how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for case in cases:
        if case.package:
            (folder / f"{case.id}.edxml").write_bytes(case.package())
            entries.append(entry(case))
    (folder / "suite.json").write_text(json.dumps({"version": VERSION, "cases": entries}, ensure_ascii=False, indent=1))
    return len(entries)


if __name__ == "__main__":
    from infra.conformance.cases import CASES

    PUBLISHED.write_text(published(CASES))
