"""Find an organ while somebody types: by the beginnings of words, by initials, by any of its codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import aliased

from contracts.gateway.directory import FoundOrgan
from services.gateway.directory.tables import ExternalOrgan, OrganWord
from services.gateway.directory.words import LONGEST, after, fold, initials, terms
from services.gateway.routing.actions import ways
from services.gateway.routing.rules import route
from services.gateway.routing.tables import KnownOffice, OfficeCode
from shared.work import Work

COMMON = 3000  # a word that begins so many names is not worth counting further
LOOKED_AT = 400  # of what fits, so many are put in order
MOST_ASKED, MOST_TERMS = 12, 6  # words that are looked at, and of these the rarest that must fit


async def find(work: Work, text: str, limit: int) -> list[FoundOrgan]:
    """Offices of this deployment first, then organs outside; of those in several registers one."""
    asked = terms(text)[:MOST_ASKED]
    if not asked:
        return []
    here = await _offices(work, asked, limit)
    there = await _organs(work, asked)
    seen = {office.organ_id.upper() for office in here}
    found: list[ExternalOrgan] = []
    for organ in sorted(there, key=lambda organ: _rank(organ, asked)):
        if organ.code not in seen:
            seen.add(organ.code)
            found.append(organ)
    return [*here, *await _shown(work, found[: max(limit - len(here), 0)])]


async def _organs(work: Work, asked: Sequence[str]) -> Sequence[ExternalOrgan]:
    """The rarest word leads through the index, the others are looked up beside it: the cost does not grow with the
    register. Where all are common, any few hundred that fit are as good as others."""
    counted = sorted([(await _count(work, word), word) for word in asked])[:MOST_TERMS]
    leading, others = counted[0][1], [word for _, word in counted[1:]]
    first = aliased(OrganWord)
    fitting = [_has(work, first.organ_id, word) for word in others]
    keys = select(first.organ_id).where(_begins(first.word, leading), *fitting).limit(LOOKED_AT)
    ids = list(dict.fromkeys(await work.all(keys)))
    return await work.all(select(ExternalOrgan).where(ExternalOrgan.id.in_(ids))) if ids else []


async def _count(work: Work, word: str) -> int:
    some = select(OrganWord.organ_id).where(_begins(OrganWord.word, word)).limit(COMMON).subquery()
    return int(await work.scalar(select(func.count()).select_from(some)) or 0)


def _begins(column: Any, word: str) -> ColumnElement[bool]:
    return and_(column >= word[:LONGEST], column < after(word[:LONGEST]))


def _has(work: Work, organ_id: Any, word: str) -> ColumnElement[bool]:
    other = aliased(OrganWord)
    found: Select[Any] = select(other.organ_id).where(other.organ_id == organ_id, _begins(other.word, word))
    return found.exists()


def _rank(organ: ExternalOrgan, asked: Sequence[str]) -> tuple[int, int, str]:
    """A code or initials written out, then names that begin as asked, then the shorter ones: the body before its
    departments."""
    name, first = fold(organ.name), asked[0]
    if first in (fold(organ.code), fold(organ.other_code)):
        return 0, 0, name
    if first in initials(organ.name):
        return 1, len(name), name
    return (2 if name.startswith(first) else 3), len(name), name


async def _offices(work: Work, asked: Sequence[str], limit: int) -> list[FoundOrgan]:
    """A deployment has some hundreds of offices: all are looked through."""
    rows = await work.all(select(KnownOffice).where(KnownOffice.active.is_(True)))
    codes: dict[str, list[str]] = {}
    for code in await work.all(select(OfficeCode).order_by(OfficeCode.code)):
        codes.setdefault(code.office_id, []).append(code.code)
    found = []
    for office in rows:
        own = codes.get(office.office_id, [])
        words = {*terms(office.name), *initials(office.name), *(fold(code) for code in own)}
        if all(any(word.startswith(one) for word in words) for one in asked):
            others = [code for code in own if code != office.organ_id.strip().upper()]
            found.append(
                FoundOrgan(
                    organ_id=office.organ_id, name=office.name, office_id=office.office_id,
                    other_code=others[0] if others else "",
                )
            )  # fmt: skip
    return sorted(found, key=lambda office: (len(office.name), office.name))[:limit]


async def _shown(work: Work, organs: Sequence[ExternalOrgan]) -> list[FoundOrgan]:
    if not organs:
        return []
    known = await ways(work, [organ.code for organ in organs])
    names = await _names(work, {organ.parent for organ in organs if organ.parent})
    return [
        FoundOrgan(
            organ_id=organ.code,
            name=organ.name,
            other_code=organ.other_code,
            parent_name=names.get(organ.parent, ""),
            channel=route(organ.code, None, "", known).channel,
        )
        for organ in organs
    ]


async def _names(work: Work, codes: set[str]) -> dict[str, str]:
    if not codes:
        return {}
    named = select(ExternalOrgan.code, ExternalOrgan.name).where(ExternalOrgan.code.in_(codes))
    return {row[0]: row[1] for row in (await work.execute(named)).all()}
