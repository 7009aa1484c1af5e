"""What a journey leaves in its folder: files, registers, the package as it went, the timeline."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

from contracts.message import FileRef
from contracts.registry import api as registry
from infra.demo.journey import CLERK, RECALLED_CLERK, REFUSING_CLERK, TO_CLERK, Story
from infra.demo.narrate import NotProven
from infra.demo.people import Desk, Desks
from infra.demo.province import CENTRE
from infra.demo.world import Place

ANNEXES = ("annex.pdf", "annex-2.pdf")
NOBODY = "hệ thống"  # a step which no person took
REGISTERS = ("register-outgoing.pdf", "register-incoming.pdf")


async def collect(folder: Path, place: Place, desks: Desks, story: Story) -> None:
    """Everything through the APIs, but the package: that is taken from where the axis keeps what passed over it."""
    clerk, receiver = await desks.of(CLERK), await desks.of(TO_CLERK)
    main = next(f for f in story.issued.files if f.role == "main")
    annexes = [f for f in story.issued.files if f.role == "annex"]
    (folder / "issued.pdf").write_bytes(await clerk.registry.get_file(main.sha256))
    for name, annex in zip(ANNEXES, annexes, strict=False):
        (folder / name).write_bytes(await clerk.registry.get_file(annex.sha256))
    (folder / REGISTERS[0]).write_bytes(await clerk.registry.get_register_pdf("outgoing"))
    (folder / REGISTERS[1]).write_bytes(await receiver.registry.get_register_pdf("incoming"))
    await _received(folder / "received", receiver, story.received.files)
    shutil.copyfile(_package(place), folder / "package.edxml")
    entries = await _timeline(desks, story)
    (folder / "timeline.json").write_text(json.dumps(entries, ensure_ascii=False, indent=1) + "\n", "utf-8")


async def _received(folder: Path, receiver: Desk, files: list[FileRef]) -> None:
    for file in files:
        _kept(folder, file, await receiver.registry.get_file(file.sha256))


def _kept(folder: Path, file: FileRef, content: bytes) -> None:
    folder.mkdir(exist_ok=True)
    (folder / Path(file.name).name).write_bytes(content)


def _package(place: Place) -> Path:
    """The first document which the province sent over the axis, as the axis keeps it."""
    store = place.folder / "axis"
    with sqlite3.connect(f"file:{store / 'axis.sqlite3'}?mode=ro", uri=True) as database:
        query = "SELECT doc_id FROM package WHERE centre = ? AND message_type = 'edoc' ORDER BY rowid"
        found = database.execute(query, (CENTRE,)).fetchone()
    if found is None:
        raise NotProven("Không có gói tin nào của tỉnh đi qua trục")
    return next(store.rglob(f"{found[0]}.edxml"))


async def _timeline(desks: Desks, story: Story) -> list[dict[str, Any]]:
    """Every step that is on record at the sender and at the receivers, in the order in which it happened."""
    clerk, receiver = await desks.of(CLERK), await desks.of(TO_CLERK)
    refusing, recalled = await desks.of(REFUSING_CLERK), await desks.of(RECALLED_CLERK)
    documents: list[registry.Document | registry.Incoming] = [
        await clerk.registry.get_document(story.issued.id),
        await receiver.registry.get_incoming(story.received.id),
        await refusing.registry.get_incoming(story.refused.id),
        await recalled.registry.get_incoming(story.recalled.id),
        await receiver.registry.get_document(story.reply.id),
        await clerk.registry.get_incoming(story.reply_received.id),
        await clerk.registry.get_incoming(story.from_ministry.id),
    ]
    entries = [
        {
            "time": entry.at.isoformat(),
            "service": entry.service,
            "actor": entry.actor or NOBODY,
            "act": entry.act,
            "text": entry.text,
            "event_id": entry.event_id,
            "status": entry.status or entry.act,
            "document": document.code,
            "office": document.office_name,
        }
        for document in documents
        for entry in document.timeline
    ]
    return sorted(entries, key=lambda e: str(e["time"]))
