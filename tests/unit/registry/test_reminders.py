"""Late answers stand in the sender's timeline; a sender's reminder in the receiver's, as long as it owes one."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from contracts.gateway.events import AnswerOverdueV1, AnswerRemindedV1, LateCopy
from contracts.registry.events import IncomingUrgedV1
from shared.clock import VN, now
from tests.unit.registry.office import CLERK, DRAFTER, OFFICE, arrived, office, ok, signed, tell

SENT = datetime(2026, 11, 16, 9, 0, tzinfo=VN)


def reminder(arrival: str, by: str = "") -> AnswerRemindedV1:
    return AnswerRemindedV1(
        arrival_id=arrival, sender_name="UBND Xã 1", code="7/BC-UBND", since=SENT, by_name=by, at=now()
    )


async def test_late_answers_stand_in_the_timeline(tmp_path):
    async with office(tmp_path) as system:
        document = await signed(system)
        names = [f"Xã {n}" for n in range(1, 8)]
        receivers = tuple(LateCopy(organ_id=name, name=name, since=now()) for name in names)
        values = {"office_id": OFFICE, "code": "1/QĐ", "subject": "x", "working_days": 1, "at": now()}
        await tell(system, AnswerOverdueV1(document_id=document["id"], receivers=receivers, **values))
        await tell(system, AnswerOverdueV1(document_id=str(uuid4()), receivers=receivers, **values))
        shown = await ok(await system.client("registry", DRAFTER).get(f"/v1/documents/{document['id']}"))
        texts = [entry["text"] for entry in shown["timeline"] if entry["act"] == "answer-overdue"]
        assert texts == ["Quá 1 ngày làm việc chưa trả lời: Xã 1, Xã 2, Xã 3, Xã 4, Xã 5 và 2 nơi khác"]


async def test_a_reminder_is_told_until_the_document_is_answered(tmp_path):
    async with office(tmp_path) as system:
        urged, arrival = await system.listen(IncomingUrgedV1.message_type), str(uuid4())
        incoming = await arrived(system, arrival_id=arrival, subject="Kế hoạch")
        await tell(system, reminder(arrival, by="Lan"))
        await system.settle()
        [told] = urged
        assert told.data["incoming_id"] == incoming
        assert told.data["text"].startswith("UBND Xã 1 (Lan) nhắc trả lời văn bản")
        assert told.data["text"].endswith("đã gửi ngày 16/11/2026")
        await ok(await system.client("registry", CLERK).post(f"/v1/incoming/{incoming}/accept", json={}))
        await tell(system, reminder(arrival))
        await system.settle()
        shown = await ok(await system.client("registry", CLERK).get(f"/v1/incoming/{incoming}"))
        assert len(urged) == len([e for e in shown["timeline"] if e["act"] == "answer-reminded"]) == 1
