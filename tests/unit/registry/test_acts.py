"""Every act answers: it works, who may not, wrong state, bad input, twice."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pypdfium2 as pdfium
import pytest

from contracts.gateway.events import TakeBackRequestedV1
from contracts.message import FileRef
from contracts.registry.events import IncomingRefusedV1, NumberAssignedV1, RecallAnsweredV1, RecallRequestedV1
from contracts.signing.events import SealedV1, SealingFailedV1
from contracts.workflow.events import DraftReturnedV1
from services.registry.documents import catalogue
from shared.clock import now
from shared.messaging.envelope import Envelope
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
    person_fact,
    signed,
    tell,
    upload,
)


class Heard:
    """What registry published, by message type."""

    def __init__(self) -> None:
        self.data: list[tuple[str, dict]] = []
        self.more = asyncio.Event()

    async def __call__(self, envelope: Envelope) -> None:
        self.data.append((envelope.type, envelope.data))
        self.more.set()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.data) < count:
                self.more.clear()
                await self.more.wait()

    def of(self, message: type) -> list[dict]:
        return [data for kind, data in self.data if kind == message.message_type]


async def sealed_document(system, recipients: int = 2) -> dict:
    document = await signed(system, recipients)
    clerk = system.client("registry", CLERK)
    numbered = await ok(await clerk.post(f"/v1/documents/{document['id']}/number"))
    main = FileRef(**numbered["files"][0])
    message = SealedV1(
        document_id=document["id"], office_id=OFFICE, main_file=main, legal_state="ORIGINAL", sealed_at=now()
    )
    await tell(system, message)
    return numbered


async def test_a_failed_seal_is_shown_and_asked_for_again_with_the_same_number(tmp_path):
    async with office(tmp_path) as system:
        clerk, document = system.client("registry", CLERK), await signed(system)
        path = f"/v1/documents/{document['id']}"
        assert (await clerk.post(f"{path}/reseal")).status_code == 409
        code = (await ok(await clerk.post(f"{path}/number")))["code"]
        await tell(system, SealingFailedV1(document_id=document["id"], office_id=OFFICE, reason="Hết hạn chứng thư"))
        assert (await ok(await clerk.get(path)))["sealing_error"] == "Hết hạn chứng thư"
        assert (await system.client("registry", DRAFTER).post(f"{path}/reseal")).status_code == 403
        again = await ok(await clerk.post(f"{path}/reseal"))
        assert (again["code"], again["sealing_error"], again["state"]) == (code, "", "NUMBERED")


async def test_issuing_twice_sends_once_and_recall_names_only_known_recipients(tmp_path):
    async with office(tmp_path) as system:
        clerk, document = system.client("registry", CLERK), await sealed_document(system)
        path = f"/v1/documents/{document['id']}"
        first = await ok(await clerk.post(f"{path}/issue"))
        assert (await ok(await clerk.post(f"{path}/issue")))["issued_at"] == first["issued_at"]
        why = "Ban hành nhầm nội dung"
        assert (await clerk.post(f"{path}/recall", json={"reason": "nhầm"})).status_code == 422
        unknown = await clerk.post(f"{path}/recall", json={"reason": why, "organ_ids": ["H99.9"]})
        assert unknown.json()["kind"] == "unknown-recipients"
        drafter = system.client("registry", DRAFTER)
        assert (await drafter.post(f"{path}/recall", json={"reason": why})).status_code == 403
        some = await ok(await clerk.post(f"{path}/recall", json={"reason": why, "organ_ids": ["h60.1"]}))
        assert some["state"] == "ISSUED"
        whole = await ok(await system.client("registry", LEADER).post(f"{path}/recall", json={"reason": why}))
        assert whole["state"] == "RECALLED"
        assert (await clerk.post(f"{path}/recall", json={"reason": why})).status_code == 409
        assert [e["status"] for e in whole["timeline"]].count("13") == 2


async def test_a_take_back_is_refused_with_a_reason_and_everything_stays(tmp_path):
    async with office(tmp_path) as system:
        clerk, arrival = system.client("registry", CLERK), str(uuid4())
        incoming = await arrived(system, arrival_id=arrival)
        path = f"/v1/incoming/{incoming}"
        assert (await clerk.post(f"{path}/take-back", json={"agree": True})).status_code == 409
        await ok(await clerk.post(f"{path}/accept", json={}))
        await tell(
            system,
            TakeBackRequestedV1(arrival_id=arrival, office_id=OFFICE, identifier="x", reason="Gửi nhầm", at=now()),
        )
        asked = await ok(await clerk.get(path))
        assert asked["take_back"] == {"requested": True, "reason": "Gửi nhầm"}
        assert (await clerk.post(f"{path}/take-back", json={"agree": False, "reason": "không"})).status_code == 422
        assert (
            await system.client("registry", DRAFTER).post(f"{path}/take-back", json={"agree": True})
        ).status_code == 403
        kept = await ok(
            await clerk.post(f"{path}/take-back", json={"agree": False, "reason": "Văn bản đang được xử lý"})
        )
        assert (kept["state"], kept["take_back"]["requested"]) == ("REGISTERED", False)
        assert kept["timeline"][-1]["status"] == "16"


async def test_a_refusal_tells_its_reason_and_whom_to_ring(tmp_path):
    async with office(tmp_path) as system:
        heard = Heard()
        await system.runtime("registry").bus.subscribe("listener", [IncomingRefusedV1.message_type], heard)
        await tell(system, person_fact(CLERK, phone="0207 3999 102"))
        clerk, incoming = system.client("registry", CLERK), await arrived(system)
        path = f"/v1/incoming/{incoming}"
        assert (
            await system.client("registry", DRAFTER).post(f"{path}/refuse", json={"reason": "x" * 20})
        ).status_code == 403
        refused = await ok(await clerk.post(f"{path}/refuse", json={"reason": "  Gửi nhầm   địa chỉ nhận "}))
        assert (refused["state"], refused["refused_reason"]) == ("REJECTED", "Gửi nhầm địa chỉ nhận")
        assert refused["arrival_number"] is None
        assert (await clerk.post(f"{path}/refuse", json={"reason": "Gửi nhầm địa chỉ nhận"})).status_code == 409
        await heard.until(1)
        [told] = heard.of(IncomingRefusedV1)
        assert (told["clerk_name"], told["clerk_phone"]) == (CLERK.name, "0207 3999 102")


async def test_accepting_twice_gives_one_number(tmp_path):
    async with office(tmp_path) as system:
        clerk, incoming = system.client("registry", CLERK), await arrived(system)
        first = await ok(await clerk.post(f"/v1/incoming/{incoming}/accept", json={"due_date": "2026-12-01"}))
        again = await ok(await clerk.post(f"/v1/incoming/{incoming}/accept", json={}))
        assert (first["arrival_number"], first["due_date"]) == (again["arrival_number"], again["due_date"])


async def test_a_reply_is_linked_to_its_question_and_back(tmp_path):
    async with office(tmp_path) as system:
        drafter, incoming = system.client("registry", DRAFTER), await arrived(system, subject="Xin ý kiến")
        body = {"type_name": "Công văn", "subject": "Trả lời", "in_reply_to_incoming_id": incoming}
        answer = await ok(await drafter.post("/v1/drafts", json=body))
        assert answer["in_reply_to"]["subject"] == "Xin ý kiến"
        seen = await ok(await drafter.get(f"/v1/incoming/{incoming}"))
        assert [reply["id"] for reply in seen["replies"]] == [answer["id"]]
        theirs = await system.client("registry", STRANGER).post("/v1/drafts", json=body)
        assert theirs.status_code == 404


async def test_search_needs_no_accents_and_finds_decomposed_text(tmp_path):
    async with office(tmp_path) as system:
        drafter = system.client("registry", DRAFTER)
        for subject in ("Quyết định bổ nhiệm", "Báo cáo 100% đạt"):
            await ok(await drafter.post("/v1/drafts", json={"type_name": "Báo cáo", "subject": subject}))
        await arrived(system, subject="Đường thủy nội địa", sender_name="Sở Xây dựng")

        async def found(path: str, q: str) -> list[str]:
            return [row["subject"] for row in (await ok(await drafter.get(path, params={"q": q})))["items"]]

        for q in ("quyet dinh", "QUYẾT ĐỊNH", "quyê\u0301t đi\u0323nh"):
            assert await found("/v1/documents", q) == ["Quyết định bổ nhiệm"], q
        assert await found("/v1/documents", "100%") == ["Báo cáo 100% đạt"]
        assert await found("/v1/documents", "%_%") == []
        assert await found("/v1/incoming", "duong thuy") == ["Đường thủy nội địa"]
        assert await found("/v1/incoming", "so xay dung") == ["Đường thủy nội địa"]


async def test_pages_follow_each_other_without_gap_or_double_while_new_documents_come(tmp_path):
    async with office(tmp_path) as system:
        drafter = system.client("registry", DRAFTER)

        async def draft(n: int) -> str:
            body = {"type_name": "Báo cáo", "subject": f"Số {n}"}
            return (await ok(await drafter.post("/v1/drafts", json=body)))["id"]

        made = [await draft(n) for n in range(7)]
        seen, cursor = [], None
        while True:
            page = await ok(
                await drafter.get("/v1/documents", params={"limit": 3} | ({"cursor": cursor} if cursor else {}))
            )
            seen += [row["id"] for row in page["items"]]
            cursor = page["next"]
            await draft(99)
            if cursor is None:
                break
        assert seen == made[::-1]
        assert (await drafter.get("/v1/documents", params={"cursor": "hỏng"})).status_code == 422


async def test_counts_and_returned_drafts(tmp_path):
    async with office(tmp_path) as system:
        clerk = system.client("registry", CLERK)
        document = await signed(system)
        await arrived(system)
        drafter = system.client("registry", DRAFTER)
        main = await ok(await upload(system, "b.pdf", pdf("b")))
        body = {"type_name": "Báo cáo", "subject": "Trả", "signer_id": SIGNER, "files": [main]}
        draft = await ok(await drafter.post("/v1/drafts", json=body))
        await ok(await drafter.post(f"/v1/drafts/{draft['id']}/submit"))
        await tell(
            system,
            DraftReturnedV1(
                draft_id=draft["id"],
                step="content",
                by="x",
                by_name="Trưởng phòng",
                reason="Thiếu căn cứ pháp lý",
                at=now(),
            ),
        )
        counts = await ok(await clerk.get("/v1/counts"))
        assert (counts["to_number"], counts["incoming_waiting"], counts["returned"]) == (1, 1, 1)
        assert (await ok(await drafter.get(f"/v1/documents/{draft['id']}")))[
            "returned_reason"
        ] == "Thiếu căn cứ pháp lý"
        assert (await ok(await clerk.get("/v1/documents", params={"state": "SIGNED"})))["items"][0]["id"] == document[
            "id"
        ]


async def test_a_draft_is_made_from_a_template_with_what_the_office_knows(tmp_path):
    async with office(tmp_path) as system:
        drafter = system.client("registry", DRAFTER)
        offered = await ok(await drafter.get("/v1/templates"))
        assert {t["key"] for t in offered} == {e.key for e in catalogue.on().templates}
        body = {"template": "decision", "data": {"subject": "Về việc thử", "body": "Điều 1. Thử."}}
        made = await ok(await drafter.post("/v1/drafts:render", json=body))
        assert (made["role"], made["content_type"]) == ("main", "application/pdf")
        assert (await drafter.get(f"/v1/files/{made['sha256']}")).content.startswith(b"%PDF")
        assert (await drafter.post("/v1/drafts:render", json={"template": "none"})).status_code == 404
        wrong = await drafter.post("/v1/drafts:render", json={"template": "decision", "data": {"grounds": 3}})
        assert (wrong.status_code, wrong.json()["kind"]) == (422, "form-not-fit")
        assert (await system.client("registry").get("/v1/templates")).status_code == 401


@pytest.mark.parametrize("direction", ["outgoing", "incoming"])
async def test_the_register_is_printed_with_cover_and_ten_columns(tmp_path, direction):
    async with office(tmp_path) as system:
        clerk = system.client("registry", CLERK)
        await sealed_document(system)
        incoming = await arrived(system, code_number="77", code_notation="BC-UBND")
        await ok(await clerk.post(f"/v1/incoming/{incoming}/accept", json={}))
        answer = await clerk.get(f"/v1/registers/{direction}.pdf")
        assert answer.headers["content-type"] == "application/pdf"
        book = pdfium.PdfDocument(answer.content)
        pages = [" ".join(page.get_textpage().get_text_range().split()) for page in book]
        title = "SỔ ĐĂNG KÝ VĂN BẢN " + ("ĐI" if direction == "outgoing" else "ĐẾN")
        assert title in pages[0]
        assert "Từ số 1 đến số 1" in pages[0]
        assert "(10)" in pages[-1]
        assert ("SKHCN" if direction == "outgoing" else "77/BC-UBND") in pages[-1].replace(" ", "")
        assert (await clerk.get("/v1/registers/other.pdf")).status_code == 422


async def test_what_is_decided_is_published(tmp_path):
    async with office(tmp_path) as system:
        heard = Heard()
        bus = system.runtime("registry").bus
        kinds = [m.message_type for m in (NumberAssignedV1, RecallRequestedV1, RecallAnsweredV1)]
        await bus.subscribe("listener", kinds, heard)
        clerk, document = system.client("registry", CLERK), await sealed_document(system)
        await ok(await clerk.post(f"/v1/documents/{document['id']}/issue"))
        leader, why = system.client("registry", LEADER), {"reason": "Ban hành nhầm nội dung"}
        await ok(await leader.post(f"/v1/documents/{document['id']}/recall", json=why))
        await heard.until(2)
        assert [m["code"] for m in heard.of(NumberAssignedV1)] == [document["code"]]
        assert sorted(heard.of(RecallRequestedV1)[0]["recipients"]) == ["H60.0", "H60.1"]
