"""Each signature of a file: intact, by whom, proven when, and what happened to the file after it."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from cryptography import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import SuspiciousModification
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.errors import DisallowedAlgorithmError, SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel

from services.signing.judging.policy import changes_allowed
from services.signing.judging.proofs import Proofs, document_stamped_at, stamped_at
from services.signing.judging.reasons import blocking, reason
from services.signing.judging.subjects import Subject, subject
from services.signing.judging.verdict import Reason, Role, SignatureFacts
from services.signing.pdf import names

USAGE = KeyUsageConstraints(key_usage={"non_repudiation"})
ROLES: dict[str, Role] = {names.LEADER: "leader", names.SEAL: "office", names.ANNEX: "annex"}
TRUST_CODES = {
    "REVOKED": "revoked", "REVOKED_NO_POE": "revoked", "REVOKED_CA_NO_POE": "revoked",
    "EXPIRED": "expired", "NOT_YET_VALID": "expired", "OUT_OF_BOUNDS_NO_POE": "expired",
    "OUT_OF_BOUNDS_NOT_REVOKED": "expired", "NO_CERTIFICATE_CHAIN_FOUND": "unknown-ca",
    "TRY_LATER": "revocation-unknown", "REVOCATION_OUT_OF_BOUNDS_NO_POE": "revocation-unknown",
    "CHAIN_CONSTRAINTS_FAILURE": "certificate-unfit", "SIG_CONSTRAINTS_FAILURE": "certificate-unfit",
    "CRYPTO_CONSTRAINTS_FAILURE": "weak-algorithm", "CRYPTO_CONSTRAINTS_FAILURE_NO_POE": "weak-algorithm",
}  # fmt: skip


def examine(
    reader: PdfFileReader, pdf: bytes, proofs: Proofs, *, own: bool
) -> tuple[list[SignatureFacts], list[Reason]]:
    """Facts on every signature in the order of the file, and reasons that concern the file as a whole."""
    return asyncio.run(_examine(reader, pdf, proofs, own))


async def _examine(
    reader: PdfFileReader, pdf: bytes, proofs: Proofs, own: bool
) -> tuple[list[SignatureFacts], list[Reason]]:
    embedded = sorted(reader.embedded_signatures, key=lambda one: one.signed_revision)
    facts, why = [], []
    for one in embedded:
        facts.append(await _one(one, pdf, proofs, own))
    if embedded[-1].evaluate_signature_coverage() != SignatureCoverageLevel.ENTIRE_FILE:
        why.append(reason("not-whole-file"))
    archived = any(one.role == "timestamp" and one.valid for one in facts[1:])
    if archived:
        facts = [_archived(one) for one in facts]
    return facts, why


def _archived(one: SignatureFacts) -> SignatureFacts:
    if one.level != "B-LT":
        return one
    return SignatureFacts(**{**one.__dict__, "level": "B-LTA"})


async def _one(one: EmbeddedPdfSignature, pdf: bytes, proofs: Proofs, own: bool) -> SignatureFacts:
    label = names.TIPS.get(one.field_name, one.field_name or "?")
    try:
        who = subject(x509.load_der_x509_certificate(one.signer_cert.dump()))
        gaps = list(_byte_range(one, pdf, label))
        if one.sig_object_type == "/DocTimeStamp":
            return await _timestamp(one, proofs, who, gaps)
        return await _signature(one, proofs, who, gaps, label, own)
    except SuspiciousModification as error:
        why = reason("changed-later", field=label, detail=str(error)[:120])
    except DisallowedAlgorithmError:
        why = reason("weak-algorithm", field=label)
    except (PdfError, SignatureValidationError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        why = reason("signature-malformed", field=label, detail=type(error).__name__)
    return SignatureFacts(str(one.field_name or "?"), "unknown", "?", None, None, False, "?", reasons=(why,))


def _byte_range(one: EmbeddedPdfSignature, pdf: bytes, label: str) -> list[Reason]:
    """The signed ranges must leave out the hexadecimal string of /Contents and nothing else."""
    ranges = [int(value) for value in one.byte_range]
    if len(ranges) == 4 and ranges[0] == 0 and ranges[1] < ranges[2] and ranges[2] + ranges[3] <= len(pdf):
        gap = pdf[ranges[1] : ranges[2]]
        if gap[:1] == b"<" and gap[-1:] == b">" and _only_signature(gap[1:-1]):
            return []
    return [reason("byte-range", field=label)]


def _only_signature(value: bytes) -> bool:
    """Hexadecimal digits of one DER value, then nothing but zeros: the gap must not carry anything else."""
    if value.strip(b"0123456789abcdefABCDEF") or len(value) % 2:
        return False
    content = bytes.fromhex(value.decode())
    if len(content) < 4 or content[0] != 0x30:
        return False
    if content[1] == 0x80:
        return True  # indefinite length (BER), as some token drivers write it: its end is the parser's matter
    size = content[1] & 127 if content[1] & 128 else 0
    length = int.from_bytes(content[2 : 2 + size], "big") if size else content[1]
    return not content[2 + size + length :].strip(b"\0")


async def _signature(
    one: EmbeddedPdfSignature, proofs: Proofs, who: Subject, why: list[Reason], label: str, own: bool
) -> SignatureFacts:
    stamped = stamped_at(one.signer_info)
    moment = stamped or proofs.moment
    context = proofs.context(min(moment, proofs.moment))
    status = await async_validate_pdf_signature(
        one,
        signer_validation_context=context,
        ts_validation_context=proofs.context(min(moment, proofs.moment)),
        diff_policy=changes_allowed(),
        key_usage_settings=USAGE,
    )
    why += _status_reasons(status, who, label)
    proven = status.timestamp_validity
    if stamped is None:
        why.append(reason("no-timestamp", field=label))
    elif proven is None or not (proven.intact and proven.valid and proven.trusted) or stamped > proofs.moment:
        why.append(reason("timestamp-wrong", field=label))
    if not proofs.known:
        why = [r for r in why if r.code not in ("revocation-unknown", "certificate-unproven")]
        why.append(reason("revocation-unknown", signer=who.name))
    level = "B-B" if stamped is None else "B-LT" if proofs.stored else "B-T"
    time: datetime | None = stamped or one.self_reported_timestamp
    role: Role = ROLES[one.field_name] if own and one.field_name in ROLES else "office" if who.office else "person"
    valid = not any(blocking(r) for r in why)
    return SignatureFacts(
        str(one.field_name),
        role,
        who.name,
        who.organ_id,
        time,
        valid,
        level,
        who.fingerprint,
        who.office,
        tuple(dict.fromkeys(why)),
    )


def _status_reasons(status: Any, who: Subject, label: str) -> list[Reason]:
    if not status.intact:
        return [reason("changed-bytes", field=label)]
    why = []
    if not status.valid:
        why.append(reason("signature-wrong", field=label))
    if isinstance(status.diff_result, SuspiciousModification):
        why.append(reason("changed-later", field=label, detail=str(status.diff_result)[:120]))
    elif not status.docmdp_ok:
        why.append(reason("changed-later", field=label, detail="DocMDP"))
    if not status.seed_value_ok:
        why.append(reason("certificate-unfit", signer=who.name))
    if not status.trusted or status.trust_problem_indic is not None:
        problem = status.trust_problem_indic
        code = TRUST_CODES.get(problem.name if problem else "", "")
        if code == "weak-algorithm":
            why.append(reason(code, field=label))
        elif code:
            why.append(reason(code, signer=who.name))
        else:
            detail = problem.name if problem else "chuỗi chứng thư"
            why.append(reason("certificate-unproven", signer=who.name, detail=detail))
    return why


async def _timestamp(one: EmbeddedPdfSignature, proofs: Proofs, who: Subject, why: list[Reason]) -> SignatureFacts:
    moment = document_stamped_at(one.signed_data)
    status = await async_validate_pdf_timestamp(
        one, validation_context=proofs.context(min(moment, proofs.moment)), diff_policy=changes_allowed()
    )
    good = status.intact and status.valid and status.trusted and moment <= proofs.moment
    if isinstance(status.diff_result, SuspiciousModification):
        why.append(reason("changed-later", field=one.field_name, detail=str(status.diff_result)[:120]))
    elif not good:
        why.append(reason("timestamp-wrong", field=one.field_name))
    valid = not why
    return SignatureFacts(
        str(one.field_name),
        "timestamp",
        who.name,
        None,
        moment,
        valid,
        "DocTimeStamp",
        who.fingerprint,
        False,
        tuple(why),
    )
