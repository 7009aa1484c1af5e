"""What registry tells about an incoming document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select

from contracts.registry.events import (
    DocumentRegisteredV1,
    IncomingLinkedV1,
    IncomingReceivedV1,
    IncomingReceivedV2,
    IncomingRefusedV1,
)
from contracts.workflow.events import TaskState
from services.workflow.calendar.queries import calendar
from services.workflow.incoming import rules
from services.workflow.incoming.tables import IncomingWork
from services.workflow.organisation import queries as people
from services.workflow.processes.queries import INCOMING, deadline, in_force, in_force_at
from services.workflow.tasks import actions as tasks
from services.workflow.tasks import rules as kinds
from shared.clock import now
from shared.statements import Prepared, among
from shared.work import Work

CLERKS = ("clerk", "unit_admin", "leader")
TOLD = [  # what the registration tells anew
    "subject",
    "sender_name",
    "code",
    "urgency",
    "due_date",
    "definition",
    "arrival_number",
    "registered_at",
    "state",
]


def _registered(insert: Any) -> Any:
    """The registration may overtake the arrival; one that is further than waiting stays."""
    told = insert(IncomingWork)
    return told.on_conflict_do_update(
        index_elements=["id"],
        set_={name: told.excluded[name] for name in TOLD},
        where=IncomingWork.state == rules.WAITING,
    ).returning(IncomingWork.id)


KNOWN = Prepared(select(IncomingWork.id).where(among(IncomingWork.id, "keys")))
WORK = Prepared(insert(IncomingWork))
REGISTERED = Prepared(_registered)


def about(row: IncomingWork) -> tasks.About:
    return tasks.About("incoming", row.id, row.office_id, row.subject, row.urgency)


def key(row: IncomingWork) -> tuple[str, str]:
    return ("incoming", row.id)


async def incoming_received(work: Work, message: IncomingReceivedV1) -> None:
    await documents_received(work, IncomingReceivedV2.of(message))


async def documents_received(work: Work, message: IncomingReceivedV2) -> None:
    """At each office the clerks have to accept or refuse it."""
    known = {row.id for row in await work.rows(KNOWN, keys=[one.incoming_id for one in message.incoming])}
    fresh = {one.incoming_id: one.office.office_id for one in message.incoming if one.incoming_id not in known}
    offices = list(fresh.values())
    processes = await in_force_at(work, offices, INCOMING)
    holders = await people.first_holders_of(work, CLERKS, offices)
    days, moment, urgent = await calendar(work), now(), message.urgency > 0
    told: list[TaskState] = []
    for incoming_id, office_id in fresh.items():
        process = processes[office_id]
        work.append(
            WORK,
            id=incoming_id,
            office_id=office_id,
            subject=message.subject,
            sender_name=message.sender_name,
            code=message.code,
            urgency=message.urgency,
            state=rules.WAITING,
            definition=process.model_dump(mode="json"),
        )
        due = days.due(moment, deadline(process, kinds.REGISTER), urgent=urgent)
        subject = tasks.About("incoming", incoming_id, office_id, message.subject, message.urgency)
        clerks = holders.get(office_id, [])
        told += tasks.hand_out(work, clerks, kinds.REGISTER, subject, due, sender=message.sender_name, step="register")
    tasks.tell(work, told)


async def document_registered(work: Work, message: DocumentRegisteredV1) -> None:
    """Presented to the leader named by the clerk, else to the heads of the office (NĐ 30 Đ23)."""
    office_id = message.office.office_id
    process = await in_force(work, office_id, INCOMING)
    values = {
        "id": message.incoming_id,
        "office_id": office_id,
        "subject": message.subject,
        "sender_name": message.sender_name,
        "code": message.code,
        "urgency": message.urgency,
        "due_date": message.due_date,
        "definition": process.model_dump(mode="json"),
        "arrival_number": message.arrival_number,
        "registered_at": message.registered_at,
        "state": rules.REGISTERED,
    }
    if await work.row(REGISTERED, **values) is None:
        return  # it is further already
    about = tasks.About("incoming", message.incoming_id, office_id, message.subject, message.urgency)
    await tasks.done_by(work, ("incoming", message.incoming_id), [kinds.REGISTER], message.clerk_id, message.clerk_name)
    limit = deadline(process, kinds.ASSIGN)
    due = (await calendar(work)).due(message.registered_at, limit, urgent=message.urgency > 0)
    presented = await people.person(work, message.presented_to) if message.presented_to else None
    if presented is not None and presented.active and presented.office_id == office_id:
        assigners: Sequence[tasks.Holder] = [presented]
    else:
        assigners = await people.first_holders(work, (*rules.ASSIGNERS, "clerk"), office_id)
    sender = f"{message.clerk_name} · {message.sender_name}"
    tasks.tell(work, tasks.hand_out(work, assigners, kinds.ASSIGN, about, due, sender=sender, step="assign"))


async def incoming_refused(work: Work, message: IncomingRefusedV1) -> None:
    row = await work.locked(IncomingWork, message.incoming_id)
    row.state = rules.REFUSED
    await tasks.done_by(work, key(row), [kinds.REGISTER], message.clerk_id, message.clerk_name)


async def incoming_linked(work: Work, message: IncomingLinkedV1) -> None:
    """A second copy of a registered document: there is nothing to do with it."""
    row = await work.get(IncomingWork, message.incoming_id, lock=True)
    if row is not None:
        row.state = rules.LINKED
        await tasks.done_by(work, key(row), [kinds.REGISTER], message.clerk_id, message.clerk_name)
