"""Reads of the store for the pages."""

from __future__ import annotations

import sqlite3

from infra.axis_simulator.store import ITEM_COLUMNS, Store


class Views:
    """What the pages show."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def counts(self) -> dict[str, int]:
        """The figures at the top."""
        figures = {
            "packages": "SELECT count(*) FROM package",
            "waiting": "SELECT count(*) FROM item WHERE status IN ('initial', 'processing')",
            "failed": "SELECT count(*) FROM item WHERE status = 'fail'",
            "calls": "SELECT count(*) FROM traffic",
            "agencies": "SELECT count(*) FROM agency WHERE deleted = 0",
        }
        return {name: int(self._store.query(sql)[0][0]) for name, sql in figures.items()}

    def calls(self, limit: int, caller: str = "", operation: str = "") -> list[sqlite3.Row]:
        """Calls, newest first."""
        return self._store.query(
            "SELECT * FROM traffic WHERE (? = '' OR system_id = ?) AND (? = '' OR operation = ?) "
            "ORDER BY seq DESC LIMIT ?",
            caller, caller, operation, operation, limit,
        )  # fmt: skip

    def callers(self) -> list[str]:
        return [row[0] for row in self._store.query("SELECT DISTINCT system_id FROM traffic ORDER BY 1") if row[0]]

    def package(self, doc_id: str) -> sqlite3.Row | None:
        return next(iter(self._store.query("SELECT * FROM package WHERE doc_id = ?", doc_id)), None)

    def items_of(self, doc_id: str) -> list[sqlite3.Row]:
        """The copies of a package, one for each receiver."""
        return self._store.query(
            f"SELECT {ITEM_COLUMNS} FROM item i JOIN package p ON p.doc_id = i.package_id "  # noqa: S608
            "WHERE p.doc_id = ? ORDER BY i.seq",
            doc_id,
        )

    def answers_to(self, document_id: str) -> list[sqlite3.Row]:
        """Status packages about a document, in the order in which they came."""
        return self._store.query("SELECT * FROM package WHERE about = ? ORDER BY sent, rowid", document_id)

    def name_of(self, code: str) -> str:
        rows = self._store.query("SELECT name FROM agency WHERE code = ?", code)
        return str(rows[0][0]) if rows else ""
