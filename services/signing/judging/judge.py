"""The judge's door: what this system makes again in every byte is valid at once, all else is examined with pyHanko."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import datetime

from cryptography import x509

from services.signing.judging import children
from services.signing.judging.comparing import compared
from services.signing.judging.conclusions import refused
from services.signing.judging.reasons import reason
from services.signing.judging.remaking import judge as remaking
from services.signing.judging.verdict import Expected, Verdict
from services.signing.pdf.evidence import NOTHING, Evidence
from services.signing.workers.pool import Stopped, Workers
from shared.clock import now

ANY = Expected()


def judge(
    pdf: bytes,
    *,
    trust: Sequence[x509.Certificate],
    at: datetime | None = None,
    evidence: Evidence = NOTHING,
    expected: Expected = ANY,
) -> Verdict:
    """The verdict on this file at this moment; never raises for a bad file.

    `trust`: root certificates. `evidence`: OCSP answers and CRLs at hand, beside those in the file; a certificate
    (below the root) whose revocation nothing tells is not proven. CPU work with its own event loop: call it from a
    child process or a command, or use `judged`.
    """
    from services.signing.judging import examination  # pyHanko: only where it works

    moment = at or now()
    found = remaking.judge(pdf, trust, moment, expected)
    return compared(found or examination.judge(pdf, trust, moment, evidence, expected), expected)


async def judged(
    pdf: bytes,
    *,
    trust: Sequence[x509.Certificate],
    at: datetime | None = None,
    evidence: Evidence = NOTHING,
    expected: Expected = ANY,
    pool: Workers | None = None,
) -> Verdict:
    """`judge`, where pyHanko works in a child process: what takes too long or too much is a verdict too.

    `pool`: its children; those for the service's own work if it is not said.
    """
    moment = at or now()
    found = await asyncio.to_thread(remaking.judge, pdf, trust, moment, expected)
    if found is None:
        try:
            found = await children.examined(pdf, trust, moment, evidence, expected, pool)
        except Stopped as stopped:
            found = refused(hashlib.sha256(pdf).hexdigest(), moment, reason("not-judged", detail=stopped.data["what"]))
    return compared(found, expected)
