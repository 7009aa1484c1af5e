"""What the axis remembers: together or not at all, also after a stop."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from infra.axis_simulator.store import KEPT_TRAFFIC, UNWRITTEN_TRAFFIC, Store
from services.gateway.wire.bodies import Received
from services.gateway.wire.mailbox import Parcel
from services.gateway.wire.summary import Summary


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path)) as found:
        yield found


def deposit(store: Store, *receivers: str) -> str:
    path = store.incoming / "body"
    path.write_bytes(b"<edXML/>")
    parcel = Parcel(Received(path, "0" * 64, 8), "H01", "edoc", receivers, "", "", Summary())
    return store.add_package("H01", parcel, [(code, code) for code in receivers])


def test_what_is_changed_together_is_there_as_a_whole_or_not_at_all(store: Store) -> None:
    doc_id = deposit(store, "A")
    item = store.waiting("A")[0]["doc_id"]

    def fails() -> None:
        with store.together():
            deposit(store, "B")
            store.set_status("A", item, "done")
            raise KeyError

    with pytest.raises(KeyError):
        fails()
    assert [row["package_id"] for row in store.waiting("A")] == [doc_id]
    assert store.waiting("B") == []


def test_what_waits_for_many_comes_one_centre_after_the_other_and_the_oldest_first(store: Store) -> None:
    first, second = deposit(store, "A", "B", "C"), deposit(store, "B", "A")
    store.set_status("C", store.waiting("C")[0]["doc_id"], "done")
    found = [(row["centre"], row["package_id"]) for row in store.waiting_for(["C", "B", "A", "D"])]
    assert found == [("B", first), ("B", second), ("A", first), ("A", second)]


def test_a_line_of_the_traffic_is_seen_at_once_and_is_there_after_a_stop(tmp_path: Path) -> None:
    with closing(Store(tmp_path)) as store:
        store.note("getEdoc", "H01", "0", "docId=1")
        assert [row["detail"] for row in store.traffic()] == ["docId=1"]
        assert store.query("SELECT count(*) FROM traffic")[0][0] == 1
        store.note("getEdoc", "H01", "0", "docId=2")
    with closing(Store(tmp_path)) as store:
        assert [row["detail"] for row in store.traffic()] == ["docId=2", "docId=1"]


def test_only_few_lines_of_the_traffic_are_not_yet_on_the_disk_and_only_the_newest_are_kept(tmp_path: Path) -> None:
    with closing(Store(tmp_path)) as store, closing(sqlite3.connect(tmp_path / "axis.sqlite3")) as other:
        for number in range(KEPT_TRAFFIC + UNWRITTEN_TRAFFIC + 5):
            store.note("getEdoc", "H01", "0", str(number))
        assert other.execute("SELECT count(*) FROM traffic").fetchone()[0] == KEPT_TRAFFIC
        assert other.execute("SELECT max(seq) FROM traffic").fetchone()[0] == KEPT_TRAFFIC + UNWRITTEN_TRAFFIC
        deposit(store, "A")
        assert other.execute("SELECT max(seq) FROM traffic").fetchone()[0] == KEPT_TRAFFIC + UNWRITTEN_TRAFFIC + 5
