"""The two forms of hash-file, the final CR LF, and the signed headers (axis.md §1.1 and §1.2)."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime

import httpx
import pytest

from services.gateway.wire.headers import call_headers, hash_file, timestamp
from services.gateway.wire.signature import hash_matches

from .conftest import Running, document


def with_small_byte() -> bytes:
    """A package whose digest has a byte below 16, so that the two forms differ."""
    number = next(n for n in range(1, 99) if len(hash_file(digest(document("H01", "H02", number=n)))) < 64)
    return document("H01", "H02", number=number)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def post(running: Running, body: bytes, hash_text: str) -> dict[str, str]:
    parameters = {"servicetype": "eDoc", "messagetype": "edoc", "hash-file": hash_text, "from": "H01"}
    headers = call_headers("H01", "one", parameters, "application/octet-stream")
    answer: dict[str, str] = httpx.post(f"{running.url}/sendEdoc", headers=headers, content=body).json()
    return answer


def test_forms() -> None:
    raw = bytes([0x0B, 0x00, 0xFF]) + bytes(29)
    assert hash_file(raw.hex()) == "b0ff" + "0" * 29
    assert hash_matches(raw.hex().upper(), raw)
    assert hash_matches(hash_file(raw.hex()), raw)
    assert not hash_matches(hash_file(raw.hex())[:-1], raw)


@pytest.mark.parametrize("form", [str, hash_file])
def test_both_forms_are_accepted_with_the_final_line_end(running: Running, form: type[str]) -> None:
    content = with_small_byte()
    answer = post(running, content + b"\r\n", form(digest(content)))
    assert answer["ErrorCode"] == "0"
    assert running.simulator.store.package_path(answer["DocId"]).read_bytes() == content


def test_without_line_end_and_with_the_files_own(running: Running) -> None:
    bare = document("H01", "H02")
    for content, sent in ((bare, bare), (bare + b"\r\n", bare + b"\r\n"), (bare + b"\r\n", bare + b"\r\n\r\n")):
        answer = post(running, sent, digest(content))
        assert running.simulator.store.package_path(answer["DocId"]).read_bytes() == content


def test_a_wrong_hash_or_empty_body_is_refused_and_leaves_nothing(running: Running) -> None:
    for body in (document("H01", "H02") + b"x", b"", b"\r\n"):
        answer = post(running, body, digest(b"" if body in (b"", b"\r\n") else document("H01", "H02")))
        assert (answer["status"], answer["ErrorCode"], answer["DocId"]) == ("FAIL", "10", "")
    assert list(running.simulator.store.incoming.iterdir()) == []


def test_signed_headers_have_the_recorded_form() -> None:
    moment = datetime(2026, 11, 23, 16, 43, 4, 936000, tzinfo=UTC)
    assert timestamp(moment) == "23112026T234304+0936"
    headers = call_headers("c", "s", {"to": '["A","B"]'}, "application/json", moment)
    assert headers["XroadVnpt-sign-header-key"] == "systemid;to;timestamp;Content-Type"
    assert headers["XroadVnpt-sign-header"] == (
        '{"XroadVnpt-systemid":"c","XroadVnpt-to":"[\\"A\\",\\"B\\"]",'
        '"XroadVnpt-timestamp":"23112026T234304+0936","XroadVnpt-Content-Type":"application/json"}'
    )
    expected = hmac.new(b"s", headers["XroadVnpt-sign-header"].encode(), hashlib.sha256).hexdigest()
    assert headers["XroadVnpt-hash-header"] == expected
    assert json.loads(headers["XroadVnpt-sign-header"])["XroadVnpt-to"] == headers["XroadVnpt-to"]


@pytest.mark.parametrize("value", ["Sở", "a\r\nb"])
def test_a_header_never_carries_other_than_printable_ascii(value: str) -> None:
    with pytest.raises(ValueError, match="from"):
        call_headers("c", "s", {"from": value}, "application/json")
