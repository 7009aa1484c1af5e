"""The recorded calls of the stock client, byte for byte, get the answers it understands (axis.md §1)."""

from __future__ import annotations

import http.client
import json
import socket
from pathlib import Path
from typing import Any

import pytest

from .conftest import Running

ROOT = Path(__file__).resolve().parents[3]
WIRE = ROOT.parent / "shared/samples/axis/wire-sdk-2.0.1"
needs_recordings = pytest.mark.skipif(not WIRE.is_dir(), reason="the recorded calls are not beside this repository")


def replay(port: int, content: bytes) -> tuple[int, bytes]:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(content)
        response = http.client.HTTPResponse(connection)
        response.begin()
        return response.status, response.read()


def replayed(running: Running, name: str) -> dict[str, Any]:
    status, body = replay(running.port, (WIRE / f"{name}.http").read_bytes())
    assert status == 200
    answer: dict[str, Any] = json.loads(body)
    assert set(answer) >= {"status", "ErrorCode", "ErrorDesc"}
    return answer


@needs_recordings
@pytest.mark.parametrize(
    "name",
    [
        "01_getAgenciesList",
        "02_getAgenciesListQD20",
        "03_getSynchronizeUnit",
        "04_registerAgency",
        "07_sendEdoc",
        "08_getReceivedEdocList",
        "14_getSentEdocList",
        "15_countReceiveEdoc",
        "17_leak_step2_getReceivedEdocList",
        "18_countReceiveStatus",
    ],
)
def test_recorded_call_succeeds(running: Running, name: str) -> None:
    answer = replayed(running, name)
    assert (answer["status"], answer["ErrorCode"]) == ("OK", "0"), answer


@needs_recordings
@pytest.mark.parametrize("name", ["06_sendEdoc", "16_leak_step1_sendEdoc"])
def test_a_package_without_receivers_is_refused_with_a_doc_id_field(running: Running, name: str) -> None:
    answer = replayed(running, name)
    assert (answer["status"], answer["ErrorCode"], answer["DocId"]) == ("FAIL", "22", "")


@needs_recordings
@pytest.mark.parametrize("name", ["05_deleteAgency", "09_getEdoc", "10_downloadEdoc", "12_updateStatus"])
def test_what_is_not_there_fails_after_authentication(running: Running, name: str) -> None:
    answer = replayed(running, name)
    assert answer["status"] == "FAIL"
    assert answer["ErrorCode"] not in ("0", "15")


@needs_recordings
def test_the_sent_body_arrives_without_the_line_end_of_the_client_at_both_receivers(running: Running) -> None:
    doc_id = replayed(running, "07_sendEdoc")["DocId"]
    assert running.simulator.store.package_path(doc_id).read_bytes() == b"<edXML/>\n"
    assert [row["to_code"] for row in running.simulator.store.waiting("H01", "status")] == ["A", "B"]


@needs_recordings
def test_stale_headers_of_earlier_calls_say_nothing(running: Running) -> None:
    """17 still carries hash-file and from of the send before it: it lists what is asked for and nothing else."""
    database = running.simulator.store._db
    with database:
        for kind in ("edoc", "status"):
            database.execute(
                "INSERT INTO package VALUES (?, 'H01', 'H01', ?, '', '', '', 0, '', '', '', '')", (kind,) * 2
            )
            database.execute(
                "INSERT INTO item (doc_id, package_id, to_code, centre, created, updated) "
                "VALUES (?, ?, '000.00.00.H60', 'demo.system.id', '', '')",
                (f"item-{kind}", kind),
            )
    listed = replayed(running, "17_leak_step2_getReceivedEdocList")["data"]
    assert [(row["docId"], row["messageType"]) for row in listed] == [("item-status", "status")]
    assert all(isinstance(value, str) for row in listed for value in row.values()), "every value is text"


@needs_recordings
def test_acknowledgement_in_both_spellings(running: Running) -> None:
    """12 says docId and done, 13 says docid and fail; both hit the item d1."""
    database = running.simulator.store._db
    with database:
        database.execute("INSERT INTO package VALUES ('p1', 'H01', 'H01', 'edoc', '', '', '', 0, '', '', '', '')")
        database.execute(
            "INSERT INTO item (doc_id, package_id, to_code, centre, created, updated) "
            "VALUES ('d1', 'p1', 'demo.system.id', 'demo.system.id', '', '')"
        )
    for name, expected in (("12_updateStatus", "done"), ("13_updateStatus", "fail")):
        assert replayed(running, name)["ErrorCode"] == "0"
        row = running.simulator.store.item("demo.system.id", "d1")
        assert row is not None and row["status"] == expected


@needs_recordings
def test_unauthenticated_download_is_refused(running: Running) -> None:
    status, body = replay(running.port, (WIRE / "11_downloadEdoc.http").read_bytes())
    assert status == 401
    assert json.loads(body)["ErrorCode"] == "15"


@needs_recordings
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"XroadVnpt-hash-header: b", b"XroadVnpt-hash-header: c"),
        (b"XroadVnpt-systemid: demo.system.id", b"XroadVnpt-systemid: H01"),
        (b"XroadVnpt-timestamp: 23", b"XroadVnpt-timestamp: 24"),
    ],
)
def test_a_changed_call_is_refused(running: Running, old: bytes, new: bytes) -> None:
    content = (WIRE / "01_getAgenciesList.http").read_bytes()
    assert old in content
    status, body = replay(running.port, content.replace(old, new, 1))
    assert status == 401
    assert json.loads(body)["ErrorCode"] == "15"


@needs_recordings
def test_header_names_without_regard_to_case(running: Running) -> None:
    content = (WIRE / "01_getAgenciesList.http").read_bytes()
    changed = content.replace(b"\r\nXroadVnpt-", b"\r\nxROADVNPT-").replace(b"key: systemid;", b"key: SystemId;")
    assert changed != content
    assert replay(running.port, changed)[0] == 200
