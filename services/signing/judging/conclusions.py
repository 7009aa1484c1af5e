"""The verdict that follows from what was found."""

from __future__ import annotations

from datetime import datetime

from services.signing.judging import sentences
from services.signing.judging.reasons import blocking
from services.signing.judging.verdict import ORIGINAL, REFERENCE_ONLY, Reason, SignatureFacts, Verdict

POLICY = "2026-11-26.2"  # a report counts for one version of the rules
EXAMINED, REMADE = f"pyHanko/{POLICY}", f"QLVB/{POLICY}"  # who judged


def refused(sha256: str, moment: datetime, *why: Reason) -> Verdict:
    """Not valid, for these reasons alone."""
    return concluded(sha256, moment, [], list(why), own=False)


def concluded(
    sha256: str, moment: datetime, signatures: list[SignatureFacts], why: list[Reason], *, own: bool,
    judge: str = EXAMINED,
) -> Verdict:  # fmt: skip
    """The verdict that follows from these facts and reasons (R05.1: both signatures, or it is for reference only)."""
    reasons = tuple(dict.fromkeys([r for one in signatures for r in one.reasons] + why))
    valid = not any(map(blocking, reasons))
    roles = {one.role for one in signatures if one.valid}
    both = "annex" in roles or bool("office" in roles and roles & {"leader", "person"})
    return Verdict(
        valid=valid,
        legal_state=ORIGINAL if valid and both else REFERENCE_ONLY,
        judge=judge,
        signatures=tuple(signatures),
        reasons=reasons,
        sha256=sha256,
        own_shape=own,
        sentence=sentences.whole(valid, signatures, reasons),
        judged_at=moment,
    )
