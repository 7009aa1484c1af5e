"""Assign with one lead, assign further inside the unit, change the lead (QĐ 51 Đ11 k2; NĐ 30 Đ23)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from contracts.workflow import api
from contracts.workflow.api import ProcessDefinition
from contracts.workflow.events import IncomingDueV1, IncomingProgressV1
from services.workflow.access import find_incoming
from services.workflow.calendar.queries import calendar
from services.workflow.calendar.rules import Due
from services.workflow.delegations.queries import stood_for
from services.workflow.incoming import rules
from services.workflow.incoming.following import about, key
from services.workflow.incoming.queries import assignments, lead
from services.workflow.incoming.tables import Assigned, IncomingWork
from services.workflow.organisation.queries import colleagues
from services.workflow.processes.queries import deadline
from services.workflow.tasks import actions as tasks
from services.workflow.tasks import rules as kinds
from services.workflow.tasks.tables import Task
from shared.clock import VN, now, today
from shared.problems import Forbidden
from shared.work import Work

KIND_OF = {
    rules.LEAD: kinds.HANDLE,
    rules.COORDINATOR: kinds.COORDINATE,
    rules.INFORMATION: kinds.INFORMATION,
}


async def assign(work: Work, incoming_id: str, body: api.Assignment) -> IncomingWork:
    """The first assignment by a leader (status 04), or a lead who is a head passes it on inside the unit."""
    row = await find_incoming(work, incoming_id, lock=True)
    _in_hand(row)
    rules.check_people(body)
    name, parent = await _right_to_assign(work, row)
    above = parent.due_at.astimezone(VN).date() if parent and parent.due_at else None
    last = rules.day(body.due_date, not_before=today(), not_after=above)
    await colleagues(work, [body.lead_person_id, *body.coordinator_ids, *body.information_ids], row.office_id)
    if parent is None:
        await tasks.done_by(work, key(row), [kinds.ASSIGN], await _whose(work, row), name)
    else:
        await _pass_on(work, parent)
    for part, person_ids in rules.parts(body):
        due = await _due(work, row, part, last.isoformat() if last else None, parent.due_at if parent else None)
        await _give(work, row, part, person_ids, due, name, body.direction, parent)
        if part == rules.LEAD and parent is None:
            _tell_due(work, row, due)
    if parent is None:
        row.state = rules.ASSIGNED
        tell(work, row, "04", name, body.direction)
    work.audit("incoming.assigned", row.id, **body.model_dump(mode="json"), further=parent is not None)
    await work.flush()
    return row


async def transfer(work: Work, incoming_id: str, body: api.Transfer) -> IncomingWork:
    """Another lead in the place of the present one; the reason is kept."""
    row = await find_incoming(work, incoming_id, lock=True)
    _in_hand(row)
    present = await lead(work, row.id)
    if present is None:
        raise rules.NotRegistered
    me = work.principal
    if me.id != present.by_id and not me.has("leader", "deputy"):
        raise Forbidden
    last = rules.day(body.due_date, not_before=today())
    await colleagues(work, [body.lead_person_id], row.office_id)
    due = await _due(work, row, rules.LEAD, last.isoformat() if last else None, None)
    old = await work.locked(Task, present.task_id)
    tasks.end(work, old, kinds.CANCELLED, f"Chuyển người chủ trì: {body.reason}")
    present.state, present.ended_at = rules.ENDED, now()
    await _end_parts_of(work, row, body.lead_person_id)
    parent = await work.get(Assigned, present.parent_id) if present.parent_id else None
    await _give(work, row, rules.LEAD, [body.lead_person_id], due, me.name, body.reason, parent)
    if parent is None:
        _tell_due(work, row, due)
    work.audit("incoming.transferred", row.id, **body.model_dump(mode="json"), before=present.person_id)
    return row


async def _end_parts_of(work: Work, row: IncomingWork, person_id: str) -> None:
    """Who becomes the lead is no coordinator any more."""
    for part in await assignments(work, row.id):
        if part.person_id == person_id and part.state == rules.ACTIVE:
            part.state, part.ended_at = rules.ENDED, now()
            tasks.end(work, await work.locked(Task, part.task_id), kinds.CANCELLED, "Được giao chủ trì")


def _in_hand(row: IncomingWork) -> None:
    if row.state == rules.WAITING:
        raise rules.NotRegistered
    if row.state not in rules.IN_HAND:
        raise rules.Over
    if row.frozen:
        raise kinds.TaskFrozen(reason=row.frozen)


async def _right_to_assign(work: Work, row: IncomingWork) -> tuple[str, Assigned | None]:
    """The name to show, and the own part that is passed on (None: the first assignment). Raises Forbidden."""
    me, present = work.principal, await lead(work, row.id)
    if present is None:
        whose = await _whose(work, row)
        if whose != me.id and (others := await stood_for(work, "assign")).get(whose):
            return f"{me.name} thay {others[whose]}", None
        if whose == me.id or me.has("leader", "deputy"):
            return me.name, None
        raise Forbidden
    if present.person_id == me.id and me.has(*rules.ASSIGNERS):
        return me.name, present
    if me.has(*rules.ASSIGNERS):
        raise rules.AssignedAlready(lead=present.person_name)
    raise Forbidden


async def _whose(work: Work, row: IncomingWork) -> str:
    """Whose task it is to assign: the caller's own, or that of somebody the caller stands in for."""
    waiting = await work.all(
        select(Task).where(
            Task.object_type == "incoming", Task.object_id == row.id, Task.kind == kinds.ASSIGN, Task.open.is_(True)
        )
    )
    holders = {t.person_id for t in waiting}
    if work.principal.id in holders:
        return work.principal.id
    return next((p for p in await stood_for(work, "assign") if p in holders), "")


async def _pass_on(work: Work, part: Assigned) -> None:
    part.state, part.ended_at = rules.PASSED, now()
    task = await work.locked(Task, part.task_id)
    tasks.end(work, task, kinds.DONE, "Đã phân công tiếp")


async def _due(work: Work, row: IncomingWork, part: str, day: str | None, above: datetime | None) -> Due:
    """The day named, else the document's own, else the process's; a coordinator's never after the lead's."""
    days, process = await calendar(work), ProcessDefinition.model_validate(row.definition)
    named = day or row.due_date
    if named:
        last = Due(days.end_of_work(datetime.fromisoformat(named).date()))
    else:
        last = days.due(now(), deadline(process, kinds.HANDLE), urgent=row.urgency > 0)
    if part == rules.COORDINATOR:
        usual = days.due(now(), deadline(process, kinds.COORDINATE), urgent=row.urgency > 0)
        last = usual if usual.at < last.at else last
    return Due(min(last.at, above), last.warn) if above else last


async def _give(
    work: Work,
    row: IncomingWork,
    part: str,
    person_ids: list[str],
    due: Due,
    by_name: str,
    direction: str,
    parent: Assigned | None,
) -> None:
    for person in await colleagues(work, person_ids, row.office_id):
        [task] = await tasks.open_for(
            work, [person], KIND_OF[part], about(row), due, sender=by_name, note=direction, step="handle", role_tag=part
        )
        work.save(
            Assigned(
                incoming_id=row.id,
                parent_id=parent.id if parent else None,
                task_id=task.id,
                person_id=person.id,
                person_name=person.full_name,
                role_tag=part,
                by_id=work.principal.id,
                by_name=by_name,
                direction=direction,
                due_at=due.at,
            )
        )


def _tell_due(work: Work, row: IncomingWork, due: Due) -> None:
    """The document's own term; what a head sets inside the unit is not."""
    told = IncomingDueV1(
        incoming_id=row.id, office_id=row.office_id, due_at=due.at, by=work.principal.id, at=now()
    )  # fmt: skip
    work.emit(told, key=row.id, urgent=row.urgency > 0)


def tell(work: Work, row: IncomingWork, status: str, by_name: str, note: str = "", outcome: str = "") -> None:
    work.emit(
        IncomingProgressV1(
            incoming_id=row.id,
            office_id=row.office_id,
            status=status,
            by=work.principal.id,
            by_name=by_name,
            note=note,
            outcome=outcome,
            at=now(),
        ),
        key=row.id,
        urgent=row.urgency > 0,
    )
