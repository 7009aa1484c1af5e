"""Anybody's file judged without log-in: the same verdict as for an office, within limits, and nothing is kept."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import func, select

from services.signing.public_check import actions
from services.signing.public_check.rules import MINUTE, Busy, Limits, TooManyChecks
from services.signing.service import service
from services.signing.verdicts.tables import Report
from shared.auth import Principal, service_principal
from shared.testing import System, running
from tests.unit.signing import documents, flow, pki

PATH = "/v1/public/validate"
OFFICER = Principal("p1", "Vàng Văn Thư", "person", "o1", None, frozenset({"clerk"}))


@pytest.fixture
async def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[System]:
    monkeypatch.setenv("QLVB_PUBLIC_CHECK_LIMIT_MB", "1")
    monkeypatch.setenv("QLVB_PUBLIC_CHECK_PER_MINUTE", "3")
    trust = tmp_path / "secrets" / "trust"
    trust.mkdir(parents=True)
    (trust / "root.pem").write_bytes(pki.world().root.certificate.public_bytes(Encoding.PEM))
    async with running(service, tmp_path=tmp_path) as made:
        yield made


def stranger(system: System, address: str = "203.0.113.7") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(system.runtime("signing").apps["signing"], client=(address, 1))
    return httpx.AsyncClient(transport=transport, base_url="http://signing")


async def reports(system: System) -> int:
    async with system.runtime("signing").work(reading=True) as work:
        return int(await work.scalar(select(func.count()).select_from(Report)))


async def test_the_verdict_is_that_of_an_office_and_is_not_kept(system: System) -> None:
    issued = await flow.issued(pki.world())
    async with stranger(system) as http:
        for pdf in (issued, issued[:-2000] + b" " + issued[-1999:], documents.draft()):
            answer = await http.post(PATH, content=pdf)
            assert answer.status_code == 200, answer.text
            said = answer.json()
            assert await reports(system) == 0
            assert not await system.runtime("signing").blobs.exists(said["sha256"])
            assert said["sha256"] == hashlib.sha256(pdf).hexdigest() and said["sentence"]
            assert said["valid"] == (pdf is issued) and (said["legal_state"] == "ORIGINAL") == (pdf is issued)
    official = await system.client("signing", OFFICER).post("/v1/validate", content=issued)
    assert official.json()["sentence"].startswith("Văn bản có giá trị như bản gốc")
    assert await reports(system) == 1
    async with stranger(system, "203.0.113.8") as http:  # what is kept is not worked out again
        assert (await http.post(PATH, content=issued)).json() == official.json()


async def test_a_file_that_is_too_large_and_none_are_told(system: System) -> None:
    async with stranger(system) as http:
        large = await http.post(PATH, content=bytes(2**20 + 1))
        assert large.status_code == 413 and "1 MB" in large.json()["detail"]
        empty = await http.post(PATH, content=b"")
        assert [one["code"] for one in empty.json()["reasons"]] == ["unreadable"]


async def test_an_address_has_so_many_files_a_minute_and_others_have_theirs(system: System) -> None:
    async with stranger(system) as http:
        answers = [(await http.post(PATH, content=b"x")).status_code for _ in range(3)]
        refused = await http.post(PATH, content=b"x")
        assert answers == [200] * 3 and refused.status_code == 429
        assert 1 <= int(refused.headers["Retry-After"]) <= 61 and "Hãy thử lại sau" in refused.json()["detail"]
        spoofed = await http.post(PATH, content=b"x", headers={"X-Visitor": "203.0.113.99"})
        assert spoofed.status_code == 429
    async with stranger(system, "203.0.113.8") as http:
        assert (await http.post(PATH, content=b"x")).status_code == 200
    portal = system.client("signing", service_principal("portal"))
    for address in ("2001:db8::1", "2001:db8::2", "2001:db8::3"):
        assert (await portal.post(PATH, content=b"x", headers={"X-Visitor": address})).status_code == 200
    same_house = await portal.post(PATH, content=b"x", headers={"X-Visitor": "2001:db8::4"})
    other_house = await portal.post(PATH, content=b"x", headers={"X-Visitor": "2001:db8:1::4"})
    assert (same_house.status_code, other_house.status_code) == (429, 200)


async def test_who_uploads_for_ever_holds_a_place_only_for_a_while(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "UPLOAD_SECONDS", 0.05)

    async def endless() -> AsyncIterator[bytes]:
        yield b"%PDF-"
        await asyncio.Event().wait()

    async with stranger(system) as http:
        slow = await http.post(PATH, content=endless())
        assert slow.status_code == 408 and "quá chậm" in slow.json()["detail"]
        assert (await http.post(PATH, content=b"x")).status_code == 200


def test_a_minute_passes_and_only_so_many_are_in_work() -> None:
    limits = Limits(2, at_once=1)
    limits.count("a", 0.0)
    limits.count("a", 30.0)
    with pytest.raises(TooManyChecks) as refused:
        limits.count("a", MINUTE - 1)
    assert refused.value.data["retry_after"] == 2
    limits.count("a", MINUTE + 0.5)
    with limits.place(), pytest.raises(Busy), limits.place():
        pass
    with limits.place():
        pass
