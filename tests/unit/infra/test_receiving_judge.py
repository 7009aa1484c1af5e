"""The judge of a receiving run sees each way in which a document can go wrong."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.faults.receiving_judge import Axis, Registers, judge

FILE = b"%PDF-1.4 one"
SHA = hashlib.sha256(FILE).hexdigest()
ONE, TWO = "T01,2026/11/26,1/CV", "T01,2026/11/26,2/CV"


def clean(folder: Path) -> tuple[Axis, Registers]:
    """Two documents of one sender, the first sent twice; taken in, on record and answered once each."""
    path = folder / SHA[:2] / SHA[2:4] / SHA
    path.parent.mkdir(parents=True)
    path.write_bytes(FILE)
    documents = [
        {"doc_id": f"d{n}", "document_id": identifier, "from_code": "T01", "to_code": "H60", "status": "done"}
        for n, identifier in enumerate((ONE, ONE, TWO))
    ]
    answers = [{"about": one, "from_code": "H60", "to_code": "T01", "status_code": "01"} for one in (ONE, TWO)]
    arrivals = [
        {"id": f"a{n}", "sender_organ_id": "T01", "identifier": one, "organ_id": "H60", "arrived_at": n}
        for n, one in enumerate((ONE, TWO))
    ]
    incoming = [
        {
            "arrival_id": row["id"],
            "identifier": row["identifier"],
            "sender_organ_id": "T01",
            "files": json.dumps([{"sha256": SHA}]),
        }
        for row in arrivals
    ]
    return Axis(documents, answers, {(one, "H60"): [SHA] for one in (ONE, TWO)}), Registers(
        incoming, arrivals, [], folder
    )


def test_a_clean_run_is_clean_although_a_package_came_twice(tmp_path: Path) -> None:
    verdict = judge(*clean(tmp_path))
    assert verdict.line() == "lost 0 · doubled 0 · changed 0 · out of order 0 · unexplained 0"
    assert verdict.seen["packages"] == 3
    assert verdict.seen["documents"] == 2


def swap(axis: Axis, registers: Registers) -> None:
    registers.arrivals.reverse()


def later(axis: Axis, registers: Registers) -> None:
    registers.arrivals[0]["arrived_at"] = 5


def spoil(axis: Axis, registers: Registers) -> None:
    (registers.blobs / SHA[:2] / SHA[2:4] / SHA).write_bytes(b"other")


FAULTS: list[tuple[str, str, Callable[[Axis, Registers], object]]] = [
    ("not in the register", "lost", lambda axis, registers: registers.incoming.pop()),
    ("not among the arrivals", "lost", lambda axis, registers: registers.arrivals.pop()),
    ("not answered", "lost", lambda axis, registers: axis.answers.pop()),
    ("twice in the register", "doubled", lambda axis, registers: registers.incoming.append(registers.incoming[0])),
    ("answered twice", "doubled", lambda axis, registers: axis.answers.append(axis.answers[0])),
    ("other files", "changed", lambda axis, registers: axis.files.update({(ONE, "H60"): ["f" * 64]})),
    ("bytes spoiled", "changed", spoil),
    ("taken in the other way round", "out of order", swap),
    ("times the other way round", "out of order", later),
    ("another status", "unexplained", lambda axis, registers: axis.answers[0].update(status_code="02")),
    ("answered to another", "unexplained", lambda axis, registers: axis.answers[0].update(to_code="T09")),
    ("nobody sent it", "unexplained", lambda axis, registers: registers.incoming[0].update(identifier="x")),
    ("still on the axis", "unexplained", lambda axis, registers: axis.documents[2].update(status="processing")),
    ("quarantined", "unexplained", lambda axis, registers: registers.unfinished.append("quarantine: CONFLICT")),
]


@pytest.mark.parametrize(("kind", "spoils"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_the_judge_finds(tmp_path: Path, kind: str, spoils: Callable[[Axis, Registers], object]) -> None:
    axis, registers = copy.deepcopy(clean(tmp_path))
    spoils(axis, registers)
    assert judge(axis, registers).found[kind]
