"""Refusing: ready-made reasons, the shortest reason as dated data, the wrong addressee, the report."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from contracts.registry.events import IncomingRefusedV1
from services.registry.incoming import refusals
from shared.clock import today
from tests.unit.registry.office import CLERK, DRAFTER, OTHER, STRANGER, arrived, office, ok, person_fact, tell
from tests.unit.registry.test_acts import Heard

DAYS = {"first": (today() - timedelta(days=1)).isoformat(), "last": (today() + timedelta(days=1)).isoformat()}


@pytest.mark.requirement("R11.3")
async def test_refused_with_a_reason_it_leaves_the_inbox_stays_searchable_and_stands_in_the_report(tmp_path):
    async with office(tmp_path) as system:
        heard = Heard()
        await system.runtime("registry").bus.subscribe("listener", [IncomingRefusedV1.message_type], heard)
        await tell(system, person_fact(CLERK, phone="0207 3999 102"))
        clerk = system.client("registry", CLERK)
        first = await arrived(system, subject="Báo cáo đê điều", code_number="31")
        second = await arrived(system, subject="Mời họp", code_number="32")
        third = await arrived(system, subject="Kế hoạch", code_number="33")

        short = await clerk.post(f"/v1/incoming/{first}/refuse", json={"reason": " ngắn   quá "})
        assert (short.status_code, short.json()["kind"], short.json()["least"]) == (422, "reason-too-short", 10)
        refused = await ok(await clerk.post(f"/v1/incoming/{first}/refuse", json={"reason_key": "unsigned"}))
        assert refused["refused_reason"].startswith("Văn bản thiếu chữ ký số")
        both = {"reason_key": "unsigned", "reason": "Chỉ có chữ ký của cơ quan."}
        words = (await ok(await clerk.post(f"/v1/incoming/{second}/refuse", json=both)))["refused_reason"]
        assert words.endswith("ban hành. Chỉ có chữ ký của cơ quan.")
        own = {"reason": "Không thuộc lĩnh vực quản lý"}
        await ok(await clerk.post(f"/v1/incoming/{third}/refuse", json=own))

        await heard.until(3)
        told = heard.of(IncomingRefusedV1)[0]
        assert (told["clerk_name"], told["clerk_phone"], told["reason_key"]) == (
            CLERK.name,
            "0207 3999 102",
            "unsigned",
        )
        inbox = await ok(await clerk.get("/v1/incoming", params={"state": "ARRIVED,CHECKED"}))
        assert inbox["items"] == []
        found = await ok(await clerk.get("/v1/incoming", params={"q": "de dieu"}))
        assert [(row["id"], row["state"]) for row in found["items"]] == [(first, "REJECTED")]
        report = await ok(await clerk.get("/v1/reports/refusals", params=DAYS))
        assert (report["total"], [(row["key"], row["count"]) for row in report["rows"]]) == (
            3,
            [("unsigned", 2), ("other", 1)],
        )
        rows = await ok(await clerk.get("/v1/reports/refusals/documents", params=DAYS | {"key": "unsigned"}))
        assert {row["id"] for row in rows} == {first, second}
        assert rows[0]["clerk_name"] == CLERK.name


async def test_the_ready_made_reasons_and_the_shortest_one_are_dated_data(tmp_path):
    async with office(tmp_path) as system:
        shown = await ok(await system.client("registry", CLERK).get("/v1/refusal-reasons"))
        assert (shown["shortest"], shown["reasons"][0]["key"]) == (10, "wrong-addressee")
        assert "28/2018" in shown["legal_basis"]
    assert refusals.in_force(date(2010, 1, 1)) == refusals.editions()[0]
    assert all(len(ready.text) >= 10 for e in refusals.editions() for ready in e.reasons if ready.key != "other")


@pytest.mark.requirement("R11.4")
async def test_a_wrong_addressee_names_the_proper_office_and_uses_no_number(tmp_path):
    async with office(tmp_path) as system:
        heard = Heard()
        await system.runtime("registry").bus.subscribe("listener", [IncomingRefusedV1.message_type], heard)
        clerk, wrong = system.client("registry", CLERK), await arrived(system)
        path = f"/v1/incoming/{wrong}/refuse"
        itself = {"reason_key": "wrong-addressee", "proper_organ_id": "h60.10.old"}
        assert (await clerk.post(path, json=itself)).json()["kind"] == "proper-office-is-own"
        body = {"reason_key": "wrong-addressee", "proper_organ_id": "H60.20", "proper_name": "Sở Tài chính"}
        refused = await ok(await clerk.post(path, json=body))
        assert (refused["state"], refused["arrival_number"]) == ("REJECTED", None)
        await heard.until(1)
        [told] = heard.of(IncomingRefusedV1)
        assert told["proper_organ_id"] == "H60.20"
        assert told["reason"].endswith("Nơi nhận đúng: Sở Tài chính (H60.20).")
        right = await arrived(system)
        assert (await ok(await clerk.post(f"/v1/incoming/{right}/accept", json={})))["arrival_number"] == 1


async def test_who_may_not_wrong_state_and_twice(tmp_path):
    async with office(tmp_path) as system:
        clerk, incoming = system.client("registry", CLERK), await arrived(system)
        path, body = f"/v1/incoming/{incoming}/refuse", {"reason_key": "incomplete"}
        assert (await system.client("registry", DRAFTER).post(path, json=body)).status_code == 403
        assert (await system.client("registry", STRANGER).post(path, json=body)).status_code == 404
        assert (await clerk.post(path, json={"reason_key": "no-such"})).json()["kind"] == "unknown-reason"
        await ok(await clerk.post(path, json=body))
        assert (await clerk.post(path, json=body)).json()["kind"] == "wrong-state"
        assert (await system.client("registry", DRAFTER).get("/v1/reports/refusals", params=DAYS)).status_code == 403
        theirs = await ok(await system.client("registry", STRANGER).get("/v1/reports/refusals", params=DAYS))
        assert (STRANGER.office_id, theirs["total"]) == (OTHER, 0)
