"""A file examined by pyHanko with our stricter policy (ETSI EN 319 102-1, 319 142-1; rules of signing.md §C)."""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from cryptography import x509

from services.signing.judging import acting, contents, expectations, shapes, shown
from services.signing.judging.conclusions import concluded, refused
from services.signing.judging.history import History
from services.signing.judging.proofs import Proofs
from services.signing.judging.reasons import reason
from services.signing.judging.signatures import examine
from services.signing.judging.verdict import Expected, Verdict
from services.signing.pdf.evidence import Evidence

# pyHanko logs a stack trace for each chain that it cannot prove; here that is an answer, not an accident.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)

log = structlog.get_logger()


def judge(
    pdf: bytes, trust: Sequence[x509.Certificate], moment: datetime, evidence: Evidence, expected: Expected
) -> Verdict:
    """What is proven of this file; never raises for a bad one. Not yet compared with what came beside it."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    try:
        return _judge(pdf, sha256, trust, moment, evidence, expected)
    except Exception as error:  # whatever a hostile or broken file makes a parser raise: not readable, never valid
        log.debug("signing.unreadable", sha256=sha256, error=repr(error)[:200])
        code = "encrypted" if "encrypt" in str(error).lower() else "unreadable"
        return refused(sha256, moment, reason(code, detail=type(error).__name__))


def _judge(
    pdf: bytes, sha256: str, trust: Sequence[x509.Certificate], moment: datetime, evidence: Evidence, expected: Expected
) -> Verdict:
    reader = History(io.BytesIO(pdf))
    if reader.encrypted:
        return refused(sha256, moment, reason("encrypted"))
    if reader.xrefs.hybrid_xrefs_present:
        return refused(sha256, moment, reason("hybrid"))
    found = contents.fields(reader)
    own = shapes.is_own(found, expected)
    proofs = Proofs(reader, trust, moment, evidence, expected.since)
    signatures, why, embedded = examine(reader, pdf, found, proofs, own=own)
    if not signatures:
        return refused(sha256, moment, reason("unsigned"))
    why += acting.found_in(reader, own=own)
    why += contents.shown_values(found, own=own)
    if own:
        why += shapes.own_shape(reader, found, embedded, expected)
        why += expectations.right_roles(signatures)
    why += expectations.both_signed(signatures, expected)
    seen = shown.in_fields(found) if own else shown.on_page(pdf)
    return replace(concluded(sha256, moment, signatures, why, own=own), shown=seen)
