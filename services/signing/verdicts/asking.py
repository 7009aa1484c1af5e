"""What a file does not prove by itself: the authorities of its certificates are asked, and it is judged again.

Files of other software seldom carry OCSP answers or lists. What is told is proven as if it stood in the file
(ETSI EN 319 102-1 §5.2.6).
"""

from __future__ import annotations

from services.signing.authorities.gathering import Gatherer
from services.signing.judging import children
from services.signing.judging.judge import ANY, judged
from services.signing.judging.reasons import UNANSWERED
from services.signing.judging.verdict import Expected, Verdict
from services.signing.workers.pool import Stopped, Workers


def unanswered(verdict: Verdict) -> bool:
    """Whether an authority could still tell something that the verdict depends on."""
    return any(one.code in UNANSWERED for one in verdict.reasons)


async def judged_with_answers(
    gatherer: Gatherer, pdf: bytes, expected: Expected = ANY, pool: Workers | None = None
) -> tuple[Verdict, bool]:
    """The verdict under the gatherer's roots, and whether authorities' answers went into it.

    As slow as the network: never in a transaction.
    """
    verdict = await judged(pdf, trust=gatherer.roots, expected=expected, pool=pool)
    if not unanswered(verdict):
        return verdict, False
    try:
        told = await gatherer.testimony(*await children.carried(pdf, pool))
    except Stopped:
        return verdict, False
    if not told:
        return verdict, False
    return await judged(pdf, trust=gatherer.roots, expected=expected, pool=pool, evidence=told), True
