"""Where the journey's acts happen: the desks, the narrator, and how to wait for what others have to do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from contracts.client import Problem
from contracts.message import FileRef
from contracts.registry import api as registry
from contracts.workflow import api as workflow
from infra.demo.narrate import Narrator, until
from infra.demo.people import Desk, Desks
from shared.clock import today


@dataclass(frozen=True)
class Stage:
    """Acts are functions of a stage: they take desks from it and tell what they did."""

    desks: Desks
    say: Narrator

    async def task(self, desk: Desk, object_id: str, kind: str, of: str = "draft") -> workflow.Task:
        """The person's open task of this kind on this object: it appears within moments."""

        async def look() -> list[workflow.Task]:
            page = await desk.workflow.list_tasks(limit=200)
            return [t for t in page.items if t.object_id == object_id and t.kind == kind and t.object_type == of]

        found = await until(look, lambda tasks: bool(tasks), f"việc “{kind}” của {desk.name}")
        return found[0]

    async def document(
        self, desk: Desk, document_id: str, holds: Callable[[registry.Document], bool]
    ) -> registry.Document:
        return await until(lambda: desk.registry.get_document(document_id), holds, f"văn bản {document_id}")

    async def arrived(
        self, clerk: Desk, wanted: Callable[[registry.IncomingRow], bool], what: str
    ) -> registry.Incoming:
        """The first incoming document that is wanted, once its signatures are judged."""

        async def look() -> list[registry.IncomingRow]:
            rows, _ = await clerk.registry.list_incoming(limit=100)
            return [row for row in rows if wanted(row)]

        rows = await until(look, lambda found: bool(found), f"{what} đến {clerk.profile.office_name}")
        return await self.incoming(clerk, rows[0].id, lambda d: d.state == "CHECKED")

    async def incoming(
        self, desk: Desk, incoming_id: str, holds: Callable[[registry.Incoming], bool]
    ) -> registry.Incoming:
        return await until(lambda: desk.registry.get_incoming(incoming_id), holds, f"văn bản đến {incoming_id}")


async def again_while(kinds: set[str], act: Callable[[], Awaitable[object]], what: str) -> None:
    """Do it until it is not refused as one of `kinds`: a fact may be on its way to the service for a moment."""

    async def once() -> str:
        try:
            await act()
        except Problem as problem:
            if problem.kind not in kinds:
                raise
            return problem.message
        return ""

    await until(once, lambda refused: not refused, what)


async def refused(act: Callable[[], Awaitable[object]]) -> str:
    """The kind of the refusal; empty when the act was allowed."""
    try:
        await act()
    except Problem as problem:
        return problem.kind
    return ""


def day(days: int) -> str:
    """So many days from today."""
    return (today() + timedelta(days=days)).isoformat()


def as_role(file: FileRef, role: str) -> FileRef:
    return file.model_copy(update={"role": role})


def main_file(files: list[FileRef]) -> FileRef:
    return next(f for f in files if f.role == "main")
