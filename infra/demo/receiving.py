"""What receiving offices do: check, accept, assign, handle, finish; refuse; give back."""

from __future__ import annotations

from contracts.registry import api as registry
from contracts.workflow import api as workflow
from infra.demo.narrate import until
from infra.demo.people import Desk
from infra.demo.stage import Stage, day, refused

ORIGINAL = "ORIGINAL"


async def accept(
    stage: Stage, clerk: Desk, incoming: registry.Incoming, leader: Desk | None = None
) -> registry.Incoming:
    """Only what carries two valid signatures; presented to the leader where one is named."""
    good = incoming.legal_state == ORIGINAL and bool(incoming.verdict and incoming.verdict.valid)
    words = f"{clerk.profile.office_name} nhận {incoming.code}: hai chữ ký số hợp lệ, có giá trị như bản gốc"
    stage.say.check(good, words, incoming)
    await stage.task(clerk, incoming.id, "register", "incoming")
    body = registry.AcceptRequest(presented_to=leader.id if leader else None)
    accepted = await clerk.registry.accept_incoming(incoming.id, body)
    stage.say.step(f"{clerk.name} tiếp nhận, số đến {accepted.arrival_number} (03)")
    return accepted


async def assign(stage: Stage, leader: Desk, lead: Desk, incoming_id: str, direction: str, days: int = 7) -> None:
    await stage.task(leader, incoming_id, "assign", "incoming")
    await leader.workflow.assign(
        incoming_id, workflow.Assignment(lead_person_id=lead.id, due_date=day(days), direction=direction)
    )
    stage.say.step(f"{leader.name} phân công {lead.name} chủ trì (04)")


async def assign_further(stage: Stage, head: Desk, specialist: Desk, incoming_id: str, direction: str) -> None:
    order = workflow.Assignment(lead_person_id=specialist.id, due_date=day(5), direction=direction)
    await head.workflow.assign(incoming_id, order)
    stage.say.step(f"{head.name} giao tiếp {specialist.name}")


async def take_on(stage: Stage, lead: Desk, incoming_id: str) -> workflow.Task:
    task = await stage.task(lead, incoming_id, "handle", "incoming")
    taken = await lead.workflow.accept(task.id)
    stage.say.step(f"{lead.name} nhận việc (05)")
    return taken


async def finish(stage: Stage, lead: Desk, incoming_id: str, note: str) -> None:
    task = await stage.task(lead, incoming_id, "handle", "incoming")
    await lead.workflow.finish(task.id, workflow.Finish(outcome="replied", note=note))
    stage.say.step(f"{lead.name} hoàn thành việc xử lý (06)")


async def refuse(stage: Stage, clerk: Desk, incoming: registry.Incoming, reason: str) -> registry.Incoming:
    found = await clerk.registry.refuse_incoming(incoming.id, reason)
    stage.say.check(found.arrival_number is None, f"{clerk.name} từ chối (02), không dùng số đến nào: {reason}", found)
    return found


async def give_back(stage: Stage, clerk: Desk, lead: Desk, task: workflow.Task, incoming_id: str) -> registry.Incoming:
    """Asked back: work stands still; the clerk agrees; the content is gone and the trace stays."""
    await stage.incoming(clerk, incoming_id, lambda d: d.take_back.requested)
    await stage.task(clerk, incoming_id, "take_back", "incoming")
    kind = await refused(lambda: lead.workflow.finish(task.id, workflow.Finish(outcome="done")))
    stage.say.check(kind == "task-frozen", f"Việc của {lead.name} tạm dừng: không hoàn thành được nữa", kind)
    answered = await clerk.registry.answer_take_back(incoming_id, True, "Đồng ý trả lại văn bản")
    stage.say.step(f"{clerk.name} đồng ý trả lại (15)")
    for file in answered.files:
        gone = await refused(lambda sha256=file.sha256: clerk.registry.get_file(sha256))  # type: ignore[misc]
        stage.say.check(gone == "not-found", f"{clerk.profile.office_name} không còn đọc được {file.name}", gone)
    found = await clerk.registry.get_incoming(incoming_id)
    kept = found.state == "DESTROYED" and bool(found.arrival_number and found.code and found.timeline)
    stage.say.check(kept, f"Vết còn lại: số đến {found.arrival_number}, {found.code}, lý do thu hồi", found)
    process = await _ended(stage, lead, incoming_id)
    stage.say.check(not any(t.closed_at is None for t in process.tasks), f"{lead.name} không còn việc nào", process)
    return found


async def _ended(stage: Stage, lead: Desk, incoming_id: str) -> workflow.Process:

    return await until(
        lambda: lead.workflow.get_object("incoming", incoming_id),
        lambda p: p.state == "taken-back",
        "việc kết thúc vì đã trả lại",
    )
