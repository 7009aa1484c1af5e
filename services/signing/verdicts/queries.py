"""A kept report as it is told today."""

from __future__ import annotations

from contracts.signing import api
from services.signing.endings import queries as endings
from services.signing.judging.comparing import compared
from services.signing.judging.verdict import Expected, read
from services.signing.verdicts.tables import Report
from shared.work import Work


async def view(work: Work, row: Report) -> api.VerdictView:
    """The report itself stays; that an office had ended before it signed may become known later."""
    verdict = compared(read(row.report), Expected(closed=await endings.closed(work)))
    return api.VerdictView.model_validate({**verdict.as_json(), "judged_at": row.judged_at, "sha256": row.sha256})
