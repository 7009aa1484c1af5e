"""Open, take on and end tasks. Every end has an outcome; nothing disappears (R10.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from contracts.workflow.events import TaskChangedV2, TaskState
from services.workflow.calendar.rules import Due
from services.workflow.delegations.queries import stood_for
from services.workflow.tasks import rules
from services.workflow.tasks.tables import Task
from shared.clock import now
from shared.database import new_id
from shared.problems import NotFound
from shared.statements import Prepared, among
from shared.work import Work

NO_END = datetime(9999, 1, 1, tzinfo=UTC)
TOLD_AT_ONCE = 500  # tasks in one message

TASKS = Prepared(insert(Task))
OPEN = Prepared(
    select(Task.id, Task.person_id, Task.office_id, Task.kind)
    .where(Task.object_type == bindparam("object_type"), Task.object_id == bindparam("object_id"))
    .where(Task.open.is_(True), among(Task.kind, "kinds"))
    .with_for_update()
)
ENDED = Prepared(
    update(Task)
    .where(Task.id == bindparam("key"))
    .values(
        state=bindparam("end"),
        open=False,
        closed_at=bindparam("moment"),
        outcome=bindparam("said"),
        closed_by_name=bindparam("name"),
    )
)


class Holder(Protocol):
    """Whoever can be given a task."""

    @property
    def id(self) -> str: ...

    @property
    def full_name(self) -> str: ...

    @property
    def unit_id(self) -> str | None: ...

    @property
    def unit_name(self) -> str: ...


@dataclass(frozen=True)
class About:
    """The draft or incoming document a task is about."""

    object_type: str  # "draft", "incoming"
    object_id: str
    office_id: str
    subject: str
    urgency: int = 0


async def open_for(
    work: Work,
    people: Sequence[Holder],
    kind: str,
    about: About,
    due: Due | None,
    *,
    sender: str = "",
    note: str = "",
    step: str = "",
    role_tag: str | None = None,
    content_hash: str = "",
    group_id: UUID | None = None,
) -> list[Task]:
    """One task for each of these people, as one group."""
    details = {"sender": sender, "note": note, "step": step, "role_tag": role_tag, "content_hash": content_hash}
    tasks = [Task(**row) for row in _rows(people, kind, about, due, group_id or new_id(), details)]
    work.save(*tasks)
    _tell(work, tasks)
    await work.flush()
    return tasks


def hand_out(
    work: Work, people: Sequence[Holder], kind: str, about: About, due: Due, *, sender: str, step: str
) -> list[TaskState]:
    """As `open_for`, for many documents at once: all tasks go out together. The caller tells of them (`tell`)."""
    rows = _rows(people, kind, about, due, new_id(), {"sender": sender, "step": step})
    for row in rows:
        work.append(TASKS, **row)
    return [_state(str(r["id"]), r["person_id"], r["office_id"], r["state"]) for r in rows]


def _rows(
    people: Sequence[Holder], kind: str, about: About, due: Due | None, group: UUID, details: dict[str, Any]
) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id(),
            "group_id": group,
            "office_id": about.office_id,
            "person_id": person.id,
            "person_name": person.full_name,
            "unit_id": person.unit_id,
            "unit_name": person.unit_name,
            "kind": kind,
            "object_type": about.object_type,
            "object_id": about.object_id,
            "subject": about.subject,
            "urgency": about.urgency,
            "due_at": due.at if due else None,
            "warn_at": due.warn if due else None,
            "sort_at": due.at if due else NO_END,
            "state": rules.OPEN,
            "open": True,
            **details,
        }
        for person in people
    ]


async def mine(work: Work, task_id: str, kinds: Iterable[str] | None = None) -> Task:
    """The caller's task, held until commit; also one of somebody the caller stands in for. Raises NotFound."""
    task = await _task(work, task_id)
    own = task.person_id == work.principal.id
    stands_in = not own and task.kind == rules.ASSIGN and task.person_id in await stood_for(work, "assign")
    if not (own or stands_in):
        raise NotFound
    if kinds is not None and task.kind not in kinds:
        raise rules.WrongTask
    return task


async def of_office(work: Work, task_id: str) -> Task:
    """A task of the caller's office. Raises NotFound."""
    task = await _task(work, task_id)
    if task.office_id != work.principal.office_id:
        raise NotFound
    return task


async def _task(work: Work, task_id: str) -> Task:
    try:
        return await work.locked(Task, UUID(task_id))
    except ValueError as error:
        raise NotFound from error


def require_open(task: Task) -> None:
    """Raises TaskOver, TaskFrozen."""
    if not task.open:
        raise rules.TaskOver
    if task.frozen:
        raise rules.TaskFrozen(reason=_sentence(task.frozen))


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def acting_name(work: Work, task: Task) -> str:
    """The name that the record shows: "B thay A" where B stands in for A (R12.11)."""
    me = work.principal
    return me.name if task.person_id == me.id else f"{me.name} thay {task.person_name}"


def accept(work: Work, task: Task) -> None:
    if task.state == rules.OPEN:
        task.state, task.accepted_at = rules.ACCEPTED, now()
        _tell(work, [task])


async def close(work: Work, task: Task, outcome: str, by_name: str | None = None) -> None:
    """Done. The same thing in others' lists ends with it."""
    await _end_group(work, task, outcome, by_name or work.principal.name)


async def _end_group(work: Work, done: Task, outcome: str, by_name: str) -> None:
    ended = await work.all(select(Task).where(Task.group_id == done.group_id, Task.open.is_(True)))
    for task in ended:
        _end(task, rules.DONE if task.id == done.id else rules.CANCELLED, outcome, by_name)
    _tell(work, ended)


async def done_by(work: Work, about: tuple[str, str], kinds: Sequence[str], person_id: str, name: str) -> None:
    """What another service tells: this person did it (registered, signed, numbered, issued)."""
    object_type, object_id = about
    found = await work.rows(OPEN, object_type=object_type, object_id=object_id, kinds=kinds)
    states = [rules.DONE if task.person_id == person_id else rules.CANCELLED for task in found]
    moment = now()
    await work.run(
        ENDED,
        *(
            {"key": task.id, "end": state, "moment": moment, "said": rules.TITLES[task.kind], "name": name}
            for task, state in zip(found, states, strict=True)
        ),
    )
    tell(work, [_state(str(t.id), t.person_id, t.office_id, s) for t, s in zip(found, states, strict=True)])


async def cancel(work: Work, about: tuple[str, str], outcome: str, kinds: Iterable[str] | None = None) -> None:
    """End the open tasks of an object (of these kinds) as no longer wanted, with the reason."""
    ended = await _open(work, about, kinds)
    for task in ended:
        _end(task, rules.CANCELLED, outcome, work.principal.name)
    _tell(work, ended)


async def _open(work: Work, about: tuple[str, str], kinds: Iterable[str] | None) -> Sequence[Task]:
    object_type, object_id = about
    found = select(Task).where(Task.object_type == object_type, Task.object_id == object_id, Task.open.is_(True))
    if kinds is not None:
        found = found.where(Task.kind.in_(list(kinds)))
    return await work.all(found.with_for_update())


async def open_of(work: Work, about: tuple[str, str], kind: str, person_id: str) -> Task | None:
    """This person's open task of this kind, held until commit."""
    return next((task for task in await _open(work, about, [kind]) if task.person_id == person_id), None)


def end(work: Work, task: Task, state: str, outcome: str) -> None:
    _end(task, state, outcome, work.principal.name)
    _tell(work, [task])


def _end(task: Task, state: str, outcome: str, by_name: str) -> None:
    task.state, task.open, task.closed_at, task.outcome, task.closed_by_name = state, False, now(), outcome, by_name


def _tell(work: Work, tasks: Sequence[Task]) -> None:
    tell(work, [_state(str(task.id), task.person_id, task.office_id, task.state) for task in tasks])


def _state(task_id: str, person_id: str, office_id: str, state: str) -> TaskState:
    told = rules.OPEN if state == rules.ACCEPTED else state
    return TaskState(task_id=task_id, person_id=person_id, office_id=office_id, state=told)


def tell(work: Work, states: Sequence[TaskState]) -> None:
    for start in range(0, len(states), TOLD_AT_ONCE):
        part = tuple(states[start : start + TOLD_AT_ONCE])
        work.emit(TaskChangedV2(tasks=part), key=part[0].task_id)
