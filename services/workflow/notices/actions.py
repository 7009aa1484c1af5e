"""Warn before a deadline, tell after it, and record silence as no opinion."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from services.workflow.notices.tables import Notice
from services.workflow.outgoing.tables import Opinion
from services.workflow.tasks import actions as tasks
from services.workflow.tasks import rules as kinds
from services.workflow.tasks.tables import Task
from shared.clock import VN, now
from shared.service import Runtime
from shared.work import Work

AT_ONCE = 500
RUNNING = (Task.open.is_(True), Task.frozen == "")


async def notify(work: Work, task: Task, kind: str, text: str) -> None:
    work.save(
        Notice(
            person_id=task.person_id,
            kind=kind,
            text=text,
            task_id=task.id,
            object_type=task.object_type,
            object_id=task.object_id,
        )
    )


def tell(work: Work, person_ids: Iterable[str], kind: str, text: str, about: tuple[str, str]) -> None:
    """A notice that belongs to no task of theirs; `about` is what it leads to: (type, id)."""
    for person_id in person_ids:
        work.save(Notice(person_id=person_id, kind=kind, text=text, object_type=about[0], object_id=about[1]))


async def watch_deadlines(runtime: Runtime) -> None:
    """The job: each warning and each lateness is told once, whatever crashes."""
    while True:
        async with runtime.work() as work:
            told = await warn(work, now()) + await tell_late(work, now()) + await end_silence(work, now())
        if told < AT_ONCE:
            return


async def warn(work: Work, at: datetime) -> int:
    due = select(Task).where(*RUNNING, Task.warned.is_(False), Task.warn_at <= at, Task.due_at > at)
    rows = await work.all(due.limit(AT_ONCE).with_for_update(skip_locked=True))
    for task in rows:
        task.warned = True
        await notify(work, task, "due-soon", f"Sắp đến hạn ({_clock(task.due_at)}): {_words(task)}")
    return len(rows)


async def tell_late(work: Work, at: datetime) -> int:
    late = select(Task).where(*RUNNING, Task.told_late.is_(False), Task.due_at <= at)
    rows = await work.all(late.limit(AT_ONCE).with_for_update(skip_locked=True))
    for task in rows:
        task.told_late = True
        await notify(work, task, "overdue", f"Quá hạn từ {_clock(task.due_at)}: {_words(task)}")
    return len(rows)


async def end_silence(work: Work, at: datetime) -> int:
    """Who said nothing until the deadline has no opinion (R12.3)."""
    silent = select(Opinion).where(Opinion.state == "waiting", Opinion.object_type == "draft", Opinion.due_at <= at)
    rows = await work.all(silent.limit(AT_ONCE).with_for_update(skip_locked=True))
    for row in rows:
        row.state, row.at = "none", at
        task = await work.get(Task, row.task_id, lock=True)
        if task is not None and task.open:
            tasks.end(work, task, kinds.CANCELLED, "Hết hạn, không có ý kiến")
    return len(rows)


def _words(task: Task) -> str:
    return f"{kinds.TITLES[task.kind]} – {task.subject}"


def _clock(at: datetime | None) -> str:
    return at.astimezone(VN).strftime("%H:%M %d/%m/%Y") if at else ""
