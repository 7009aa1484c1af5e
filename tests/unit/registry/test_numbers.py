"""Outgoing numbers: series as the head decided, no gap and no double, numbers given up with their reason."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from contracts.registry.events import NumberVoidedV1
from contracts.signing.events import SealedV1
from services.registry.numbering import actions as numbering
from services.registry.numbering.rules import OUTGOING, series_of
from services.registry.numbering.tables import GivenNumber
from shared import clock
from shared.auth import Principal
from shared.clock import now
from tests.unit.registry.office import CLERK, DRAFTER, OFFICE, STRANGER, office, ok, signed, tell

ADMIN = Principal(str(uuid4()), "Ma Thị Quản", "person", OFFICE, None, frozenset({"unit_admin"}))
DECISION = "Quyết định số 12/QĐ-SKHCN ngày 20/12/2026 của Giám đốc Sở"
REASON = "In nhầm họ tên người ký ở trang 2"


def at(monkeypatch, *moment: int) -> None:
    """A moment in UTC; Việt Nam is seven hours ahead."""
    monkeypatch.setattr(clock, "now", lambda: datetime(*moment, tzinfo=UTC))


async def decide(system, person=ADMIN, **body):
    wanted = {"division": "by-type", "valid_from": "2027-01-01", "decision": DECISION} | body
    return await system.client("registry", person).put("/v1/numbering/schemes", json=wanted)


async def numbered(system, **fields) -> dict:
    document = await signed(system, **fields)
    return await ok(await system.client("registry", CLERK).post(f"/v1/documents/{document['id']}/number"))


@pytest.mark.requirement("R12.16")
async def test_numbers_start_at_one_each_year_in_the_series_that_the_head_decided(tmp_path, monkeypatch):
    async with office(tmp_path) as system:
        at(monkeypatch, 2026, 12, 31, 10)
        assert (await numbered(system))["code"] == "01/QĐ-SKHCN"
        report = await numbered(system, type_name="Báo cáo")  # for offices without an account: on paper, same series
        assert (report["code"], report["issued_date"]) == ("02/BC-SKHCN", "2026-12-31")
        assert (await decide(system)).status_code == 200

        at(monkeypatch, 2026, 12, 31, 17)  # midnight in Việt Nam
        new_year = [await numbered(system, type_name=name) for name in ("Quyết định", "Báo cáo", "Công văn", "Báo cáo")]
        assert [d["code"] for d in new_year] == ["01/QĐ-SKHCN", "01/BC-SKHCN", "01/SKHCN", "02/BC-SKHCN"]
        assert {d["issued_date"] for d in new_year} == {"2027-01-01"}

        at(monkeypatch, 2027, 1, 5)
        await numbered(system)
        at(monkeypatch, 2027, 1, 4)  # the clock is set back: no number bears a day before the last one's
        back = await system.client("registry", CLERK).post(f"/v1/documents/{(await signed(system))['id']}/number")
        assert (back.status_code, back.json()["kind"]) == (409, "date-turned-back")

        at(monkeypatch, 2028, 1, 3)
        assert (await decide(system, division="by-body", valid_from="2028-01-01")).status_code == 200
        bodies = [await numbered(system, notation=text) for text in ("QĐ-SKHCN", "QĐ-BCĐ", "QĐ-BCĐ", "QĐ-SKHCN")]
        assert [d["code"] for d in bodies] == ["01/QĐ-SKHCN", "01/QĐ-BCĐ", "02/QĐ-BCĐ", "02/QĐ-SKHCN"]


async def test_number_and_notation_are_never_given_twice_though_series_differ(tmp_path, monkeypatch):
    async with office(tmp_path) as system:
        at(monkeypatch, 2027, 1, 4)
        assert (await decide(system)).status_code == 200
        await numbered(system, notation="SKHCN")
        second = await signed(system, type_name="Công văn", notation="SKHCN")
        clerk = system.client("registry", CLERK)
        refused = await clerk.post(f"/v1/documents/{second['id']}/number")
        assert (refused.status_code, refused.json()["kind"]) == (409, "code-taken")
        assert (await clerk.get(f"/v1/documents/{second['id']}")).json()["state"] == "SIGNED"
        third = await numbered(system, type_name="Công văn", notation="SKHCN-VP")
        assert third["code"] == "01/SKHCN-VP"  # the refused one took no number


async def test_a_scheme_is_the_heads_decision_and_begins_with_a_year_without_numbers(tmp_path, monkeypatch):
    async with office(tmp_path) as system:
        at(monkeypatch, 2026, 11, 26)
        await numbered(system)
        assert (await decide(system, person=CLERK)).status_code == 403
        assert (await decide(system, valid_from="2027-07-01")).json()["kind"] == "scheme-not-on-new-year"
        in_use = await decide(system, valid_from="2026-01-01")
        assert (in_use.status_code, in_use.json()["kind"]) == (409, "scheme-in-use")
        assert "01/01/2027" in in_use.json()["detail"]
        assert (await decide(system, division="by-mood")).status_code == 422
        assert (await decide(system)).json()["by_name"] == ADMIN.name
        assert (await decide(system, division="by-body")).status_code == 200  # before it begins it may be changed
        listed = (await system.client("registry", DRAFTER).get("/v1/numbering/schemes")).json()
        assert [(s["division"], s["valid_from"], s["decision"]) for s in listed] == [
            ("by-body", "2027-01-01", DECISION)
        ]
        assert (await system.client("registry", STRANGER).get("/v1/numbering/schemes")).json() == []


@pytest.mark.parametrize(
    ("division", "type_name", "notation", "series"),
    [
        ("combined", "Quyết định", "QĐ-SKHCN", OUTGOING),
        ("by-type", "Quyết định", "QĐ-SKHCN", "outgoing:QĐ"),
        ("by-type", "quyết định", "x", "outgoing:QĐ"),
        ("by-type", "Công văn", "SKHCN-VP", "outgoing:CÔNG VĂN"),
        ("by-body", "Quyết định", "QĐ-BCĐ", "outgoing:BCĐ"),
        ("by-body", "Công văn", "SKHCN-VP", "outgoing:SKHCN"),
    ],
)
def test_the_series_of_a_document(division, type_name, notation, series):
    assert series_of(division, type_name, notation) == series


@pytest.mark.requirement("R12.17")
async def test_five_hundred_at_once_and_crashes_leave_neither_gap_nor_double(tmp_path):
    async with office(tmp_path) as system:
        registry = system.runtime("registry")

        async def give(crash: bool) -> int:
            async with registry.work() as work:
                number = (await numbering.give(work, OFFICE, OUTGOING, uuid4())).number
                if crash:
                    raise ConnectionError("killed before it commits")
                return number

        done = await asyncio.gather(*(give(n % 11 == 10) for n in range(550)), return_exceptions=True)
        assert sorted(n for n in done if isinstance(n, int)) == list(range(1, 501))
        async with registry.work(reading=True) as work:
            assert await work.scalar(select(func.count()).select_from(GivenNumber)) == 500

        clerk = system.client("registry", CLERK)
        document = await numbered(system)  # killed here, before anything is sealed: it goes on with the same number
        path = f"/v1/documents/{document['id']}"
        assert document["code"] == "501/QĐ-SKHCN"
        assert (await ok(await clerk.post(f"{path}/number")))["code"] == "501/QĐ-SKHCN"
        assert (await ok(await clerk.post(f"{path}/reseal")))["code"] == "501/QĐ-SKHCN"

        assert (await clerk.post(f"{path}/void", json={"reason": "sai"})).status_code == 422
        voided = await ok(await clerk.post(f"{path}/void", json={"reason": REASON}))
        assert (voided["state"], voided["void_reason"]) == ("VOIDED", REASON)
        assert (await numbered(system))["code"] == "502/QĐ-SKHCN"
        register = (await clerk.get("/v1/registers/outgoing")).json()
        assert [row["columns"][-1] for row in register if row["number"] == 501] == [f"Hủy số: {REASON}"]


async def test_a_voided_document_is_not_sealed_issued_or_voided_twice(tmp_path):
    async with office(tmp_path) as system:
        clerk = system.client("registry", CLERK)
        document = await numbered(system)
        path = f"/v1/documents/{document['id']}"
        reason = {"reason": REASON}
        told = await system.listen(NumberVoidedV1.message_type)
        assert (await system.client("registry", DRAFTER).post(f"{path}/void", json=reason)).status_code == 403
        assert (await system.client("registry", STRANGER).post(f"{path}/void", json=reason)).status_code == 404
        for _ in range(2):
            assert (await ok(await clerk.post(f"{path}/void", json=reason)))["state"] == "VOIDED"
        await system.settle()
        assert [(m.data["document_id"], m.data["reason"]) for m in told] == [(document["id"], REASON)]
        main = document["files"][0]
        late = SealedV1(
            document_id=document["id"], office_id=OFFICE, main_file=main, legal_state="ORIGINAL", sealed_at=now()
        )
        await tell(system, late)
        assert (await clerk.get(path)).json()["state"] == "VOIDED"
        assert (await clerk.post(f"{path}/issue")).status_code == 409
        assert (await clerk.post(f"{path}/reseal")).status_code == 409


async def test_what_is_issued_is_recalled_and_not_voided(tmp_path):
    async with office(tmp_path) as system:
        clerk = system.client("registry", CLERK)
        document = await numbered(system)
        path = f"/v1/documents/{document['id']}"
        main = document["files"][0]
        await tell(
            system,
            SealedV1(
                document_id=document["id"], office_id=OFFICE, main_file=main, legal_state="ORIGINAL", sealed_at=now()
            ),
        )
        await ok(await clerk.post(f"{path}/issue"))
        refused = await clerk.post(f"{path}/void", json={"reason": REASON})
        assert (refused.status_code, refused.json()["kind"]) == (409, "frozen")
