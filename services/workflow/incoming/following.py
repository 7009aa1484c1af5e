"""What registry tells about an incoming document."""

from __future__ import annotations

from contracts.registry.events import DocumentRegisteredV1, IncomingReceivedV1, IncomingRefusedV1
from services.workflow.calendar.queries import calendar
from services.workflow.incoming import rules
from services.workflow.incoming.tables import IncomingWork
from services.workflow.organisation import queries as people
from services.workflow.processes.queries import INCOMING, deadline, in_force
from services.workflow.tasks import actions as tasks
from services.workflow.tasks import rules as kinds
from shared.clock import now
from shared.work import Work

CLERKS = ("clerk", "unit_admin", "leader")


def about(row: IncomingWork) -> tasks.About:
    return tasks.About("incoming", row.id, row.office_id, row.subject, row.urgency)


def key(row: IncomingWork) -> tuple[str, str]:
    return ("incoming", row.id)


async def incoming_received(work: Work, message: IncomingReceivedV1) -> None:
    """The clerks have to accept or refuse it."""
    if await work.get(IncomingWork, message.incoming_id) is not None:
        return
    process = await in_force(work, message.office.office_id, INCOMING)
    row = IncomingWork(
        id=message.incoming_id,
        office_id=message.office.office_id,
        subject=message.subject,
        sender_name=message.sender_name,
        code=message.code,
        urgency=message.urgency,
        state=rules.WAITING,
        definition=process.model_dump(mode="json"),
    )
    work.save(row)
    await work.flush()
    due = (await calendar(work)).due(now(), deadline(process, kinds.REGISTER), urgent=row.urgency > 0)
    clerks = await people.first_holders(work, CLERKS, row.office_id)
    await tasks.open_for(work, clerks, kinds.REGISTER, about(row), due, sender=row.sender_name, step="register")


async def document_registered(work: Work, message: DocumentRegisteredV1) -> None:
    """Presented to the leader named by the clerk, else to the heads of the office (NĐ 30 Đ23)."""
    process = await in_force(work, message.office.office_id, INCOMING)
    row = await work.get(IncomingWork, message.incoming_id, lock=True)
    if row is None:
        row = IncomingWork(id=message.incoming_id, office_id=message.office.office_id, state=rules.WAITING)
        work.save(row)
    if row.state not in (rules.WAITING,):
        return
    row.subject, row.sender_name, row.code = message.subject, message.sender_name, message.code
    row.urgency, row.due_date, row.definition = message.urgency, message.due_date, process.model_dump(mode="json")
    row.arrival_number, row.registered_at, row.state = message.arrival_number, message.registered_at, rules.REGISTERED
    await work.flush()
    await tasks.done_by(work, key(row), [kinds.REGISTER], message.clerk_id, message.clerk_name)
    due = (await calendar(work)).due(row.registered_at, deadline(process, kinds.ASSIGN), urgent=row.urgency > 0)
    presented = await people.person(work, message.presented_to) if message.presented_to else None
    if presented is not None and presented.active and presented.office_id == row.office_id:
        assigners = [presented]
    else:
        assigners = list(await people.first_holders(work, (*rules.ASSIGNERS, "clerk"), row.office_id))
    sender = f"{message.clerk_name} · {row.sender_name}"
    await tasks.open_for(work, assigners, kinds.ASSIGN, about(row), due, sender=sender, step="assign")


async def incoming_refused(work: Work, message: IncomingRefusedV1) -> None:
    row = await work.locked(IncomingWork, message.incoming_id)
    row.state = rules.REFUSED
    await tasks.done_by(work, key(row), [kinds.REGISTER], message.clerk_id, message.clerk_name)
