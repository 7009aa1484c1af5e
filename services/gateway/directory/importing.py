"""Take a register or a list in, a thousand units at a time; only what is different is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from services.gateway.directory import rules
from services.gateway.directory.rules import Change, Known, Listed
from services.gateway.directory.tables import DirectoryChange, DirectoryImport, ExternalOrgan, OrganWord
from services.gateway.directory.words import words_of
from shared.clock import now
from shared.database import new_id
from shared.service import Runtime
from shared.work import Work

BATCH = 1000
PART = 500  # values in one statement
SHOWN = 300  # changes of a kind that are kept to be read
WHOLE, CHANGES, FILE = "whole", "changes", "file"
UNBELIEVABLE = (
    "Danh sách chỉ có {seen} đơn vị, trước đó có {known}: không đánh dấu đơn vị nào đã đóng. "
    "Hãy kiểm tra trục rồi đồng bộ lại."
)


@dataclass
class Run:
    """An import under way. `codes`: what a whole list has named so far."""

    id: UUID
    source: str
    kind: str
    codes: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)


async def begin(runtime: Runtime, source: str, kind: str) -> Run:
    row = DirectoryImport(id=new_id(), source=source, kind=kind, counts={}, started_at=now(), complete=False, error="")
    async with runtime.work() as work:
        work.save(row)
    return Run(row.id, source, kind)


async def take(runtime: Runtime, run: Run, units: AsyncIterator[Listed]) -> None:
    """Every unit of the stream. Each batch is a transaction of its own, so nobody waits long for us."""
    batch: list[Listed] = []
    async for unit in units:
        batch.append(unit)
        if len(batch) >= BATCH:
            await _batch(runtime, run, batch)
            batch = []
    if batch:
        await _batch(runtime, run, batch)


async def end(runtime: Runtime, run: Run, *, error: str = "") -> DirectoryImport:
    """Close what a complete list no longer names, unless the list is not to be believed."""
    async with runtime.work() as work:
        if run.kind == WHOLE and not error:
            error = await _close_unseen(work, run)
        row = await work.locked(DirectoryImport, run.id)
        row.counts, row.ended_at, row.error, row.complete = dict(run.counts), now(), error, not error
        if _says_nothing(row):
            await _forget_before(work, row)
    return row


def _says_nothing(row: DirectoryImport) -> bool:
    return row.kind == CHANGES and row.counts.keys() <= {"seen", rules.DUPLICATE, rules.MALFORMED}


async def _forget_before(work: Work, row: DirectoryImport) -> None:
    """Of several readings in a row without anything new, or broken off for the same reason, the last one is enough."""
    earlier = select(DirectoryImport).where(DirectoryImport.source == row.source, DirectoryImport.id < row.id)
    before = await work.one(earlier.order_by(DirectoryImport.id.desc()).limit(1))
    if before is not None and before.ended_at and _says_nothing(before) and before.error == row.error:
        await work.execute(delete(DirectoryChange).where(DirectoryChange.import_id == before.id))
        await work.session.delete(before)


async def _batch(runtime: Runtime, run: Run, batch: Sequence[Listed]) -> None:
    run.counts["seen"] += len(batch)
    changes = []
    units: dict[str, Listed] = {}
    for unit in batch:  # of a code that stands there twice the first line counts
        if unit.code in units or unit.code in run.codes:
            changes.append(Change(rules.DUPLICATE, unit.code, after=unit.name))
        elif unit.code:
            units[unit.code] = unit
    changes += [Change(rules.MALFORMED, unit.code, after=unit.name) for unit in batch if rules.is_malformed(unit)]
    run.codes |= units.keys()
    async with runtime.work(reading=True) as work:
        known = await _known(work, run.source, units)
    different: list[tuple[int, Listed]] = []
    for code, unit in units.items():
        held = known.get(code)
        found = rules.compare(unit, held)
        changes += found
        if held is not None and found:
            different.append((held.id, unit))
    new = [unit for code, unit in units.items() if code not in known and not unit.closed]
    if not (changes or different or new):
        return
    async with runtime.work() as work:
        for organ_id, unit in different:
            await _renew(work, organ_id, unit)
        await _insert(work, run, new)
        await _note(work, run, changes)


async def _known(work: Work, source: str, codes: Iterable[str]) -> dict[str, Known]:
    organ, wanted = ExternalOrgan, sorted(codes)
    found: dict[str, Known] = {}
    for start in range(0, len(wanted), PART):
        columns = select(organ.code, organ.id, organ.name, organ.parent, organ.other_code, organ.closed)
        part = columns.where(organ.source == source, organ.code.in_(wanted[start : start + PART]))
        found |= {row[0]: Known(*row[1:]) for row in (await work.execute(part)).all()}
    return found


async def _renew(work: Work, organ_id: int, unit: Listed) -> None:
    row = await work.locked(ExternalOrgan, organ_id)
    row.name, row.closed, row.changed_at = unit.name, unit.closed, now()
    row.parent = row.parent if unit.parent is None else unit.parent
    row.other_code, row.mail = unit.other_code or row.other_code, unit.mail or row.mail
    row.version, row.malformed = unit.version or row.version, rules.is_malformed(unit)
    await work.execute(delete(OrganWord).where(OrganWord.organ_id == organ_id))
    if words := _words(organ_id, unit, row.other_code):
        await work.execute(insert(OrganWord), words)


async def _insert(work: Work, run: Run, units: Sequence[Listed]) -> None:
    if not units:
        return
    await work.execute(insert(ExternalOrgan), [_row(run.source, unit) for unit in units])
    known = await _known(work, run.source, [unit.code for unit in units])
    words = [word for unit in units for word in _words(known[unit.code].id, unit, unit.other_code)]
    if words:
        await work.execute(insert(OrganWord), words)


def _row(source: str, unit: Listed) -> dict[str, Any]:
    return {
        "source": source,
        "code": unit.code,
        "other_code": unit.other_code,
        "name": unit.name,
        "parent": unit.parent or "",
        "mail": unit.mail,
        "version": unit.version,
        "closed": unit.closed,
        "malformed": rules.is_malformed(unit),
        "changed_at": now(),
    }


def _words(organ_id: int, unit: Listed, other_code: str) -> list[dict[str, Any]]:
    """None for infrastructure and what is closed: nobody is to find them while typing."""
    if unit.closed or not rules.is_addressee(unit.code):
        return []
    return [{"word": word, "organ_id": organ_id} for word in sorted(words_of(unit.name, (unit.code, other_code)))]


async def _note(work: Work, run: Run, changes: Sequence[Change]) -> None:
    rows = []
    for change in changes:
        run.counts[change.what] += 1
        if run.kept[change.what] < SHOWN:
            run.kept[change.what] += 1
            rows.append({"import_id": run.id, "what": change.what, "code": change.code[:64],
                         "before": change.before[:300], "after": change.after[:300]})  # fmt: skip
    if rows:
        await work.execute(insert(DirectoryChange), rows)


async def _close_unseen(work: Work, run: Run) -> str:
    """Returns why nothing was closed, or nothing."""
    living = (ExternalOrgan.source == run.source, ExternalOrgan.closed.is_(False))
    known = (await work.execute(select(ExternalOrgan.code, ExternalOrgan.id, ExternalOrgan.name).where(*living))).all()
    if not rules.believable(run.counts["seen"], len(known)):
        return UNBELIEVABLE.format(seen=run.counts["seen"], known=len(known))
    gone = [(code, organ_id, name) for code, organ_id, name in known if code not in run.codes]
    for start in range(0, len(gone), PART):
        keys = [organ_id for _, organ_id, _ in gone[start : start + PART]]
        await work.execute(delete(OrganWord).where(OrganWord.organ_id.in_(keys)))
        closing = update(ExternalOrgan).where(ExternalOrgan.id.in_(keys))
        await work.execute(closing.values(closed=True, changed_at=now()))
    await _note(work, run, [Change(rules.CLOSED, code, name, name) for code, _, name in gone])
    return ""
