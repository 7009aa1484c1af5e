"""The judge: was any document lost, doubled or changed, has any register a gap, is anything unexplained?

It reads only what sender and receivers have on record: their registers and audit chains by SQL, the blobs as files, the
queues of dead letters, and what lies on the axis. It shares no code with the services and believes none of them.

    python -m infra.faults.judge EVIDENCE.json

prints `lost 0 · doubled 0 · changed 0 · gaps 0 · unexplained 0` and exits 0 only then.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.faults.record import Evidence, Record, read
from infra.faults.sources import Row

KINDS = ("lost", "doubled", "changed", "gaps", "unexplained")


@dataclass
class Verdict:
    """What was found, by kind, in words; and how much was looked at."""

    found: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    seen: dict[str, int] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        return not any(self.found.values())

    def line(self) -> str:
        return " · ".join(f"{kind} {len(found)}" for kind, found in self.found.items())

    def add(self, kind: str, findings: Iterable[str]) -> None:
        self.found[kind] += findings


def judge(record: Record) -> Verdict:
    verdict = Verdict()
    verdict.add("lost", _orders_lost(record))
    verdict.add("lost", _copies_lost(record))
    verdict.add("doubled", _doubled(record))
    verdict.add("doubled", _signed_wrongly(record))
    verdict.add("changed", _changed(record))
    verdict.add("gaps", _gaps(record))
    verdict.add("gaps", (f"{name}: {broken}" for name, broken in record.broken_chains.items()))
    verdict.add("unexplained", _unfinished(record))
    verdict.add("unexplained", _without_cause(record))
    verdict.seen = {
        "orders": len(record.orders),
        "issued": len(record.issued),
        "copies": sum(len(found) for found in record.recipients.values()),
        "incoming": len(record.incoming),
        "on the axis": len(record.on_axis),
        "files": len(record.files),
        "signatures": sum(record.signatures.values()),
        "audit records": record.audit_records,
    }
    return verdict


# Lost


def _orders_lost(record: Record) -> Iterator[str]:
    """Whatever a clerk was told was issued is on record as issued, under the number that the clerk was told."""
    by_subject = {row["subject"]: row for row in record.issued}
    for order in record.orders:
        row = by_subject.get(order["subject"])
        if row is None:
            if order.get("code"):
                yield f"{order['subject']}: issued as {order['code']}, no such document on record"
            continue
        if order.get("code") and order["code"] != row["code"]:
            yield f"{order['subject']}: the clerk was told {order['code']}, the register says {row['code']}"
        missing = set(order["recipients"]) - {r["organ_id"] for r in record.recipients[row["id"]]}
        if missing:
            yield f"{row['code']}: recipients {', '.join(sorted(missing))} are not on record"


def _copies_lost(record: Record) -> Iterator[str]:
    """Every recipient of every issued document has it in its register, and the sender knows."""
    at_office, at_axis = _incoming_by_office(record), Counter(_axis_keys(record))
    for document in record.issued:
        for recipient in record.recipients[document["id"]]:
            organ, place = recipient["organ_id"], f"{document['identifier']} → {recipient['organ_id']}"
            office = record.office_of.get(organ)
            if office is None:
                if not at_axis[(document["identifier"], organ)]:
                    yield f"{place}: not on the axis"
                elif record.status_of.get((document["id"], organ)) != "06":
                    yield f"{place}: finished there, the sender sees {record.status_of.get((document['id'], organ))}"
                continue
            arrived = at_office.get((document["identifier"], office), [])
            if not arrived:
                yield f"{place}: not in the receiver's register"
            elif all(row["arrival_number"] is None for row in arrived):
                yield f"{place}: arrived, without arrival number ({arrived[0]['state']})"
            elif record.status_of.get((document["id"], organ)) != "03":
                yield f"{place}: registered there, the sender sees {record.status_of.get((document['id'], organ))}"


# Doubled


def _doubled(record: Record) -> Iterator[str]:
    for key, rows in _incoming_by_office(record).items():
        if len(rows) > 1:
            yield f"{key[0]} stands {len(rows)} times in the register of office {key[1]}"
    for (identifier, organ), count in Counter(_axis_keys(record)).items():
        if count > 1:
            yield f"{identifier} was put {count} times onto the axis for {organ}"
    for subject, count in Counter(row["subject"] for row in record.outgoing).items():
        if count > 1:
            yield f"{subject}: {count} documents for one order"
    for series, count in Counter((r["office_id"], r["kind"], r["year"], r["number"]) for r in record.numbers).items():
        if count > 1:
            yield f"number {series} given {count} times"
    for (act, thing), count in record.acts.items():
        if act in ("registry.issued", "registry.registered", "registry.number-assigned") and count > 1:
            yield f"{act} of {thing} {count} times in the audit chain"
    for (delivery, code), count in Counter((r["delivery_id"], r["code"]) for r in record.statuses).items():
        if count > 1:
            yield f"status {code} of delivery {delivery} recorded {count} times"


def _signed_wrongly(record: Record) -> Iterator[str]:
    """An issued document carries the leader's signature and the office's, an annex the office's: each act once."""
    wanted = {"main": 2, "annex": 1}
    for document in record.issued:
        for file in document["files"]:
            count = record.signatures.get(file["sha256"], 0)
            if file["role"] in wanted and count != wanted[file["role"]]:
                yield f"{document['code']}: {file['role']} holds {count} signatures"


# Changed


def _changed(record: Record) -> Iterator[str]:
    """The receiver holds what the sender sealed: the same files by content, and the bytes are what their names say."""
    at_office, axis_files = _incoming_by_office(record), defaultdict(list)
    for package in record.on_axis:
        axis_files[(package["identifier"], package["to"])].append(package)
    for document in record.issued:
        sent = [f["sha256"] for f in document["files"] if f["role"] != "reference"]
        for recipient in record.recipients[document["id"]]:
            organ = recipient["organ_id"]
            for row in at_office.get((document["identifier"], record.office_of.get(organ, "")), []):
                if [f["sha256"] for f in row["files"]] != sent:
                    yield f"{document['identifier']}: other files at {organ}"
                if (row["code"], row["subject"]) != (document["code"], document["subject"]):
                    yield f"{document['identifier']}: {organ} reads {row['code']} “{row['subject']}”"
            for package in axis_files[(document["identifier"], organ)]:
                if package["files"] != sent:
                    yield f"{document['identifier']}: other files on the axis for {organ}"
    for sha256, (stored, size) in record.files.items():
        if stored is None:
            yield f"blob {sha256} is missing"
        elif stored != (sha256, size):
            yield f"blob {sha256} holds {stored[0]}, {stored[1]} bytes instead of {size}"


# Gaps


def _gaps(record: Record) -> Iterator[str]:
    """Each series is 1, 2, 3 … up to its last number; each number is on the document that owns it; dates never fall."""
    given: dict[tuple[str, str, int], list[Row]] = defaultdict(list)
    for row in record.numbers:
        given[(row["office_id"], row["kind"], row["year"])].append(row)
    for series in record.series:
        key = (series["office_id"], series["kind"], series["year"])
        rows = sorted(given.pop(key, []), key=lambda r: int(r["number"]))
        if [r["number"] for r in rows] != list(range(1, series["last_number"] + 1)):
            yield f"series {key}: {len(rows)} numbers given, the last is {series['last_number']}"
        dates = [r["date"] for r in rows]
        if dates != sorted(dates):
            yield f"series {key}: dates go backwards"
    yield from (f"numbers of {key} without a series" for key in given)
    owners = {r["owner_id"]: r for r in record.numbers}
    for rows, column in ((record.outgoing, "number"), (record.incoming, "arrival_number")):
        for row in rows:
            owned = owners.pop(row["id"], None)
            if (owned["number"] if owned else None) != row[column]:
                yield f"{row['id']}: the register says {row[column]}, the series {owned and owned['number']}"
    yield from (f"number {row['number']} ({row['kind']}) belongs to nobody: {owner}" for owner, row in owners.items())


# Unexplained


def _unfinished(record: Record) -> Iterator[str]:
    yield from (f"dead letter in {queue}: {kind}: {reason}" for queue, kind, reason in record.dead)
    yield from (f"{count} messages still wait in {queue}" for queue, count in record.waiting.items() if count)
    yield from (f"{count} facts still wait in the outbox of {name}" for name, count in record.outbox.items() if count)
    yield from (f"quarantine: {row['reason_code']} {row['subject']}" for row in record.quarantine)
    for row in record.shipments:
        if row["state"] != "sent":
            yield f"shipment {row['code']} to {row['to_code']} is {row['state']}: {row['last_error']}"
    subjects = {order["subject"] for order in record.orders}
    for row in record.outgoing:
        if row["state"] != "ISSUED":
            yield f"“{row['subject']}” stopped as {row['state']}"
        if row["subject"] not in subjects:
            yield f"“{row['subject']}” was ordered by nobody"


def _without_cause(record: Record) -> Iterator[str]:
    """Every effect has its act in the audit chain, every arrival its sender."""
    for row in record.issued:
        for act in ("registry.draft-created", "registry.number-assigned", "registry.sealed", "registry.issued"):
            if not record.acts[(act, row["id"])]:
                yield f"{row['code']}: no {act} in the audit chain"
    identifiers = {row["identifier"] for row in record.issued}
    for row in record.incoming:
        if row["arrival_number"] is not None and not record.acts[("registry.registered", row["id"])]:
            yield f"incoming {row['id']}: registered, not in the audit chain"
        if row["identifier"] not in identifiers:
            yield f"incoming {row['identifier']}: nobody issued it"


def _incoming_by_office(record: Record) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in record.incoming:
        found[(row["identifier"], row["office_id"])].append(row)
    return found


def _axis_keys(record: Record) -> Iterator[tuple[str, str]]:
    return ((package["identifier"], package["to"]) for package in record.on_axis)


def show(verdict: Verdict, most: int = 10) -> None:
    print(" · ".join(f"{count} {name}" for name, count in verdict.seen.items()))
    for kind, findings in verdict.found.items():
        for text in findings[:most]:
            print(f"  {kind}: {text}")
        if len(findings) > most:
            print(f"  {kind}: … and {len(findings) - most} more")
    print(verdict.line())


def main() -> int:
    data: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    verdict = judge(asyncio.run(read(Evidence(**data))))
    show(verdict)
    return 0 if verdict.clean else 1


if __name__ == "__main__":
    sys.exit(main())
