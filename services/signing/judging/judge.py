"""The judge: pyHanko with our stricter policy (standards of ETSI EN 319 102-1, 319 142-1; rules of signing.md §C)."""

from __future__ import annotations

import hashlib
import io
import logging
import struct
import zlib
from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from services.signing.judging import contents, expectations
from services.signing.judging.policy import VERSION
from services.signing.judging.proofs import Proofs
from services.signing.judging.reasons import blocking, reason
from services.signing.judging.signatures import examine
from services.signing.judging.verdict import ORIGINAL, REFERENCE_ONLY, Expected, Reason, SignatureFacts, Verdict
from services.signing.pdf import names
from services.signing.pdf.evidence import NOTHING, Evidence
from services.signing.workers import pool as workers
from shared.clock import now

# pyHanko logs a stack trace for each chain that it cannot prove; here that is an answer, not an accident.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)

JUDGE = f"pyHanko/{VERSION}"
ANY = Expected()
# What a hostile or broken file can make a parser raise; each one means "not readable", never "valid".
BROKEN = (
    PdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, ArithmeticError,
    zlib.error, struct.error, MemoryError, AssertionError, NotImplementedError,
)  # fmt: skip


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
    except BROKEN as error:
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
    return Verdict(False, REFERENCE_ONLY, JUDGE, reasons=why, sha256=sha256, judged_at=moment)


def _judge(
    pdf: bytes,
    sha256: str,
    trust: Sequence[x509.Certificate],
    moment: datetime,
    evidence: Evidence,
    expected: Expected,
) -> Verdict:
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    if reader.encrypted:
        return refused(sha256, moment, reason("encrypted"))
    embedded = list(reader.embedded_signatures)
    if not embedded:
        return refused(sha256, moment, reason("unsigned"))
    found = contents.fields(reader)
    own = expectations.is_own(found, expected)
    signatures, why = examine(reader, pdf, Proofs(reader, trust, moment, evidence), own=own)
    why += contents.acting(reader)
    why += contents.shown_values(found, own=own)
    if own:
        why += expectations.own_shape(reader, found, embedded, expected)
        why += expectations.right_roles(signatures)
    why += expectations.told(found, signatures, expected)
    why += expectations.both_signed(signatures, expected)
    values = {one.name: str(one.entries["/V"]) for one in found if one.kind == "/Tx" and "/V" in one.entries}
    return _verdict(sha256, moment, signatures, why, values, own)


def _verdict(
    sha256: str,
    moment: datetime,
    signatures: list[SignatureFacts],
    why: list[Reason],
    values: dict[str, str],
    own: bool,
) -> Verdict:
    everything = [r for one in signatures for r in one.reasons] + why
    unique = tuple(dict.fromkeys(everything))
    valid = not any(blocking(r) for r in unique)
    return Verdict(
        valid=valid,
        legal_state=ORIGINAL if valid else REFERENCE_ONLY,
        judge=JUDGE,
        signatures=tuple(signatures),
        reasons=unique,
        sha256=sha256,
        number=values.get(names.NUMBER),
        issued_day="/".join(values[n] for n in (names.DAY, names.MONTH)) if names.DAY in values else None,
        own_shape=own,
        judged_at=moment,
    )
