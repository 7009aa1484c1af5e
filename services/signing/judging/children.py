"""The examination in a child process: certificates go there as DER, and pyHanko is loaded only there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from services.signing.judging.verdict import Expected, Verdict
from services.signing.pdf.evidence import Evidence
from services.signing.workers.pool import Workers, workers


async def examined(
    pdf: bytes, trust: Sequence[x509.Certificate], moment: datetime, evidence: Evidence, expected: Expected,
    pool: Workers | None = None,
) -> Verdict:  # fmt: skip
    """The verdict of `examination`. Stopped."""
    roots, more = _der(trust), _der(evidence.certificates)
    return await (pool or workers()).run(_here, pdf, roots, moment, evidence.ocsps, evidence.crls, more, expected)


async def carried(pdf: bytes, pool: Workers | None = None) -> list[list[x509.Certificate]]:
    """`certificates.carried` of this file. Stopped."""
    found = await (pool or workers()).run(_carried, pdf)
    return [[x509.load_der_x509_certificate(one) for one in chain] for chain in found]


def _carried(pdf: bytes) -> list[list[bytes]]:
    from services.signing.judging import certificates

    return certificates.carried(pdf)


def _here(
    pdf: bytes, trust: list[bytes], moment: datetime, ocsps: tuple[bytes, ...], crls: tuple[bytes, ...],
    certificates: list[bytes], expected: Expected,
) -> Verdict:  # fmt: skip
    from services.signing.judging import examination

    evidence = Evidence(ocsps, crls, tuple(map(x509.load_der_x509_certificate, certificates)))
    return examination.judge(pdf, list(map(x509.load_der_x509_certificate, trust)), moment, evidence, expected)


def _der(certificates: Sequence[x509.Certificate]) -> list[bytes]:
    return [one.public_bytes(Encoding.DER) for one in certificates]
