"""What is known of codes outside this deployment."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_, select

from services.gateway.directory import level1
from services.gateway.directory.tables import CodeSuccession, ExternalOrgan
from services.gateway.routing.codes import normal
from shared.clock import today
from shared.work import Work

BATCH = 500
DEEPEST = 8  # how far a succession is followed


async def successors(work: Work, codes: Iterable[str]) -> dict[str, str]:
    """Old code → new code, for these codes and for what they lead to; level-1 codes of merged provinces included."""
    found = dict(level1.merged())
    wanted = {normal(code) for code in codes}
    for _ in range(DEEPEST):
        step: dict[str, str] = {}
        for part in _parts(wanted):
            in_force = or_(CodeSuccession.since.is_(None), CodeSuccession.since <= today())
            rows = await work.all(select(CodeSuccession).where(CodeSuccession.old_code.in_(part), in_force))
            step |= {row.old_code: row.new_code for row in rows}
        found |= step
        wanted = set(step.values()) - set(found)
        if not wanted:
            break
    return found


async def predecessors(work: Work, code: str) -> set[str]:
    """Every code for which this one stands today."""
    found: set[str] = set()
    wanted = {normal(code)}
    merged = level1.merged()
    for _ in range(DEEPEST):
        rows = await work.all(select(CodeSuccession.old_code).where(CodeSuccession.new_code.in_(wanted)))
        wanted = ({*rows} | {old for old, new in merged.items() if new in wanted}) - found
        if not wanted:
            break
        found |= wanted
    return found


async def listed_by(work: Work, codes: Iterable[str]) -> dict[str, set[str]]:
    """Code → the sources in which it stands and lives."""
    found: dict[str, set[str]] = {}
    for part in _parts({normal(code) for code in codes}):
        living = select(ExternalOrgan.code, ExternalOrgan.source).where(ExternalOrgan.code.in_(part))
        for code, source in (await work.execute(living.where(ExternalOrgan.closed.is_(False)))).all():
            found.setdefault(code, set()).add(source)
    return found


def _parts(codes: set[str]) -> Iterable[list[str]]:
    ordered = sorted(codes)
    return (ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH))
