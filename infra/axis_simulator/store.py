"""What the axis remembers, in SQLite; package bodies are files beside it.

What was answered is kept even if the process is killed; of the traffic only the last lines may then be missing, for
they are written with the next change or when somebody reads.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from services.gateway.wire.mailbox import Parcel
from shared.clock import VN

SCHEMA = """
CREATE TABLE IF NOT EXISTS agency (
  code TEXT PRIMARY KEY, centre TEXT NOT NULL, pcode TEXT NOT NULL, name TEXT NOT NULL, mail TEXT NOT NULL DEFAULT '',
  mobile TEXT NOT NULL DEFAULT '', fax TEXT NOT NULL DEFAULT '', deleted INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL DEFAULT 1, modified TEXT NOT NULL, old_code TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS package (
  doc_id TEXT PRIMARY KEY, centre TEXT NOT NULL, from_code TEXT NOT NULL, message_type TEXT NOT NULL,
  title TEXT NOT NULL, notation TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL, sent TEXT NOT NULL,
  document_id TEXT NOT NULL DEFAULT '', about TEXT NOT NULL DEFAULT '', status_code TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS package_sent ON package (centre, message_type);
CREATE TABLE IF NOT EXISTS item (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, doc_id TEXT UNIQUE NOT NULL, package_id TEXT NOT NULL REFERENCES package,
  to_code TEXT NOT NULL, centre TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'initial',
  status_desc TEXT NOT NULL DEFAULT '', created TEXT NOT NULL, updated TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS item_waiting ON item (centre, status);
CREATE INDEX IF NOT EXISTS item_package ON item (package_id);
CREATE TABLE IF NOT EXISTS traffic (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, operation TEXT NOT NULL, system_id TEXT NOT NULL,
  code TEXT NOT NULL, detail TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""
ITEM_COLUMNS = (
    "i.doc_id, i.to_code, i.centre, i.status, i.status_desc, i.created, i.updated, p.doc_id AS package_id, "
    "p.from_code, p.message_type, p.title, p.notation, p.sent, p.size"
)
LATER_COLUMNS = (
    ("agency", "old_code"), ("package", "document_id"), ("package", "about"), ("package", "status_code"),
)  # fmt: skip
KEPT_TRAFFIC = 5000
UNWRITTEN_TRAFFIC = 200  # lines at most that wait for a change


def now_text() -> str:
    """Local time of Vietnam, as the lists show it."""
    return datetime.now(VN).strftime("%Y-%m-%d %H:%M:%S")


class Store:
    """Durable state in one folder; every method is one transaction, or part of one that was begun `together`."""

    def __init__(self, folder: Path) -> None:
        self.packages = folder / "packages"
        self.incoming = folder / "incoming"
        for path in (self.packages, self.incoming):
            path.mkdir(parents=True, exist_ok=True)
        for left_over in self.incoming.iterdir():
            left_over.unlink()
        self._lock = threading.RLock()
        self._lines: list[tuple[str, str, str, str, str]] = []  # of the traffic, not yet written
        self._db = sqlite3.connect(folder / "axis.sqlite3", check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")  # of a loss of power the last changes, never the whole
        self._db.executescript(SCHEMA)
        for table, column in LATER_COLUMNS:  # a folder of an older simulator
            known = {row["name"] for row in self._db.execute(f"PRAGMA table_info({table})")}
            if column not in known:
                self._db.execute(f"ALTER TABLE {table} ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")
        self._db.execute("CREATE INDEX IF NOT EXISTS package_about ON package (about)")

    def close(self) -> None:
        """Close the database."""
        self._write_lines()
        with self._lock:
            self._db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is changed within is one transaction."""
        with self._lock:
            if self._db.in_transaction:
                yield
                return
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                yield
                self._insert_lines()

    def _all(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def query(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """A read of the pages and of tests."""
        self._write_lines()
        return self._all(sql, *values)

    def _one(self, sql: str, *values: object) -> sqlite3.Row | None:
        return next(iter(self._all(sql, *values)), None)

    def _change(self, sql: str, *values: object) -> int:
        with self.together():
            return self._db.execute(sql, values).rowcount

    # Agencies

    def seed_agency(self, code: str, centre: str, name: str) -> None:
        """Make a configured unit known; a later registerAgency or deleteAgency of the same unit stays."""
        self._change(
            "INSERT INTO agency (code, centre, pcode, name, modified) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (code) DO UPDATE SET centre = excluded.centre",
            code, centre, centre, name, now_text(),
        )  # fmt: skip

    def set_old_code(self, code: str, old_code: str) -> None:
        """The code of the older scheme which the register shows beside the present one."""
        self._change("UPDATE agency SET old_code = ? WHERE code = ?", old_code, code)

    def put_agency(self, code: str, centre: str, pcode: str, name: str, mail: str, mobile: str, fax: str) -> None:
        """Create or update a unit (registerAgency)."""
        self._change(
            "INSERT INTO agency (code, centre, pcode, name, mail, mobile, fax, modified) VALUES (?,?,?,?,?,?,?,?) "
            "ON CONFLICT (code) DO UPDATE SET centre = excluded.centre, pcode = excluded.pcode, name = excluded.name, "
            "mail = excluded.mail, mobile = excluded.mobile, fax = excluded.fax, deleted = 0, version = version + 1, "
            "modified = excluded.modified",
            code, centre, pcode, name, mail, mobile, fax, now_text(),
        )  # fmt: skip

    def delete_agency(self, code: str) -> None:
        """Mark a unit deleted; getSynchronizeUnit still shows it."""
        self._change(
            "UPDATE agency SET deleted = 1, version = version + 1, modified = ? WHERE code = ?", now_text(), code
        )

    def revive_agency(self, code: str) -> None:
        """A deleted unit is there again."""
        self._change(
            "UPDATE agency SET deleted = 0, version = version + 1, modified = ? WHERE code = ?", now_text(), code
        )

    def agency(self, code: str) -> sqlite3.Row | None:
        """A living unit."""
        return self._one("SELECT * FROM agency WHERE code = ? AND deleted = 0", code)

    def agencies(self, *, with_deleted: bool = False, page: int = 1000) -> Iterator[sqlite3.Row]:
        """All units in pages, so that a hundred thousand of them do not sit in memory."""
        after = ""
        while rows := self._all(
            "SELECT * FROM agency WHERE code > ? AND deleted <= ? ORDER BY code LIMIT ?", after, int(with_deleted), page
        ):
            yield from rows
            after = rows[-1]["code"]

    # Packages

    def package_path(self, doc_id: str) -> Path:
        """Where the body of an accepted package lies."""
        return self.packages / doc_id[:2] / f"{doc_id}.edxml"

    def add_package(self, centre: str, parcel: Parcel, receivers: Sequence[tuple[str, str]]) -> str:
        """Take a body over and make one item for each receiving unit, all or nothing; gives the sender's DocId."""
        doc_id, now = str(uuid.uuid4()), now_text()
        target = self.package_path(doc_id)
        _move(parcel.body.path, target)
        head = parcel.summary
        about = head.response_for[0].document_id if parcel.message_type == "status" and head.response_for else ""
        package = (
            doc_id, centre, parcel.sender, parcel.message_type, parcel.title, parcel.notation,
            parcel.body.sha256, parcel.body.size, now, head.document_id, about, head.status_code,
        )  # fmt: skip
        with self.together():
            self._db.execute("INSERT INTO package VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", package)
            self._db.executemany(
                "INSERT INTO item (doc_id, package_id, to_code, centre, created, updated) VALUES (?,?,?,?,?,?)",
                [(str(uuid.uuid4()), doc_id, code, owner, now, now) for code, owner in receivers],
            )
        return doc_id

    def waiting(self, centre: str, message_type: str | None = None) -> list[sqlite3.Row]:
        """Items of a centre until they are done or failed, oldest first."""
        return self._all(
            f"SELECT {ITEM_COLUMNS} FROM item i JOIN package p ON p.doc_id = i.package_id WHERE i.centre = ? "  # noqa: S608
            "AND i.status IN ('initial', 'processing') AND (? IS NULL OR p.message_type = ?) ORDER BY i.seq",
            centre, message_type, message_type,
        )  # fmt: skip

    def waiting_for(self, centres: Sequence[str]) -> list[sqlite3.Row]:
        """The same of many centres at once: one centre after the other in the order given."""
        return self._all(
            f"SELECT {ITEM_COLUMNS} FROM json_each(?) c CROSS JOIN item i ON i.centre = c.value "  # noqa: S608
            "JOIN package p ON p.doc_id = i.package_id WHERE i.status IN ('initial', 'processing') "
            "ORDER BY c.key, i.seq",
            json.dumps(centres),
        )

    def item(self, centre: str, doc_id: str) -> sqlite3.Row | None:
        """One item, only for the centre it was sent to."""
        return self._one(
            f"SELECT {ITEM_COLUMNS} FROM item i JOIN package p ON p.doc_id = i.package_id "  # noqa: S608
            "WHERE i.centre = ? AND i.doc_id = ?",
            centre, doc_id,
        )  # fmt: skip

    def sent(self, centre: str, message_type: str, doc_id: str | None) -> list[sqlite3.Row]:
        """What a centre sent, one row for each receiver."""
        return self._all(
            f"SELECT {ITEM_COLUMNS} FROM item i JOIN package p ON p.doc_id = i.package_id WHERE p.centre = ? "  # noqa: S608
            "AND p.message_type = ? AND (? IS NULL OR p.doc_id = ?) ORDER BY i.seq",
            centre, message_type, doc_id, doc_id,
        )  # fmt: skip

    def set_status(self, centre: str, doc_id: str, status: str, description: str = "") -> bool:
        """The transport's acknowledgement of an item."""
        changed = self._change(
            "UPDATE item SET status = ?, status_desc = ?, updated = ? WHERE centre = ? AND doc_id = ?",
            status, description, now_text(), centre, doc_id,
        )  # fmt: skip
        return changed > 0

    # Counters and traffic

    def next_number(self, name: str) -> int:
        """A durable counter."""
        with self.together():
            self._db.execute(
                "INSERT INTO counter VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1", (name,)
            )
            row = self._db.execute("SELECT value FROM counter WHERE name = ?", (name,)).fetchone()
        return int(row["value"])

    def note(self, operation: str, system_id: str, code: str, detail: str) -> None:
        """Remember what passed; only the newest entries are kept."""
        with self._lock:
            self._lines.append((now_text(), operation, system_id, code, detail[:500]))
            if len(self._lines) >= UNWRITTEN_TRAFFIC:
                self._write_lines()

    def _write_lines(self) -> None:
        if self._lines:
            with self.together():
                self._insert_lines()

    def _insert_lines(self) -> None:
        """Within a transaction."""
        if not self._lines:
            return
        self._db.executemany(
            "INSERT INTO traffic (at, operation, system_id, code, detail) VALUES (?,?,?,?,?)", self._lines
        )
        self._db.execute("DELETE FROM traffic WHERE seq <= (SELECT max(seq) FROM traffic) - ?", (KEPT_TRAFFIC,))
        self._lines.clear()

    def traffic(self, limit: int = 200) -> list[sqlite3.Row]:
        """What passed, newest first."""
        return self.query("SELECT * FROM traffic ORDER BY seq DESC LIMIT ?", limit)

    def items(self, limit: int = 200) -> list[sqlite3.Row]:
        """The newest items of all centres."""
        return self._all(
            f"SELECT {ITEM_COLUMNS} FROM item i JOIN package p ON p.doc_id = i.package_id "  # noqa: S608
            "ORDER BY i.seq DESC LIMIT ?",
            limit,
        )


def _move(source: Path, target: Path) -> None:
    """Into a folder which is made when the first package comes to lie there."""
    try:
        os.replace(source, target)
    except FileNotFoundError:
        target.parent.mkdir(exist_ok=True)
        os.replace(source, target)
