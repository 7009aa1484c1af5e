"""The sender wants a document back: work on it stands still until the clerk has answered (NĐ 30 Đ18 k4)."""

from __future__ import annotations

from sqlalchemy import select

from contracts.registry.events import RecallAnsweredV1, TakeBackAskedV1
from contracts.workflow.api import ProcessDefinition
from services.workflow.calendar.queries import calendar
from services.workflow.incoming import rules
from services.workflow.incoming.following import CLERKS, about, key
from services.workflow.incoming.queries import assignments
from services.workflow.incoming.tables import IncomingWork
from services.workflow.notices.actions import notify
from services.workflow.organisation import queries as people
from services.workflow.processes.queries import deadline
from services.workflow.tasks import actions as tasks
from services.workflow.tasks import rules as kinds
from services.workflow.tasks.tables import Task
from shared.clock import now
from shared.work import Work

ENDED = (
    "Văn bản đã trả lại nơi gửi, nội dung đã hủy, việc kết thúc; ý kiến và kết quả bạn đã ghi vẫn còn ở trang văn bản"
)


async def take_back_asked(work: Work, message: TakeBackAskedV1) -> None:
    """Every open task on it is frozen and its holder told why; the clerks have one more: to answer."""
    row = await work.locked(IncomingWork, message.incoming_id)
    if row.frozen or row.state in rules.GONE:
        return
    row.frozen = message.reason
    for task in await _open(work, row):
        task.frozen = message.reason
        await notify(work, task, "frozen", f"Tạm dừng: {row.sender_name} yêu cầu lấy lại. Lý do: {message.reason}")
    process = ProcessDefinition.model_validate(row.definition)
    due = (await calendar(work)).due(now(), deadline(process, kinds.REGISTER), urgent=True)
    clerks = await people.first_holders(work, CLERKS, row.office_id)
    await tasks.open_for(
        work, clerks, kinds.TAKE_BACK, about(row), due, sender=row.sender_name, note=message.reason, step="take-back"
    )


async def recall_answered(work: Work, message: RecallAnsweredV1) -> None:
    """Given back: nobody has anything to do with it any more, and is told so. Not given back: work goes on."""
    row = await work.get(IncomingWork, message.incoming_id, lock=True)
    if row is None:
        return
    await tasks.done_by(work, key(row), [kinds.TAKE_BACK], message.clerk_id, message.clerk_name)
    was, row.frozen = row.frozen, ""
    for task in await _open(work, row):
        task.frozen = ""
        if message.agreed:
            await notify(work, task, "taken-back", f"{ENDED}. Lý do nơi gửi thu hồi: {was}")
        else:
            await notify(work, task, "thawed", f"Cơ quan không trả lại văn bản, việc tiếp tục: {message.reason}")
    if message.agreed:
        await _end(work, row)


async def _open(work: Work, row: IncomingWork) -> list[Task]:
    object_type, object_id = key(row)
    found = select(Task).where(Task.object_type == object_type, Task.object_id == object_id, Task.open.is_(True))
    return list(await work.all(found.order_by(Task.id).with_for_update()))


async def _end(work: Work, row: IncomingWork) -> None:
    row.state = rules.TAKEN_BACK
    await tasks.cancel(work, key(row), "Đã trả lại nơi gửi")
    for part in await assignments(work, row.id):
        if part.state == rules.ACTIVE:
            part.state, part.ended_at = rules.ENDED, now()
