"""registry's HTTP and messages: an outgoing document from draft to issue, an incoming one, numbers in parallel."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from contracts.gateway.events import DeliveryChangedV1, TakeBackRequestedV1
from contracts.message import FileRef
from contracts.registry.events import ReplyTo
from contracts.signing.events import SealedV1
from contracts.workflow.events import StepDoneV1
from services.registry.numbering import actions as numbering
from shared import clock
from shared.clock import now
from tests.unit.registry.office import (
    CLERK,
    DRAFTER,
    LEADER,
    OFFICE,
    SIGNER,
    STRANGER,
    arrived,
    office,
    ok,
    pdf,
    signed,
    tell,
    upload,
)


async def test_from_draft_to_issue(tmp_path):
    async with office(tmp_path) as system:
        clerk = system.client("registry", CLERK)
        document = await signed(system, recipients=600)
        path = f"/v1/documents/{document['id']}"
        assert (await clerk.post(f"{path}/issue")).status_code == 409
        assert (await system.client("registry", DRAFTER).post(f"{path}/number")).status_code == 403
        first = await ok(await clerk.post(f"{path}/number"))
        again = await ok(await clerk.post(f"{path}/number"))
        assert first["code"] == again["code"] == "01/QĐ-SKHCN"
        assert first["identifier"] == f"H60.10,{first['issued_date'].replace('-', '/')},01/QĐ-SKHCN"
        main = FileRef(**first["files"][0])
        await tell(
            system,
            SealedV1(
                document_id=document["id"], office_id=OFFICE, main_file=main, legal_state="ORIGINAL", sealed_at=now()
            ),
        )
        issued = await ok(await clerk.post(f"{path}/issue"))
        assert issued["state"] == "ISSUED"
        assert len(issued["deliveries"]) == 600
        assert [v["reason"] for v in issued["versions"]] == ["draft", "signed", "sealed"]
        await tell(
            system,
            DeliveryChangedV1(
                document_id=document["id"],
                organ_id="H60.7",
                recipient_name="Xã 7",
                channel="local",
                state="03",
                status_code="03",
                at=now(),
            ),
        )
        seen = await ok(await clerk.get(path))
        assert [d["state"] for d in seen["deliveries"] if d["organ_id"] == "H60.7"] == ["03"]
        edit = await system.client("registry", DRAFTER).put(
            f"/v1/drafts/{document['id']}", json={"type_name": "x", "subject": "y"}, headers={"If-Match": '"3"'}
        )
        assert (edit.status_code, edit.json()["kind"]) == (409, "frozen")
        rows = await ok(await clerk.get("/v1/registers/outgoing"))
        assert len(rows[0]["columns"]) == 10
        reply = ReplyTo(organ_id="H60.10", code="01/QĐ-SKHCN", document_id=issued["identifier"])
        incoming = await arrived(system, reply_to=reply)
        assert (await ok(await clerk.get(f"/v1/incoming/{incoming}")))["in_reply_to_document_id"] == document["id"]
        assert (await ok(await clerk.get(path)))["replies"][0]["id"] == incoming
        leader, why = system.client("registry", LEADER), {"reason": "Ban hành nhầm nội dung"}
        assert (await ok(await leader.post(f"{path}/recall", json=why)))["state"] == "RECALLED"


async def test_another_offices_objects_do_not_exist(tmp_path):
    async with office(tmp_path) as system:
        document = await signed(system)
        incoming = await arrived(system)
        stranger = system.client("registry", STRANGER)
        paths = [
            f"/v1/documents/{document['id']}",
            f"/v1/incoming/{incoming}",
            f"/v1/files/{'a' * 64}",
            "/v1/documents/x",
        ]
        for path in paths:
            assert (await stranger.get(path)).status_code == 404, path
        assert (await stranger.post(f"/v1/documents/{document['id']}/number")).status_code == 404
        assert (await stranger.post(f"/v1/incoming/{incoming}/accept", json={})).status_code == 404
        stolen = {"type_name": "x", "subject": "y", "files": document["files"]}
        assert (await stranger.post("/v1/drafts", json=stolen)).status_code == 404


async def test_two_editors_lose_nothing_and_a_change_ends_approvals(tmp_path):
    async with office(tmp_path) as system:
        drafter = system.client("registry", DRAFTER)
        main = await ok(await upload(system, "a.pdf", pdf()))
        body = {"type_name": "Báo cáo", "subject": "Một", "signer_id": SIGNER, "files": [main]}
        document = await ok(await drafter.post("/v1/drafts", json=body))
        path = f"/v1/drafts/{document['id']}"
        await ok(await drafter.post(f"{path}/submit"))
        await tell(
            system,
            StepDoneV1(
                draft_id=document["id"],
                step="content",
                state="UNIT_APPROVED",
                by="x",
                by_name="Trưởng phòng",
                content_hash=document["content_hash"],
                at=now(),
            ),
        )
        assert (await drafter.put(path, json=body)).status_code == 428
        changed = await ok(await drafter.put(path, json=body | {"subject": "Hai"}, headers={"If-Match": '"1"'}))
        assert changed["state"] == "NEEDS_REAPPROVAL"
        assert (await drafter.put(path, json=body, headers={"If-Match": '"1"'})).status_code == 412


async def test_refusing_uses_no_number_and_duplicates_need_a_note(tmp_path):
    async with office(tmp_path) as system:
        clerk = system.client("registry", CLERK)
        refused = await arrived(system)
        assert (await clerk.post(f"/v1/incoming/{refused}/refuse", json={"reason": "sai"})).status_code == 422
        await ok(await clerk.post(f"/v1/incoming/{refused}/refuse", json={"reason": "Gửi nhầm địa chỉ nhận"}))
        assert (await clerk.post(f"/v1/incoming/{refused}/accept", json={})).status_code == 409
        arrival = str(uuid4())
        first = await arrived(system, identifier="same", arrival_id=arrival)
        assert (await ok(await clerk.post(f"/v1/incoming/{first}/accept", json={})))["arrival_number"] == 1
        second = await arrived(system, identifier="same")
        shown = await ok(await clerk.get(f"/v1/incoming/{second}"))
        assert [d["arrival_number"] for d in shown["duplicates_of"]] == [1]
        assert (await clerk.post(f"/v1/incoming/{second}/accept", json={})).json()["kind"] == "duplicate"
        kept = await ok(await clerk.post(f"/v1/incoming/{second}/accept", json={"note": "Bản giấy đến sau"}))
        assert kept["arrival_number"] == 2
        ask = TakeBackRequestedV1(arrival_id=arrival, office_id=OFFICE, identifier="same", reason="nhầm", at=now())
        await tell(system, ask)
        gone = await ok(await clerk.post(f"/v1/incoming/{first}/take-back", json={"agree": True}))
        assert gone["state"] == "DESTROYED"


@pytest.mark.parametrize(("kind", "count"), [("incoming", 200), ("outgoing", 500)])
async def test_numbers_in_parallel_have_no_gap_and_start_again_each_year(tmp_path, monkeypatch, kind, count):
    async with office(tmp_path) as system:
        runtime = system.runtime("registry")

        async def give() -> int:
            async with runtime.work() as work:
                return (await numbering.give(work, OFFICE, kind, uuid4())).number

        monkeypatch.setattr(clock, "today", lambda: date(2026, 12, 31))
        assert sorted(await asyncio.gather(*(give() for _ in range(count)))) == list(range(1, count + 1))
        monkeypatch.setattr(clock, "today", lambda: date(2027, 1, 1))
        assert await give() == 1
        monkeypatch.setattr(clock, "today", lambda: date(2026, 12, 31))
        with pytest.raises(Exception, match="31/12/2026"):
            await give()


@pytest.mark.requirement("R11.7")
async def test_arrival_numbers_are_consecutive_over_crashes_and_start_again_at_midnight_in_vietnam(
    tmp_path, monkeypatch
):
    async with office(tmp_path) as system:
        runtime = system.runtime("registry")

        async def give(crash: bool = False) -> int:
            async with runtime.work() as work:
                number = (await numbering.give(work, OFFICE, "incoming", uuid4())).number
                if crash:
                    raise ConnectionError
                return number

        monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 31, 16, 59, tzinfo=UTC))
        done = await asyncio.gather(*(give(crash=n % 10 == 0) for n in range(223)), return_exceptions=True)
        assert sorted(n for n in done if isinstance(n, int)) == list(range(1, 201))
        assert await give() == 201
        monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 31, 17, 0, tzinfo=UTC))
        assert await give() == 1
