"""Registers of the partners: the whole list every night, changes every few minutes (axis.md §1.6)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import datetime, time, timedelta
from typing import Any, cast

import structlog
from sqlalchemy import select

from services.gateway.axes.protocol import AgencyEntry, Axis, AxisRefused, AxisUnavailable
from services.gateway.connections import axes_of, capabilities, connected, refresh
from services.gateway.directory import importing
from services.gateway.directory.importing import CHANGES, WHOLE
from services.gateway.directory.rules import Listed, tidy
from services.gateway.directory.tables import DirectoryImport
from shared.clock import VN, now
from shared.problems import NotFound
from shared.service import Runtime
from shared.work import Work

log = structlog.get_logger()
NIGHT = time(2, 30)  # of Vietnam: when nobody works
CHANGES_EVERY = timedelta(minutes=5)
AGAIN = timedelta(minutes=30)  # after a list that broke off


def what_is_due(moment: datetime, whole: datetime | None, tried: datetime | None, last: datetime | None) -> str:
    """`whole` and `last`: when a complete list and anything at all ended well; `tried`: the last list that broke off.

    The whole list when there has been none since last night; changes in between.
    """
    local = moment.astimezone(VN)
    night = datetime.combine(local.date(), NIGHT, VN)
    if local < night:
        night -= timedelta(days=1)
    if whole is None or whole < night:
        return WHOLE if tried is None or moment - tried > AGAIN else ""
    return CHANGES if last is None or moment - last >= CHANGES_EVERY else ""


async def synchronise_due(runtime: Runtime) -> None:
    """The job: each partner that has a register, one after the other; one that fails holds nobody else up."""
    await refresh(runtime)
    for name in connected(runtime):
        can = capabilities(runtime, name).directory
        if can == "none":
            continue
        async with runtime.work(reading=True) as work:
            due = await _due(work, name)
        if due == WHOLE or (due == CHANGES and can == "changes"):
            await synchronise(runtime, name, due)


async def _due(work: Work, name: str) -> str:
    latest = select(DirectoryImport).where(DirectoryImport.source == name).order_by(DirectoryImport.id.desc()).limit(1)
    wholes = latest.where(DirectoryImport.kind == WHOLE)
    whole = await work.one(wholes.where(DirectoryImport.complete.is_(True)))
    tried = await work.one(wholes.where(DirectoryImport.complete.is_(False)))
    last = await work.one(latest)
    return what_is_due(
        now(), whole.ended_at if whole else None, tried.started_at if tried else None, last.started_at if last else None
    )


async def synchronise(runtime: Runtime, name: str, kind: str) -> DirectoryImport:
    """Read the register of a partner now. A list that breaks off closes nothing."""
    axis = axes_of(runtime).get(name)
    if axis is None or capabilities(runtime, name).directory == "none":
        raise NotFound
    run, error = await importing.begin(runtime, name, kind), ""
    try:
        await importing.take(runtime, run, _units(axis, kind))
    except (AxisUnavailable, AxisRefused) as problem:
        error = problem.message_vi
    row = await importing.end(runtime, run, error=error)
    log.info("directory.synchronised", partner=name, kind=kind, counts=dict(run.counts), error=row.error)
    return row


async def _units(axis: Axis, kind: str) -> AsyncIterator[Listed]:
    """Pairs of the two schemes come first: they are a list of their own."""
    pairs: dict[str, str] = {}
    if kind == WHOLE:
        async for entry in _stream(axis.code_pairs()):
            if entry.other_code:
                pairs[entry.code.strip().upper()] = entry.other_code
    async for entry, parent in _with_parents(_stream(axis.agencies() if kind == WHOLE else axis.changes())):
        other = entry.other_code or pairs.get(entry.code.strip().upper(), "")
        yield tidy(entry.code, entry.name, parent, other, entry.mail, entry.version, entry.deleted)


async def _with_parents(entries: AsyncIterator[AgencyEntry]) -> AsyncIterator[tuple[AgencyEntry, str | None]]:
    """Each unit with the code of the one above it. A register with ids of its own may name that one by its id: a unit
    which comes before the one above it waits until the end; None where that is not in this list."""
    codes: dict[str, str] = {}
    early: list[AgencyEntry] = []
    async for entry in entries:
        if entry.key in ("", entry.code):
            yield entry, entry.parent
            continue
        codes |= {entry.key: entry.code, entry.code: entry.code}
        if not entry.parent or entry.parent in codes:
            yield entry, codes.get(entry.parent, "")
        else:
            early.append(entry)
    for entry in early:
        yield entry, codes.get(entry.parent)


async def _stream(entries: AsyncIterator[AgencyEntry]) -> AsyncIterator[AgencyEntry]:
    async with aclosing(cast(Any, entries)) as found:
        async for entry in found:
            yield entry
