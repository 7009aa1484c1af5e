"""Answers that receivers owe: since when, late after a working day, reminded by themselves and by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from contracts.gateway.events import AnswerOverdueV1, AnswerRemindedV1
from services.gateway.partners.tables import Partner
from services.gateway.reminders import rules
from services.gateway.reminders.jobs import watch_answers
from services.gateway.webhooks.tables import HookEvent
from services.workflow.service import service as workflow
from shared.clock import VN
from shared.testing import System
from tests.unit.gateway.exchange import (
    CLERK,
    OTHER_CLERK,
    copies,
    exchange,
    issued,
    person,
    received,
    sent,
    status_about,
)

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=VN)
BY = "G01.1"


@pytest.mark.parametrize(
    ("kind", "state", "before", "owes"),
    [
        ("document", "waiting", "", False), ("document", "sent", "", True), ("document", "01", "", True),
        ("document", "02", "", False), ("document", "03", "", False), ("document", "06", "", False),
        ("document", "13", "03", True), ("document", "15", "03", False), ("document", "16", "03", False),
        ("document", "16", "01", True), ("recall", "01", "", False), ("replace", "01", "", True),
        ("document", "failed", "", False),
    ],
)  # fmt: skip
def test_who_owes_an_answer(kind: str, state: str, before: str, owes: bool) -> None:
    assert rules.owed(kind, state, before) is owes


async def test_the_time_runs_from_sending_or_asking_and_ends_with_the_answer(tmp_path: Path) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        async with exchange(tmp_path) as system:
            document = await issued(system, BY, "H60.20")
            copy = await copies(system)
            assert copy[BY]["owed_since"] is None  # it has not left
            assert datetime.fromisoformat(copy["H60.20"]["owed_since"]) == MONDAY
            clock.shift(60)
            await sent(system)
            left = (await copies(system))[BY]["owed_since"]
            assert datetime.fromisoformat(left) == MONDAY + timedelta(minutes=1)
            clock.shift(60)
            await received(system, "status", "H60.10", status_about("01", document, by=BY))
            assert (await copies(system))[BY]["owed_since"] == left
            await received(system, "status", "H60.10", status_about("03", document, by=BY))
            assert (await copies(system))[BY]["owed_since"] is None


async def late(system: System) -> None:
    await watch_answers(system.runtime("gateway"))
    await system.settle()


@pytest.mark.parametrize(
    ("moment", "is_late"),
    [
        ("2026-11-17 16:59", False), ("2026-11-17 17:01", True),
    ],
)  # fmt: skip
async def test_late_after_a_working_day(tmp_path: Path, moment: str, is_late: bool) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        async with exchange(tmp_path, beside=(workflow,)) as system:
            await issued(system, "H60.20")
            clock.move_to(datetime.fromisoformat(moment).replace(tzinfo=VN))
            await late(system)
            assert (await copies(system))["H60.20"]["late"] is is_late


async def test_each_late_answer_is_told_to_the_sender_and_reminded_of_once_by_itself(tmp_path: Path) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        async with exchange(tmp_path, beside=(workflow,)) as system:
            overdue = await system.listen(AnswerOverdueV1.message_type)
            reminded = await system.listen(AnswerRemindedV1.message_type)
            document = await issued(system, "H60.20", BY)
            await sent(system)
            await issued(system, BY, document_id="d2")
            clock.move_to(MONDAY + timedelta(days=2))
            for _ in range(2):
                await late(system)
            [told] = overdue
            assert [r["organ_id"] for r in told.data["receivers"]] == [BY, "H60.20"]
            assert (told.data["drafter_id"], told.data["clerk_id"]) == ("specialist-o1", "clerk-o1")
            assert [(r.data["code"], r.data["by_name"]) for r in reminded] == [(document.code, "")]
            now = await copies(system)
            assert (now["H60.20"]["reminders"], now[BY]["reminders"]) == (1, 0)


async def test_remind_all_at_once(tmp_path: Path) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        async with exchange(tmp_path) as system:
            reminded = await system.listen(AnswerRemindedV1.message_type)
            await issued(system, "H60.20", BY)
            await sent(system)
            client = system.client("gateway", CLERK)
            done = {r["organ_id"]: r for r in (await client.post("/v1/reminders", json={"document_id": "d1"})).json()}
            assert {organ: r["how"] for organ, r in done.items()} == {"H60.20": "told", BY: "by-hand"}
            assert "gọi điện" in done[BY]["message"]
            again = (await client.post("/v1/reminders", json={"document_id": "d1"})).json()
            assert {r["organ_id"]: r["how"] for r in again}["H60.20"] == "too-soon"
            clock.shift(timedelta(hours=5))
            client = system.client("gateway", CLERK)
            chosen = [done["H60.20"]["delivery_id"]]
            [later] = (await client.post("/v1/reminders", json={"delivery_ids": chosen})).json()
            assert later["how"] == "told"
            await system.settle()
            assert [r.data["by_name"] for r in reminded] == [CLERK.name] * 2


async def test_a_partner_that_listens_is_told_by_web_hook(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await issued(system, BY)
        await sent(system)
        async with system.runtime("gateway").work() as work:
            work.save(Partner(name="national", kind="partner", title="Bộ", settings={"webhook_url": "https://x/h"}))
        answer = await system.client("gateway", CLERK).post("/v1/reminders", json={"document_id": "d1"})
        assert [r["how"] for r in answer.json()] == ["told"]
        async with system.runtime("gateway").work(reading=True) as work:
            [event] = await work.all(select(HookEvent))
        assert (event.type, event.data["documentId"]) == ("answer.overdue", "H60.10,2026/01/05,1/QĐ-SKHCN")


async def test_the_list_of_what_is_owed_is_the_office_s_own_and_the_longest_first(tmp_path: Path) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        async with exchange(tmp_path, beside=(workflow,)) as system:
            for number in ("1", "2", "3"):
                await issued(system, "H60.20", document_id=f"d{number}")
                clock.shift(60)
            client = system.client("gateway", CLERK)
            first = (await client.get("/v1/owed-answers", params={"limit": 2})).json()
            rest = (await client.get("/v1/owed-answers", params={"limit": 2, "cursor": first["next"]})).json()
            assert [r["document_id"] for r in [*first["items"], *rest["items"]]] == ["d1", "d2", "d3"]
            assert (await client.get("/v1/owed-answers", params={"late": True})).json()["items"] == []
            assert (await client.get("/v1/owed-answers", params={"cursor": "W10"})).status_code == 422
            clock.move_to(MONDAY + timedelta(days=2))
            await late(system)
            client = system.client("gateway", CLERK)
            counts = (await client.get("/v1/owed-answers/counts")).json()
            assert counts == {"owed": 3, "late": 3, "documents": 3, "working_days": 1}
            other = system.client("gateway", OTHER_CLERK)
            assert (await other.get("/v1/owed-answers")).json()["items"] == []
            theirs = await other.post("/v1/reminders", json={"document_id": "d1"})
            assert theirs.json()["kind"] == "nothing-owed"
            leader = await system.client("gateway", person("leader")).post("/v1/reminders", json={"document_id": "d1"})
            assert leader.status_code == 403
            assert (await client.post("/v1/reminders", json={})).status_code == 422
            assert (await client.post("/v1/reminders", json={"delivery_ids": ["x"]})).status_code == 404
