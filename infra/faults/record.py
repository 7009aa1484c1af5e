"""What the judge reads: registers and audit by SQL, blobs as files, dead letters, and the axis' own store."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from infra.faults.sources import Files, Row, Servers, Source

NOTHING_YET = "0" * 64
AT_ONCE = 20_000
CHAIN = "SELECT seq, at, actor_id, actor_name, act, object_id, detail, correlation_id, place, hash FROM audit"


@dataclass(frozen=True)
class Evidence:
    """Where everything lies. `database` has `{service}` in it; `journal` holds one ordered document a line."""

    database: str
    services: list[str]
    bus: str
    queues: list[str]  # queues of consumers, without suffix
    blobs: str
    axis: str
    journal: str

    def source(self) -> Source:
        """The servers; without a bus the files of the embedded default in the folder `database`."""
        return Servers(self.database, self.bus) if self.bus else Files(Path(self.database))


@dataclass
class Record:
    """Everything on record after a run."""

    orders: list[Row] = field(default_factory=list)
    outgoing: list[Row] = field(default_factory=list)
    incoming: list[Row] = field(default_factory=list)
    recipients: dict[Any, list[Row]] = field(default_factory=lambda: defaultdict(list))
    numbers: list[Row] = field(default_factory=list)
    series: list[Row] = field(default_factory=list)
    statuses: list[Row] = field(default_factory=list)
    shipments: list[Row] = field(default_factory=list)
    quarantine: list[Row] = field(default_factory=list)
    status_of: dict[tuple[Any, str], str | None] = field(default_factory=dict)  # as the sender sees it
    office_of: dict[str, str] = field(default_factory=dict)  # organ code → office of this deployment
    acts: Counter[tuple[str, str]] = field(default_factory=Counter)  # registry's audit: (act, object)
    audit_records: int = 0
    broken_chains: dict[str, str] = field(default_factory=dict)
    outbox: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    dead: list[tuple[str, str, str]] = field(default_factory=list)  # (queue, message type, reason)
    on_axis: list[Row] = field(default_factory=list)  # identifier, to, files (SHA-256 of each attachment)
    files: dict[str, tuple[tuple[str, int] | None, int]] = field(
        default_factory=dict
    )  # name → (stored, size on record)

    signatures: dict[str, int] = field(default_factory=dict)  # of the files of issued documents

    @property
    def issued(self) -> list[Row]:
        return [row for row in self.outgoing if row["state"] == "ISSUED"]


async def read(evidence: Evidence) -> Record:
    source, record = evidence.source(), Record()
    record.orders = _orders(Path(evidence.journal))
    for service in evidence.services:
        await walk_chain(record, service, source)
        [outbox] = await source.rows(service, "SELECT count(*) AS n FROM outbox")
        record.outbox[service] = outbox["n"]
    await _registers(record, source)
    await _exchange(record, source)
    codes = await source.rows("identity", "SELECT value, office_id FROM organ_codes WHERE office_id IS NOT NULL")
    record.office_of = {row["value"]: row["office_id"] for row in codes}
    _blobs(record, Path(evidence.blobs))
    _signatures(record, Path(evidence.blobs))
    _axis(record, Path(evidence.axis))
    record.waiting, record.dead = await source.waiting(evidence.queues), await source.dead(evidence.queues)
    return record


def _orders(journal: Path) -> list[Row]:
    """The last line about each subject counts: an order, or the order with the code that the clerk was told."""
    lines = journal.read_text("utf-8").splitlines()
    return list({order["subject"]: order for order in map(json.loads, lines)}.values())


async def _registers(record: Record, source: Source) -> None:
    record.outgoing = await source.rows(
        "registry", "SELECT id, office_id, state, number, code, identifier, subject, files FROM outgoing ORDER BY id"
    )
    record.incoming = await source.rows(
        "registry",
        "SELECT id, office_id, state, arrival_number, identifier, code, subject, files FROM incoming ORDER BY id",
    )
    for row in [*record.outgoing, *record.incoming]:
        row["files"] = json.loads(row["files"])
    for row in await source.rows(
        "registry", "SELECT document_id, organ_id FROM recipients ORDER BY document_id, place"
    ):
        record.recipients[row["document_id"]].append(row)
    for row in await source.rows("registry", "SELECT document_id, organ_id, status_code FROM copies"):
        record.status_of[(row["document_id"], row["organ_id"])] = row["status_code"]
    record.numbers = await source.rows(
        "registry", "SELECT office_id, kind, year, number, date, owner_id FROM given_numbers"
    )
    record.series = await source.rows("registry", "SELECT office_id, kind, year, last_number FROM series")
    acts = await source.rows("registry", "SELECT act, object_id, count(*) AS n FROM audit GROUP BY act, object_id")
    record.acts = Counter({(row["act"], row["object_id"]): row["n"] for row in acts})


async def _exchange(record: Record, source: Source) -> None:
    record.statuses = await source.rows("gateway", "SELECT delivery_id, code FROM status_records WHERE applied")
    record.shipments = await source.rows("gateway", "SELECT code, to_code, state, last_error FROM shipments")
    record.quarantine = await source.rows("gateway", "SELECT reason_code, subject FROM quarantine WHERE state = 'held'")


async def walk_chain(record: Record, service: str, source: Source) -> None:
    """Walk the chain: each hash is SHA-256 of the hash before it and the record's fields as a JSON list."""
    previous, place = NOTHING_YET, 0
    while rows := await source.rows(service, f"{CHAIN} WHERE place > {place} ORDER BY place LIMIT {AT_ONCE}"):
        for row in rows:
            record.audit_records += 1
            place += 1
            fields = [row["seq"], row["at"].isoformat(), *list(row.values())[2:8]]
            text = previous + json.dumps(fields, ensure_ascii=False)
            previous = hashlib.sha256(text.encode()).hexdigest()
            if row["place"] != place or row["hash"] != previous:
                record.broken_chains[service] = f"audit chain broken at record {row['seq']}"
                return
    [unlinked] = await source.rows(service, "SELECT min(seq) AS seq FROM audit WHERE place IS NULL")
    if unlinked["seq"] is not None:
        record.broken_chains[service] = f"audit record {unlinked['seq']} was never linked"


def _blobs(record: Record, root: Path) -> None:
    for row in [*record.outgoing, *record.incoming]:
        for file in row["files"]:
            sha256 = file["sha256"]
            if sha256 not in record.files:
                path = root / sha256[:2] / sha256[2:4] / sha256
                record.files[sha256] = (_digest(path) if path.exists() else None, file["size"])


def _digest(path: Path) -> tuple[str, int]:
    content = path.read_bytes()
    return hashlib.sha256(content).hexdigest(), len(content)


def _signatures(record: Record, root: Path) -> None:
    """How many signatures each issued file holds: every one has its own byte range."""
    for row in record.issued:
        for file in row["files"]:
            path = root / file["sha256"][:2] / file["sha256"][2:4] / file["sha256"]
            if file["sha256"] not in record.signatures and path.exists():
                record.signatures[file["sha256"]] = path.read_bytes().count(b"/ByteRange")


def _axis(record: Record, folder: Path) -> None:
    """Every document which the axis accepted, once for each addressee."""
    database = folder / "axis.sqlite3"
    if not database.exists():
        return
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    rows = connection.execute(
        "SELECT p.doc_id, i.to_code FROM item i JOIN package p ON p.doc_id = i.package_id WHERE p.message_type = 'edoc'"
    ).fetchall()
    connection.close()
    for package, receiver in rows:
        identifier, files = read_package(folder / "packages" / package[:2] / f"{package}.edxml")
        record.on_axis.append({"identifier": identifier, "to": receiver, "files": files})


def read_package(path: Path) -> tuple[str, list[str]]:
    """The DocumentId of an edXML package and the SHA-256 of every PDF in it, in order."""
    identifier, files = "", list[str]()
    for element in ElementTree.parse(path).iter():  # noqa: S314 - written by ourselves a moment ago
        name = element.tag.rpartition("}")[2]
        if name == "DocumentId" and not identifier:
            identifier = (element.text or "").strip()
        elif element.text and len(element.text) > 200:
            files += _pdf(element.text)
    return identifier, files


def _pdf(text: str) -> Iterator[str]:
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return
    if content.startswith(b"%PDF"):
        yield hashlib.sha256(content).hexdigest()
