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

import aio_pika
import asyncpg

Row = dict[str, Any]
NOTHING_YET = "0" * 64


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

    @property
    def issued(self) -> list[Row]:
        return [row for row in self.outgoing if row["state"] == "ISSUED"]


async def read(evidence: Evidence) -> Record:
    record = Record()
    record.orders = _orders(Path(evidence.journal))
    for service in evidence.services:
        connection = await asyncpg.connect(evidence.database.replace("{service}", service))
        try:
            await _chain(record, service, connection)
            record.outbox[service] = await connection.fetchval("SELECT count(*) FROM outbox")
            if service == "registry":
                await _registers(record, connection)
            elif service == "gateway":
                await _exchange(record, connection)
            elif service == "identity":
                rows = await connection.fetch("SELECT value, office_id FROM organ_codes WHERE office_id IS NOT NULL")
                record.office_of = {row["value"]: str(row["office_id"]) for row in rows}
        finally:
            await connection.close()
    _blobs(record, Path(evidence.blobs))
    _axis(record, Path(evidence.axis))
    await _queues(record, evidence)
    return record


def _orders(journal: Path) -> list[Row]:
    """The last line about each subject counts: an order, or the order with the code that the clerk was told."""
    lines = journal.read_text("utf-8").splitlines()
    return list({order["subject"]: order for order in map(json.loads, lines)}.values())


async def _rows(connection: Any, sql: str) -> list[Row]:
    return [dict(row) for row in await connection.fetch(sql)]


async def _registers(record: Record, connection: Any) -> None:
    record.outgoing = await _rows(
        connection, "SELECT id, office_id, state, number, code, identifier, subject, files FROM outgoing ORDER BY id"
    )
    record.incoming = await _rows(
        connection,
        "SELECT id, office_id, state, arrival_number, identifier, code, subject, files FROM incoming ORDER BY id",
    )
    for row in [*record.outgoing, *record.incoming]:
        row["files"] = json.loads(row["files"])
    for row in await _rows(connection, "SELECT document_id, organ_id FROM recipients ORDER BY document_id, place"):
        record.recipients[row["document_id"]].append(row)
    for row in await _rows(connection, "SELECT document_id, organ_id, status_code FROM copies"):
        record.status_of[(row["document_id"], row["organ_id"])] = row["status_code"]
    record.numbers = await _rows(connection, "SELECT * FROM given_numbers")
    record.series = await _rows(connection, "SELECT * FROM series")
    acts = await connection.fetch("SELECT act, object_id, count(*) AS n FROM audit GROUP BY act, object_id")
    record.acts = Counter({(row["act"], row["object_id"]): row["n"] for row in acts})


async def _exchange(record: Record, connection: Any) -> None:
    record.statuses = await _rows(connection, "SELECT delivery_id, code FROM status_records WHERE applied")
    record.shipments = await _rows(connection, "SELECT code, to_code, state, last_error FROM shipments")
    record.quarantine = await _rows(connection, "SELECT reason_code, subject FROM quarantine WHERE state = 'held'")


async def _chain(record: Record, service: str, connection: Any) -> None:
    """Walk the chain: each hash is SHA-256 of the hash before it and the record's fields as a JSON list."""
    previous, position = NOTHING_YET, 0
    async with connection.transaction():
        async for row in connection.cursor(
            "SELECT seq, at, actor_id, actor_name, act, object_id, detail, correlation_id, hash FROM audit "
            "ORDER BY place NULLS LAST, seq"
        ):
            record.audit_records += 1
            position = row["seq"]
            fields = [row["seq"], row["at"].isoformat(), *list(row.values())[2:8]]
            text = previous + json.dumps(fields, ensure_ascii=False)
            previous = hashlib.sha256(text.encode()).hexdigest()
            if row["hash"] is None:
                record.broken_chains[service] = f"audit record {position} was never linked"
                return
            if row["hash"] != previous:
                record.broken_chains[service] = f"audit chain broken at record {position}"
                return


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
        identifier, files = _package(folder / "packages" / package[:2] / f"{package}.edxml")
        record.on_axis.append({"identifier": identifier, "to": receiver, "files": files})


def _package(path: Path) -> tuple[str, list[str]]:
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


async def _queues(record: Record, evidence: Evidence) -> None:
    connection = await aio_pika.connect(evidence.bus)
    async with connection:
        for base in evidence.queues:
            for queue in (base, f"{base}.urgent"):
                delays = [f"{queue}.retry-{seconds}" for seconds in (1, 5, 30, 60)]
                for name in (queue, *delays):
                    record.waiting[name] = await _count(connection, name)
            channel = await connection.channel()
            dead = await channel.get_queue(f"{base}.dead")
            while (message := await dead.get(fail=False)) is not None:
                kind = str(message.headers.get("cloudEvents:type", "?"))
                record.dead.append((base, kind, str(message.headers.get("reason", ""))))
            await channel.close()  # unacknowledged: they stay where they are


async def _count(connection: Any, name: str) -> int:
    channel = await connection.channel()
    try:
        queue = await channel.declare_queue(name, passive=True)
        return int(queue.declaration_result.message_count or 0)
    finally:
        await channel.close()
