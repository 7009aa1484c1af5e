"""The judge: pyHanko with our stricter policy (standards of ETSI EN 319 102-1, 319 142-1; rules of signing.md §C)."""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from services.signing.judging import acting, contents, expectations, sentences, shown
from services.signing.judging.comparing import compared
from services.signing.judging.history import History
from services.signing.judging.policy import VERSION
from services.signing.judging.proofs import Proofs
from services.signing.judging.reasons import blocking, reason
from services.signing.judging.signatures import examine
from services.signing.judging.verdict import ORIGINAL, REFERENCE_ONLY, Expected, Reason, SignatureFacts, Verdict
from services.signing.pdf.evidence import NOTHING, Evidence
from services.signing.workers import pool as workers
from shared.clock import now

# pyHanko logs a stack trace for each chain that it cannot prove; here that is an answer, not an accident.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)

log = structlog.get_logger()
JUDGE = f"pyHanko/{VERSION}"
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
    child process, or use `judged`.
    """
    moment = at or now()
    sha256 = hashlib.sha256(pdf).hexdigest()
    try:
        return _judge(pdf, sha256, trust, moment, evidence, expected)
    except Exception as error:  # whatever a hostile or broken file makes a parser raise: not readable, never valid
        log.debug("signing.unreadable", sha256=sha256, error=repr(error)[:200])
        code = "encrypted" if "encrypt" in str(error).lower() else "unreadable"
        return refused(sha256, moment, reason(code, detail=type(error).__name__))


async def judged(
    pdf: bytes,
    *,
    trust: Sequence[x509.Certificate],
    at: datetime | None = None,
    evidence: Evidence = NOTHING,
    expected: Expected = ANY,
) -> Verdict:
    """`judge` in a child process: what takes too long or too much is a verdict too."""
    moment = at or now()
    roots, more = _der(trust), _der(evidence.certificates)
    try:
        return await workers.run(_judged_here, pdf, roots, moment, evidence.ocsps, evidence.crls, more, expected)
    except workers.Stopped as stopped:
        return refused(hashlib.sha256(pdf).hexdigest(), moment, reason("not-judged", detail=stopped.data["what"]))


def _judged_here(
    pdf: bytes, trust: list[bytes], at: datetime, ocsps: tuple[bytes, ...], crls: tuple[bytes, ...],
    certificates: list[bytes], expected: Expected,
) -> Verdict:  # fmt: skip
    """What the child does: certificates come as DER, since they cannot be sent otherwise."""
    evidence = Evidence(ocsps, crls, tuple(map(x509.load_der_x509_certificate, certificates)))
    return judge(
        pdf, trust=[x509.load_der_x509_certificate(one) for one in trust], at=at, evidence=evidence, expected=expected
    )


def _der(certificates: Sequence[x509.Certificate]) -> list[bytes]:
    return [one.public_bytes(Encoding.DER) for one in certificates]


def refused(sha256: str, moment: datetime, *why: Reason) -> Verdict:
    """Not valid, for these reasons alone."""
    return concluded(sha256, moment, [], list(why), own=False)


def _judge(
    pdf: bytes,
    sha256: str,
    trust: Sequence[x509.Certificate],
    moment: datetime,
    evidence: Evidence,
    expected: Expected,
) -> Verdict:
    reader = History(io.BytesIO(pdf))
    if reader.encrypted:
        return refused(sha256, moment, reason("encrypted"))
    if reader.xrefs.hybrid_xrefs_present:
        return refused(sha256, moment, reason("hybrid"))
    found = contents.fields(reader)
    own = expectations.is_own(found, expected)
    proofs = Proofs(reader, trust, moment, evidence, expected.since)
    signatures, why, embedded = examine(reader, pdf, found, proofs, own=own)
    if not signatures:
        return refused(sha256, moment, reason("unsigned"))
    why += acting.found_in(reader, own=own)
    why += contents.shown_values(found, own=own)
    if own:
        why += expectations.own_shape(reader, found, embedded, expected)
        why += expectations.right_roles(signatures)
    why += expectations.both_signed(signatures, expected)
    seen = shown.in_fields(found) if own else shown.on_page(pdf)
    verdict = concluded(sha256, moment, signatures, why, own=own)
    return compared(replace(verdict, shown=seen), expected)


def concluded(
    sha256: str, moment: datetime, signatures: list[SignatureFacts], why: list[Reason], *, own: bool, judge: str = JUDGE
) -> Verdict:
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
