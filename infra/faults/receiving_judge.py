"""The judge of a receiving run: what the axis holds stands in the registers once, in order, and was answered once.

It reads the axis' own store, the databases by SQL and the stored files; it shares no code with the services.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.faults.judge import Verdict
from infra.faults.record import Record, read_package, walk_chain
from infra.faults.sources import Row, Source

KINDS = ("lost", "doubled", "changed", "out of order", "unexplained")
Place = tuple[str, str]  # identifier of a document, organ code of its receiver
DOCUMENTS = (
    "SELECT p.doc_id, p.document_id, p.from_code, i.to_code, i.status FROM item i JOIN package p ON p.doc_id = "
    "i.package_id WHERE p.message_type = 'edoc' ORDER BY i.seq"
)
ANSWERS = (
    "SELECT p.about, p.from_code, i.to_code, p.status_code FROM item i JOIN package p ON p.doc_id = i.package_id "
    "WHERE p.message_type = 'status'"
)


@dataclass
class Axis:
    """What lies on it. `documents` in the order in which they were sent, those sent again too."""

    documents: list[Row]
    answers: list[Row]
    files: dict[Place, list[str]] = field(default_factory=dict)  # SHA-256 of each

    @property
    def places(self) -> dict[Place, str]:
        """What must arrive, and who sent it."""
        return {(row["document_id"], row["to_code"]): row["from_code"] for row in self.documents}


def read_axis(folder: Path, *, files: bool = True) -> Axis:
    with closing(sqlite3.connect(f"file:{folder / 'axis.sqlite3'}?mode=ro", uri=True, timeout=30)) as database:
        database.row_factory = sqlite3.Row
        documents, answers = ([dict(row) for row in database.execute(sql)] for sql in (DOCUMENTS, ANSWERS))
    axis = Axis(documents, answers)
    for row in axis.documents if files else ():
        path = folder / "packages" / row["doc_id"][:2] / f"{row['doc_id']}.edxml"
        axis.files[row["document_id"], row["to_code"]] = read_package(path)[1]
    return axis


@dataclass
class Registers:
    """What our side has on record: `arrivals` of the gateway in the order in which it took them in."""

    incoming: list[Row]
    arrivals: list[Row]
    unfinished: list[str]
    blobs: Path

    def code_of(self) -> dict[str, str]:
        """Receiver's organ code of each arrival."""
        return {row["id"]: row["organ_id"] for row in self.arrivals}


async def read_registers(source: Source, services: list[str], blobs: Path) -> Registers:
    incoming = await source.rows("registry", "SELECT arrival_id, identifier, sender_organ_id, files FROM incoming")
    arrivals = await source.rows(
        "gateway", "SELECT id, sender_organ_id, identifier, organ_id, arrived_at FROM arrivals ORDER BY id"
    )
    unfinished = [text async for text in _unfinished(source, services)]
    return Registers(incoming, arrivals, unfinished, blobs)


async def _unfinished(source: Source, services: list[str]) -> Any:
    record = Record()
    for service in services:
        await walk_chain(record, service, source)
        [outbox] = await source.rows(service, "SELECT count(*) AS n FROM outbox")
        if outbox["n"]:
            yield f"{outbox['n']} facts wait in the outbox of {service}"
    for name, broken in record.broken_chains.items():
        yield f"{name}: {broken}"
    for row in await source.rows("gateway", "SELECT reason_code, subject FROM quarantine"):
        yield f"quarantine: {row['reason_code']} {row['subject']}"
    for row in await source.rows("gateway", "SELECT state, code, last_error FROM shipments WHERE state <> 'sent'"):
        yield f"status {row['code']} is {row['state']}: {row['last_error']}"
    queues = [f"qlvb.{name}" for name in services if name != "identity"]
    for queue, count in (await source.waiting(queues)).items():
        if count:
            yield f"{count} messages wait in {queue}"
    for queue, kind, reason in await source.dead(queues):
        yield f"dead letter in {queue}: {kind}: {reason}"


def judge(axis: Axis, registers: Registers) -> Verdict:
    verdict = Verdict({kind: [] for kind in KINDS})
    _stand_once(verdict, axis, registers)
    _answered_once(verdict, axis)
    verdict.add("changed", _changed(axis, registers))
    verdict.add("out of order", _out_of_order(axis, registers))
    verdict.add("unexplained", registers.unfinished)
    verdict.add(
        "unexplained", (f"{r['doc_id']} is still {r['status']}" for r in axis.documents if r["status"] != "done")
    )
    verdict.seen = {
        "packages": len(axis.documents),
        "documents": len(axis.places),
        "senders": len({row["from_code"] for row in axis.documents}),
        "in the registers": len(registers.incoming),
        "statuses 01": len(axis.answers),
    }
    return verdict


def _stand_once(verdict: Verdict, axis: Axis, registers: Registers) -> None:
    code_of = registers.code_of()
    found = Counter((row["identifier"], code_of.get(row["arrival_id"], "?")) for row in registers.incoming)
    _once(verdict, axis, found, "in the register")
    taken = Counter((row["identifier"], row["organ_id"]) for row in registers.arrivals)
    _once(verdict, axis, taken, "among the gateway's arrivals")


def _answered_once(verdict: Verdict, axis: Axis) -> None:
    senders = axis.places
    _once(verdict, axis, Counter((row["about"], row["from_code"]) for row in axis.answers), "answered")
    for row in axis.answers:
        place = (row["about"], row["from_code"])
        if row["status_code"] != "01" or row["to_code"] != senders.get(place):
            verdict.add("unexplained", [f"status {row['status_code']} about {row['about']} to {row['to_code']}"])


def _once(verdict: Verdict, axis: Axis, found: Counter[Place], where: str) -> None:
    places = axis.places
    verdict.add("lost", (f"{identifier} → {to} is not {where}" for identifier, to in places.keys() - found.keys()))
    verdict.add("doubled", (f"{place[0]} → {place[1]} is {n} times {where}" for place, n in found.items() if n > 1))
    verdict.add("unexplained", (f"{place[0]} → {place[1]} {where}: nobody sent it" for place in found.keys() - places))


def _changed(axis: Axis, registers: Registers) -> Iterator[str]:
    """The register holds the sender's files, and the stored bytes are what their names say."""
    code_of = registers.code_of()
    for row in registers.incoming:
        place = (row["identifier"], code_of.get(row["arrival_id"], "?"))
        files = [file["sha256"] for file in json.loads(row["files"])]
        if files != axis.files.get(place, files):
            yield f"{place[0]} → {place[1]}: other files than the sender's"
        for sha256 in files:
            path = registers.blobs / sha256[:2] / sha256[2:4] / sha256
            if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
                yield f"{place[0]} → {place[1]}: file {sha256} is missing or spoiled"


def _out_of_order(axis: Axis, registers: Registers) -> Iterator[str]:
    """What a sender sent first was taken in first."""
    sent: dict[str, list[str]] = defaultdict(list)
    for (identifier, _), sender in axis.places.items():
        sent[sender].append(identifier)
    for name, rows in (("id", registers.arrivals), ("time", sorted(registers.arrivals, key=lambda r: r["arrived_at"]))):
        taken: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            taken[row["sender_organ_id"]].append(row["identifier"])
        for sender, identifiers in taken.items():
            wanted = [one for one in sent[sender] if one in set(identifiers)]
            if identifiers != wanted:
                at = next(i for i, (a, b) in enumerate(zip(identifiers, wanted, strict=False)) if a != b)
                yield f"{sender} by {name}: {identifiers[at]} was taken in before {wanted[at]}"
