"""Which offices sign no more, and since when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from services.signing.endings import rules
from services.signing.endings.tables import Ending
from shared.clock import today
from shared.work import Work


async def listed(work: Work) -> Sequence[Ending]:
    """All, the latest first."""
    return list(await work.all(select(Ending).order_by(Ending.ended_on.desc(), Ending.organ_id)))


async def closed(work: Work) -> tuple[tuple[str, date], ...]:
    """Organ codes with the first day on which they do not sign, as the judge compares them."""
    return tuple((one.organ_id, one.ended_on) for one in await listed(work))


async def check(work: Work, organ_id: str) -> None:
    """OfficeEnded if this office signs no more today."""
    row = await work.get(Ending, organ_id) if organ_id else None
    if row is not None:
        rules.may_sign(organ_id, row.name, row.ended_on, row.legal_basis, today())
