"""What gateway and registry tell of the exchange that people should know though it is nobody's task."""

from __future__ import annotations

from sqlalchemy import select

from contracts.gateway.events import AnswerOverdueV1, PackageQuarantinedV1, QuarantineAgedV1
from contracts.registry.events import IncomingUrgedV1, RecallOrderedV1
from services.workflow.notices.actions import notify, tell
from services.workflow.organisation import queries as people
from services.workflow.tasks.tables import Task
from shared.work import Work

CLERKS = ("clerk", "unit_admin", "leader")
ADMINISTRATOR = "system_admin"
NAMED = 3
QUARANTINE, DRAFT, INCOMING = "quarantine", "draft", "incoming"


async def answer_overdue(work: Work, message: AnswerOverdueV1) -> None:
    """To who drafted the document and to the clerk who issued it."""
    names = [copy.name for copy in message.receivers]
    more = f" và {len(names) - NAMED} nơi khác" if len(names) > NAMED else ""
    text = (
        f"{message.code}: quá {message.working_days} ngày làm việc chưa trả lời: {', '.join(names[:NAMED])}{more}. "
        "Hệ thống đã nhắc những nơi nhắc được."
    )
    told = [p for p in dict.fromkeys([message.drafter_id, message.clerk_id]) if p]
    tell(work, told, "answer-overdue", text, (DRAFT, message.document_id))


async def incoming_urged(work: Work, message: IncomingUrgedV1) -> None:
    """To the clerks who have not answered yet: their tasks are urged."""
    open_ones = select(Task).where(
        Task.object_type == INCOMING, Task.object_id == message.incoming_id, Task.open.is_(True)
    )
    tasks = await work.all(open_ones.order_by(Task.id).with_for_update())
    for task in tasks:
        task.urged += 1
        await notify(work, task, "urged", message.text)
    if not tasks:
        clerks = await people.first_holders(work, CLERKS, message.office.office_id)
        tell(work, [p.id for p in clerks], "urged", message.text, (INCOMING, message.incoming_id))


async def recall_ordered(work: Work, message: RecallOrderedV1) -> None:
    """To the clerk who issued the document, and to the office's other clerks: one of them carries it out."""
    clerks = [person.id for person in await people.first_holders(work, CLERKS, message.office_id)]
    text = f"{message.by_name} ra lệnh thu hồi {message.code}: {message.reason}. Hãy thu hồi ở trang văn bản."
    told = [person for person in dict.fromkeys([message.clerk_id, *clerks]) if person]
    tell(work, told, "recall-ordered", text, (DRAFT, message.document_id))


async def package_quarantined(work: Work, message: PackageQuarantinedV1) -> None:
    name = f" “{message.title}”" if message.title else ""
    text = f"Gói tin{name} bị giữ trong khu cách ly: {message.reason}"
    tell(work, await _deciders(work, message.office_id), "quarantined", text, (QUARANTINE, message.quarantine_id))


async def quarantine_aged(work: Work, message: QuarantineAgedV1) -> None:
    text = f"{message.count} gói tin trong khu cách ly chờ quyết định quá lâu ({', '.join(message.reasons)})."
    tell(work, await _deciders(work, message.office_id), "quarantine-aged", text, (QUARANTINE, ""))


async def _deciders(work: Work, office_id: str) -> list[str]:
    """The office's clerks; of what belongs to nobody, the administrators of the system."""
    if office_id:
        return [person.id for person in await people.first_holders(work, CLERKS, office_id)]
    return [person.id for person in await people.everywhere(work, ADMINISTRATOR)]
