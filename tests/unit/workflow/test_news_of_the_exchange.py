"""What gateway tells that people should know: late answers, reminders from senders, packages that wait."""

from __future__ import annotations

from contracts.gateway.events import AnswerOverdueV1, LateCopy, PackageQuarantinedV1, QuarantineAgedV1
from contracts.registry.events import IncomingReceivedV1, IncomingUrgedV1
from shared.auth import Principal
from shared.clock import now
from tests.unit.workflow.office import ADMIN, CLERK, DRAFTER, LEADER, OFFICE, REF, office, person_fact, tasks_of, tell

SYSTEM = Principal("sys", "Quản trị", "person", "office-0", None, frozenset({"system_admin"}))


async def notices(system, person) -> list[dict]:
    return (await system.client("workflow", person).get("/v1/notices")).json()


def late(*names: str) -> AnswerOverdueV1:
    receivers = tuple(LateCopy(organ_id=name, name=name, since=now()) for name in names)
    return AnswerOverdueV1(
        document_id="d1", office_id=OFFICE, code="12/QĐ-SKHCN", subject="x", drafter_id=DRAFTER.id, clerk_id=CLERK.id,
        receivers=receivers, working_days=1, at=now(),
    )  # fmt: skip


async def test_late_answers_are_told_to_the_drafter_and_the_clerk(tmp_path):
    async with office(tmp_path) as system:
        await tell(system, late("Bộ A", "Bộ B", "Bộ C", "Bộ D", "Bộ E"))
        for person in (DRAFTER, CLERK):
            [told] = await notices(system, person)
            assert (told["kind"], told["task_id"], told["object_id"]) == ("answer-overdue", "", "d1")
            assert "12/QĐ-SKHCN: quá 1 ngày làm việc chưa trả lời: Bộ A, Bộ B, Bộ C và 2 nơi khác" in told["text"]
        assert await notices(system, LEADER) == []


async def test_a_sender_s_reminder_urges_the_clerks_task(tmp_path):
    async with office(tmp_path) as system:
        await tell(system, IncomingReceivedV1(
            incoming_id="i1", office=REF, subject="Kế hoạch", sender_name="Bộ A", code="1/BA", legal_state="ORIGINAL",
        ))  # fmt: skip
        urged = IncomingUrgedV1(
            incoming_id="i1",
            office=REF,
            subject="Kế hoạch",
            sender_name="Bộ A",
            code="1/BA",
            text="Bộ A nhắc",
            at=now(),
        )
        await tell(system, urged)
        [task] = await tasks_of(system, CLERK)
        assert task["urged"] == 1
        assert [(n["kind"], n["text"], n["task_id"]) for n in await notices(system, CLERK)] == [
            ("urged", "Bộ A nhắc", task["id"])
        ]


async def test_an_unknown_document_s_reminder_still_reaches_the_clerks(tmp_path):
    async with office(tmp_path) as system:
        await tell(system, IncomingUrgedV1(
            incoming_id="none", office=REF, subject="", sender_name="Bộ A", code="1/BA", text="Bộ A nhắc", at=now()
        ))  # fmt: skip
        assert [n["text"] for n in await notices(system, CLERK)] == ["Bộ A nhắc"]


async def test_quarantine_is_told_to_the_office_s_clerks_and_nobody_s_to_the_administrators(tmp_path):
    async with office(tmp_path) as system:
        await tell(system, person_fact(SYSTEM))
        held = {"reason_code": "DOUBLE", "reason": "Trùng số.", "at": now()}
        await tell(system, PackageQuarantinedV1(quarantine_id="q1", office_id=OFFICE, title="Kế hoạch", **held))
        await tell(system, PackageQuarantinedV1(quarantine_id="q2", **held))
        await tell(system, QuarantineAgedV1(office_id=OFFICE, count=2, reasons=("Trùng số",), oldest=now()))
        aged, first = await notices(system, CLERK)
        assert first["text"] == "Gói tin “Kế hoạch” bị giữ trong khu cách ly: Trùng số."
        assert "2 gói tin" in aged["text"] and aged["kind"] == "quarantine-aged"
        assert [n["object_id"] for n in await notices(system, SYSTEM)] == ["q2"]
        assert await notices(system, ADMIN) == []
