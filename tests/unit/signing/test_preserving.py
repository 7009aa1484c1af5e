"""What proves a signature later: evidence in the issued file, archive time stamps on the kept copy, alarms in time."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from sqlalchemy import select

from services.signing.acts.tables import Act, Signature
from services.signing.pdf.stamps import TimeStampUnavailable
from services.signing.preserving import actions, rules
from services.signing.preserving.tables import Preserved
from shared.clock import VN, now
from tests.unit.signing.house import ADMIN, CLERK, DRAFTER, LEADER, STRANGER, House, house


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as opened:
        yield opened


class Dead:
    """A time stamper that answers nothing."""

    async def token(self, digest: bytes) -> bytes:
        raise TimeStampUnavailable


async def issued(office: House) -> dict[str, Any]:
    document = await office.sealed(annexes=1)
    await office.done(CLERK, "registry", "POST", f"/v1/documents/{document['id']}/issue")
    return await office.document(document["id"])


async def kept(office: House, document: dict[str, Any]) -> list[dict[str, Any]]:
    return await office.done(CLERK, "signing", "GET", f"/v1/preserved/{document['id']}")


async def preserve(office: House, **changes: Any) -> None:
    """The job, after these changes of every row."""
    async with office.runtime.work() as work:
        for row in await work.all(select(Preserved)):
            for name, value in changes.items():
                setattr(row, name, value)
    await actions.preserve(office.runtime)
    await office.system.settle()


async def alarms(office: House) -> list[str]:
    found = await office.done(ADMIN, "workflow", "GET", "/v1/notices")
    rows = found["items"] if isinstance(found, dict) else found
    return [row["text"] for row in rows if row["kind"] == "preservation-alarm"]


def store_of(pdf: bytes) -> dict[str, int]:
    """How many certificates, OCSP answers and lists the file carries."""
    store = PdfFileReader(io.BytesIO(pdf)).root["/DSS"]
    return {name: len(store.get(f"/{name}", ())) for name in ("Certs", "OCSPs", "CRLs")}


@pytest.mark.requirement("R12.35")
async def test_an_issued_document_stays_provable_and_people_know_when_it_would_not(office: House) -> None:
    document = await issued(office)
    pdf = await office.pdf(document)
    verdict = await office.done(CLERK, "signing", "POST", "/v1/validate", content=pdf)
    assert [(one["role"], one["level"]) for one in verdict["signatures"]] == [("leader", "B-LT"), ("office", "B-LT")]
    assert store_of(pdf)["Certs"] >= 4 and store_of(pdf)["OCSPs"] >= 3 and store_of(pdf)["CRLs"] >= 1
    async with office.runtime.work(reading=True) as work:
        for part in await work.all(select(Signature)):
            assert part.verdict and part.verdict["judged_at"] and part.token  # the report and the stamp of that moment
    await preserve(office)
    rows = await kept(office, document)
    assert [(row["stamps"], row["issued"]["role"]) for row in rows] == [(1, "main"), (1, "annex")]
    assert rows[0]["levels"] == ["B-LTA", "B-LTA"] and rows[1]["levels"] == ["B-LTA"]
    copy = await office.ask(CLERK, "signing", "GET", f"/v1/preserved/{document['id']}/0/pdf")
    assert copy.content.startswith(pdf) and await office.pdf(document) == pdf  # what was issued is untouched
    assert await kept(office, document) == rows and await alarms(office) == []
    near = now() + rules.MARGIN - timedelta(days=1)
    alive, office.runtime.state["vault"].stamper = office.runtime.state["vault"].stamper, Dead()
    await preserve(office, until=near, next_at=now())
    await preserve(office, next_at=now())
    told = await alarms(office)
    assert len(told) == 2 and all(
        f"{near.astimezone(VN):%d/%m/%Y}" in text and document["code"] in text for text in told
    )
    assert (await kept(office, document))[0]["reason"]
    office.runtime.state["vault"].stamper = alive
    await preserve(office, next_at=now())
    renewed = await kept(office, document)
    assert [row["stamps"] for row in renewed] == [2, 2] and not renewed[0]["reason"]
    again = await office.ask(CLERK, "signing", "GET", f"/v1/preserved/{document['id']}/0/pdf")
    assert again.content.startswith(copy.content)
    verdict = await office.done(CLERK, "signing", "POST", "/v1/validate", content=again.content)
    assert verdict["legal_state"] == "ORIGINAL", verdict["reasons"]
    assert [one["role"] for one in verdict["signatures"]].count("timestamp") == 2


async def test_a_document_without_any_archive_stamp_is_told_of_after_a_day(office: House) -> None:
    document = await issued(office)
    alive, office.runtime.state["vault"].stamper = office.runtime.state["vault"].stamper, Dead()
    await preserve(office, next_at=now())
    assert await alarms(office) == []
    async with office.runtime.work() as work:
        for act in await work.all(select(Act)):
            act.done_at = now() - timedelta(days=2)
    await preserve(office, next_at=now())
    await preserve(office, next_at=now())
    assert len(await alarms(office)) == 2 and "chưa tạo được bản lưu trữ" in (await alarms(office))[0]  # once a file
    rows = await kept(office, document)
    assert rows[0]["stamps"] == 0 and rows[0]["reason"] and rows[0]["next_at"] > now().isoformat()[:19]
    assert await office.done(STRANGER, "signing", "GET", f"/v1/preserved/{document['id']}") == []
    missing = await office.ask(LEADER, "signing", "GET", f"/v1/preserved/{document['id']}/0/pdf")
    assert missing.status_code == 404
    office.runtime.state["vault"].stamper = alive
    await preserve(office, next_at=now())
    assert [row["stamps"] for row in await kept(office, document)] == [1, 1]
    foreign = await office.ask(STRANGER, "signing", "GET", f"/v1/preserved/{document['id']}/0/pdf")
    assert foreign.status_code == 404
    assert (await office.ask(DRAFTER, "signing", "GET", f"/v1/preserved/{document['id']}")).status_code == 200


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 2), (5, 16), (40, 360)])
def test_pauses_grow_up_to_six_hours(attempts: int, minutes: int) -> None:
    assert rules.delay(attempts) == timedelta(minutes=minutes)
