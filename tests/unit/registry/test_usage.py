"""The use of the system by month: what each figure counts is what its list shows; own office beside the province."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from contracts.gateway.events import DeliveryChangedV1
from contracts.identity.events import OfficeChangedV1
from contracts.message import FileRef
from contracts.signing.events import SealedV1
from contracts.workflow.events import IncomingDueV1, IncomingProgressV1
from services.registry.incoming.rules import end_of
from services.registry.incoming.tables import Incoming
from services.registry.outgoing.tables import Outgoing
from services.registry.usage import rules
from services.registry.usage.figures import FIGURES, OFFICES
from shared.auth import Principal
from shared.clock import VN, now
from shared.paging import encode
from tests.unit.registry.office import (
    CLERK,
    DRAFTER,
    LEADER,
    OFFICE,
    OTHER,
    STRANGER,
    arrived,
    office,
    ok,
    signed,
    tell,
)

OPERATOR = Principal(str(uuid4()), "Quản trị", "person", OTHER, None, frozenset({"system_admin"}))
MONTH, MIDDLE = "2026-10", datetime(2026, 10, 15, 5, tzinfo=UTC)
MOMENTS = {
    Outgoing: ("issued_at", "paper_sent_at", "refused_at", "recalled_at"),
    Incoming: ("registered_at", "due_at", "finished_at", "refused_at"),
}
PARTS = [("issued", "signed", "unsigned"), ("issued", "electronic", "on_paper"), ("due", "on_time", "late")]


async def issued(system, legal_state: str = "ORIGINAL") -> str:
    clerk, document = system.client("registry", CLERK), await signed(system)
    path = f"/v1/documents/{document['id']}"
    main = FileRef(**(await ok(await clerk.post(f"{path}/number")))["files"][0])
    message = SealedV1(
        document_id=document["id"], office_id=OFFICE, main_file=main, legal_state=legal_state, sealed_at=now()
    )
    await tell(system, message)
    await ok(await clerk.post(f"{path}/issue"))
    return str(document["id"])


async def refused_by_a_receiver(system, document: str) -> None:
    told = {"document_id": document, "organ_id": "H60.1", "recipient_name": "Xã 1", "channel": "local", "at": now()}
    await tell(system, DeliveryChangedV1(**told, state="02", status_code="02"))


async def registered(system, **changes: Any) -> str:
    who = changes.pop("who", CLERK)
    incoming = await arrived(system, **changes) if who is CLERK else await _elsewhere(system)
    await ok(await system.client("registry", who).post(f"/v1/incoming/{incoming}/accept", json={}))
    return incoming


async def _elsewhere(system) -> str:
    there = {"sender_name": "Sở Y tế", "subject": "Giấy mời", "code_number": "7", "code_notation": "GM-SYT"}
    entered = await system.client("registry", STRANGER).post("/v1/incoming", json=there)
    return str((await ok(entered))["id"])


async def due(system, incoming: str, at: datetime, office_id: str = OFFICE) -> None:
    await tell(system, IncomingDueV1(incoming_id=incoming, office_id=office_id, due_at=at, by="l", at=now()))


async def finished(system, incoming: str) -> None:
    done = {"incoming_id": incoming, "office_id": OFFICE, "status": "06", "by": "x", "by_name": "An", "at": now()}
    await tell(system, IncomingProgressV1(**done))


async def a_month(system) -> None:
    """Everything that is counted, each in another number, in the middle of a month that is over."""
    clerk, leader = system.client("registry", CLERK), system.client("registry", LEADER)
    documents = [await issued(system, state) for state in ("ORIGINAL", "ORIGINAL", "ORIGINAL", "REFERENCE_ONLY")]
    for document in documents[:2]:
        await ok(await clerk.post(f"/v1/documents/{document}/paper", json={"reason": "Danh mục gửi kèm bản giấy"}))
    for document in documents[:3]:
        await refused_by_a_receiver(system, document)
    await ok(await leader.post(f"/v1/documents/{documents[0]}/recall", json={"reason": "Ban hành sai thẩm quyền"}))
    came = [await registered(system) for _ in range(5)]
    for incoming in came[:2]:
        await due(system, incoming, now() - timedelta(hours=1))
    await due(system, came[2], now() + timedelta(hours=1))
    for incoming in came[1:3]:
        await finished(system, incoming)
    refused = await arrived(system)
    await ok(await clerk.post(f"/v1/incoming/{refused}/refuse", json={"reason_key": "unsigned"}))
    await due(system, await registered(system, who=STRANGER), now() - timedelta(hours=1), OTHER)
    await move(system, MIDDLE - now())


async def move(system, by: timedelta) -> None:
    """Everything happened that much later (or earlier)."""
    async with system.runtime("registry").work() as work:
        for table, names in MOMENTS.items():
            for row in await work.all(select(table)):
                for name in names:
                    if at := getattr(row, name):
                        setattr(row, name, at + by)


async def usage(system, who: Principal, status: int = 200, **more: Any) -> Any:
    answer = await system.client("registry", who).get("/v1/usage", params={"month": MONTH, **more})
    assert answer.status_code == status, answer.text
    return answer.json()


async def behind(system, who: Principal, figure: str, month: str = MONTH, **more: Any) -> list[dict[str, Any]]:
    """Every document behind a figure, page by page."""
    found: list[dict[str, Any]] = []
    wanted = {"month": month, "figure": figure, "limit": 2, **more}
    while True:
        page = await ok(await system.client("registry", who).get("/v1/usage/documents", params=wanted))
        found += page["items"]
        if page["next"] is None:
            return found
        wanted["cursor"] = page["next"]


@pytest.mark.requirement("R08.1")
@pytest.mark.requirement("R19.1")
async def test_each_figure_of_a_unit_is_its_list_of_documents_and_stands_beside_the_province(tmp_path):
    async with office(tmp_path) as system:
        other = OfficeChangedV1(
            office_id=OTHER, name="Sở Y tế", short_name="SYT", abbreviation="SYT", level="department", parent_id=None,
            place="Tuyên Quang", organ_ids=("H60.20",),
        )  # fmt: skip
        await tell(system, other)
        await a_month(system)
        report = await usage(system, CLERK)
        own, province = report["own"]["counts"], report["province"]
        assert own == {
            "issued": 4, "signed": 3, "electronic": 2, "recalled": 1, "returned": 3,
            "registered": 5, "due": 3, "on_time": 1, "refused": 1,
        }  # fmt: skip
        assert report["own"]["office_name"] == "Sở Khoa học và Công nghệ" and report["offices_counted"] == 2
        assert (province["issued"], province["registered"], province["due"]) == (4, 6, 4)
        assert report["offices"] == []
        counted = own | {"unsigned": 1, "on_paper": 2, "late": 2}
        assert set(counted) == set(FIGURES)
        for who, where in ((CLERK, {}), (OPERATOR, {"office_id": OFFICE})):
            lists = {figure: {row["id"] for row in await behind(system, who, figure, **where)} for figure in FIGURES}
            assert {figure: len(ids) for figure, ids in lists.items()} == counted
            for whole, one, rest in PARTS:
                assert lists[one] | lists[rest] == lists[whole] and not lists[one] & lists[rest]
        shown = (await behind(system, CLERK, "late"))[0]
        assert shown["subject"] == "Báo cáo" and shown["due_at"] and shown["direction"] == "incoming"
        assert (await behind(system, CLERK, "on_paper"))[0]["note"] == "Danh mục gửi kèm bản giấy"
        months = await ok(await system.client("registry", CLERK).get("/v1/usage/months", params={"last": "2026-11"}))
        assert [row["month"] for row in months][0::11] == ["2025-12", "2026-11"]
        assert {row["month"]: row["counts"] for row in months}[MONTH] == own


async def test_who_sees_which_figures(tmp_path):
    async with office(tmp_path) as system:
        await issued(system)
        await registered(system, who=STRANGER)
        await move(system, MIDDLE - now())
        whole = await usage(system, OPERATOR)
        assert whole["own"] is None and [row["office_id"] for row in whole["offices"]] == [OFFICE]
        assert (await usage(system, OPERATOR, office_id=OFFICE))["own"]["counts"]["issued"] == 1
        titles = {
            row["subject"] + row["code"] + row["note"]
            for row in await behind(system, OPERATOR, "issued", office_id=OFFICE)
        }
        assert titles == {""}
        theirs = await usage(system, STRANGER)  # identity has not told of this office yet
        assert (theirs["own"]["office_id"], theirs["own"]["counts"]["registered"]) == (OTHER, 1)
        await usage(system, STRANGER, 404, office_id=OFFICE)
        await usage(system, OPERATOR, 404, office_id="none")
        await usage(system, DRAFTER, 403)
        for path, more in (("months", {"last": MONTH}), ("documents", {"month": MONTH, "figure": "issued"})):
            asked = f"/v1/usage/{path}"
            assert (await system.client("registry", DRAFTER).get(asked, params=more)).status_code == 403
            more_of_another = more | {"office_id": OFFICE}
            assert (await system.client("registry", STRANGER).get(asked, params=more_of_another)).status_code == 404
            unsaid = await system.client("registry", OPERATOR).get(asked, params=more)
            assert (unsaid.status_code, unsaid.json()["kind"]) == (422, "choose-office")


async def test_a_month_begins_and_ends_in_vietnam_and_one_that_is_none_is_refused(tmp_path):
    since, until = rules.bounds(rules.month_of(MONTH))
    assert (since, until) == (datetime(2026, 9, 30, 17, tzinfo=UTC), datetime(2026, 10, 31, 17, tzinfo=UTC))
    assert rules.following(rules.month_of("2026-12")).isoformat() == "2027-01-01"
    async with office(tmp_path) as system:
        keys = [UUID(await issued(system)) for _ in range(4)]
        moments = (since - timedelta(seconds=1), since, until - timedelta(seconds=1), until)
        async with system.runtime("registry").work() as work:
            for key, at in zip(keys, moments, strict=True):
                await work.execute(update(Outgoing).where(Outgoing.id == key).values(issued_at=at))
        assert (await usage(system, CLERK))["own"]["counts"]["issued"] == 2
        rows = await behind(system, CLERK, "issued")
        assert [row["id"] for row in rows] == [str(keys[2]), str(keys[1])]
        bad = {"month": MONTH, "figure": "issued"}
        for place in (encode(1, 2), encode("2026-10-01", uuid4()), encode(MIDDLE, "x"), "x"):
            answer = await system.client("registry", CLERK).get("/v1/usage/documents", params=bad | {"cursor": place})
            assert (answer.status_code, answer.json()["kind"]) == (422, "bad-cursor"), place
        for wrong in ("2026-13", "2026-1", "x", "1999-12"):
            assert (await usage(system, CLERK, 422, month=wrong))["kind"] == "bad-month"


async def test_a_term_counts_once_it_is_over_and_what_is_finished_keeps_its_term(tmp_path):
    async with office(tmp_path) as system:
        soon = now() + timedelta(hours=1)
        month = f"{soon.astimezone(VN):%Y-%m}"
        incoming = await registered(system, due_date="2031-05-20")
        assert await behind(system, CLERK, "due", month="2031-05") == []
        await due(system, incoming, soon)
        assert await behind(system, CLERK, "due", month=month) == []
        await finished(system, incoming)
        [row] = await behind(system, CLERK, "on_time", month=month)
        await due(system, incoming, now() - timedelta(days=40))
        assert await behind(system, CLERK, "on_time", month=month) == [row]
    assert end_of("2026-10-31") == datetime(2026, 10, 31, 17, tzinfo=UTC)
    assert end_of(None) is None and end_of("31/10/2026") is None and end_of("9999-12-31") is None


async def test_the_clerk_notes_that_paper_was_sent_too_and_takes_it_back(tmp_path):
    async with office(tmp_path) as system:
        clerk, why = system.client("registry", CLERK), {"reason": "Nơi nhận đề nghị bản giấy"}
        draft = await signed(system)
        assert (await clerk.post(f"/v1/documents/{draft['id']}/paper", json=why)).json()["kind"] == "wrong-state"
        path = f"/v1/documents/{await issued(system)}/paper"
        assert (await clerk.post(path, json={"reason": "ngắn"})).status_code == 422
        for method in ("post", "delete"):
            more = {"json": why} if method == "post" else {}
            assert (await getattr(system.client("registry", DRAFTER), method)(path, **more)).status_code == 403
            assert (await getattr(system.client("registry", STRANGER), method)(path, **more)).status_code == 404
        first = await ok(await clerk.post(path, json=why))
        again = await ok(await clerk.post(path, json=why))
        assert first["paper_sent_at"] == again["paper_sent_at"] and first["paper_reason"] == why["reason"]
        assert [entry["act"] for entry in again["timeline"]].count("paper-sent") == 1
        taken = [await ok(await clerk.delete(path)) for _ in range(2)][-1]
        assert (taken["paper_sent_at"], taken["paper_reason"]) == (None, "")
        assert [entry["act"] for entry in taken["timeline"]].count("paper-not-sent") == 1


async def test_every_count_goes_by_an_index(tmp_path):
    """Neither the documents nor the arrivals of all times are read."""
    async with office(tmp_path) as system:
        month = {"since": MIDDLE, "until": MIDDLE, "at": MIDDLE}
        async with system.runtime("registry").work(reading=True) as work:
            connection = await work.session.connection()
            statement = OFFICES._statement(connection.dialect).params(**month)
            query = str(statement.compile(connection.engine, compile_kwargs={"literal_binds": True}))
            plan = [row[3] for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}")]
        searched = [step for step in plan if "outgoing" in step or "incoming" in step]
        assert len(searched) == 9 and all(step.startswith("SEARCH") for step in searched), plan
        assert sum("COVERING INDEX" in step for step in searched) == 7, plan  # two look at a column more of each row
