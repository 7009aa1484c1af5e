"""What is known of codes outside this deployment."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, or_, select

from services.gateway.directory import level1
from services.gateway.directory.tables import CodeSuccession, ExternalOrgan
from services.gateway.routing.codes import normal
from shared.clock import today
from shared.statements import Prepared, among
from shared.work import Work

DEEPEST = 8  # how far a succession is followed
_SUCCESSORS = Prepared(
    select(CodeSuccession.old_code, CodeSuccession.new_code).where(
        among(CodeSuccession.old_code, "codes"),
        or_(CodeSuccession.since.is_(None), CodeSuccession.since <= bindparam("day")),
    )
)
_LIVING = Prepared(
    select(ExternalOrgan.code, ExternalOrgan.source).where(
        among(ExternalOrgan.code, "codes"), ExternalOrgan.closed.is_(False)
    )
)


async def successors(work: Work, codes: Iterable[str]) -> dict[str, str]:
    """Old code → new code, for these codes and for what they lead to; level-1 codes of merged provinces included."""
    found = dict(level1.merged())
    wanted = {normal(code) for code in codes}
    for _ in range(DEEPEST):
        rows = await work.rows(_SUCCESSORS, codes=sorted(wanted), day=today())
        step = {row.old_code: row.new_code for row in rows}
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
    for row in await work.rows(_LIVING, codes=sorted({normal(code) for code in codes})):
        found.setdefault(row.code, set()).add(row.source)
    return found
