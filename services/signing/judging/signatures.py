"""Each signature of a file: intact, by whom, proven when, and what happened to the file after it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any

from asn1crypto import x509 as asn1
from cryptography import x509
from pyhanko.sign.diff_analysis import SuspiciousModification
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.errors import DisallowedAlgorithmError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints

from services.signing.judging import coverage, sentences
from services.signing.judging.contents import Field
from services.signing.judging.expectations import ROLES
from services.signing.judging.history import History, Stepwise
from services.signing.judging.policy import changes_allowed
from services.signing.judging.proofs import (
    SKEW,
    Proofs,
    carried_by_stamp,
    document_stamped_at,
    expired_by,
    only_revocation_unknown,
    stamped_at,
)
from services.signing.judging.reasons import blocking, indication, reason
from services.signing.judging.subjects import Subject, subject
from services.signing.judging.verdict import Reason, Role, SignatureFacts
from services.signing.pdf import names

USAGE = KeyUsageConstraints(key_usage={"non_repudiation"})
KINDS = {"/Sig": ("/ETSI.CAdES.detached", "/adbe.pkcs7.detached"), "/DocTimeStamp": ("/ETSI.RFC3161",)}
MOST = 200
TRUST_CODES = {
    "REVOKED": "revoked", "REVOKED_NO_POE": "revoked", "REVOKED_CA_NO_POE": "revoked",
    "EXPIRED": "expired", "OUT_OF_BOUNDS_NO_POE": "expired", "OUT_OF_BOUNDS_NOT_REVOKED": "expired",
    "NOT_YET_VALID": "not-yet-valid", "NO_CERTIFICATE_CHAIN_FOUND": "unknown-ca",
    "TRY_LATER": "revocation-unknown", "REVOCATION_OUT_OF_BOUNDS_NO_POE": "revocation-unknown",
    "CHAIN_CONSTRAINTS_FAILURE": "certificate-unfit", "SIG_CONSTRAINTS_FAILURE": "certificate-unfit",
    "CRYPTO_CONSTRAINTS_FAILURE": "weak-algorithm", "CRYPTO_CONSTRAINTS_FAILURE_NO_POE": "weak-algorithm",
}  # fmt: skip


def examine(
    reader: History, pdf: bytes, found: list[Field], proofs: Proofs, *, own: bool
) -> tuple[list[SignatureFacts], list[Reason], list[EmbeddedPdfSignature]]:
    """Facts on every signature in the order of the file, reasons on the whole, and the signatures that can be read."""
    signed = [one for one in found if one.kind == "/Sig" and "/V" in one.entries]
    if len(signed) > MOST:
        raise ValueError("too many signatures")
    readable, facts = [], []
    for field in signed:
        one = _opened(reader, field)
        if isinstance(one, SignatureFacts):
            facts.append(one)
        else:
            readable.append(one)
    readable.sort(key=lambda one: one.signed_revision)
    examiner = _Examiner(pdf, proofs, own)
    facts = asyncio.run(examiner.all(readable)) + facts
    return [sentences.spoken(one) for one in facts], examiner.why, readable


def _opened(reader: History, field: Field) -> EmbeddedPdfSignature | SignatureFacts:
    """The signature in this field, or the facts on one that cannot be read."""
    label = names.TIPS.get(field.name, field.name or "?")
    try:
        value = field.entries["/V"]
        kind, filtering = str(value.get("/Type", "/Sig")), str(value.get("/SubFilter", ""))
        if filtering not in KINDS.get(kind, ()):
            return _unreadable(field.name, reason("signature-kind", field=label, detail=filtering.lstrip("/")[:40]))
        one = EmbeddedPdfSignature(reader, field.entries, field.name)
        [int(number) for number in one.byte_range]
        return one
    except Exception as error:  # whatever a hostile signature makes a parser raise
        return _unreadable(field.name, reason("signature-malformed", field=label, detail=type(error).__name__))


def _unreadable(name: str, why: Reason) -> SignatureFacts:
    said, sub = indication((why,))
    return SignatureFacts(
        name or "?", "unknown", "?", None, None, False, "?", reasons=(why,), indication=said, sub_indication=sub
    )


class _Examiner:
    """Looks at the signatures from the last to the first: a later time stamp proves that the earlier ones existed."""

    def __init__(self, pdf: bytes, proofs: Proofs, own: bool) -> None:
        self._pdf, self._proofs, self._own = pdf, proofs, own
        self._changes = Stepwise(changes_allowed(own=own))
        self._existed, self._archived = proofs.existed, False
        self.why: list[Reason] = []

    async def all(self, readable: list[EmbeddedPdfSignature]) -> list[SignatureFacts]:
        coverage.hash_together([one for one in readable if len(one.byte_range) == 4], self._pdf)
        facts = [await self._one(one) for one in reversed(readable)]
        if readable:
            self._look_behind(readable[-1])
        return facts[::-1]

    def _look_behind(self, last: EmbeddedPdfSignature) -> None:
        """The last signature covers the file; in files of others evidence may follow it."""
        if coverage.covered(last) == "file":
            return
        proven = not self._own and coverage.proofs_follow(last, self._pdf)
        self.why.append(reason("proofs-after" if proven else "not-whole-file"))

    async def _one(self, one: EmbeddedPdfSignature) -> SignatureFacts:
        label = names.TIPS.get(one.field_name, one.field_name or "?")
        try:
            who = subject(x509.load_der_x509_certificate(one.signer_cert.dump()))
            why = [] if coverage.exact(one, self._pdf) else [reason("byte-range", field=label)]
            if one.sig_object_type == "/DocTimeStamp":
                return await self._timestamp(one, who, why)
            return await self._signature(one, who, why, label)
        except SuspiciousModification as error:
            return _unreadable(one.field_name, reason("changed-later", field=label, detail=str(error)[:120]))
        except DisallowedAlgorithmError:
            return _unreadable(one.field_name, reason("weak-algorithm", field=label))
        except Exception as error:  # whatever a hostile signature makes a parser raise
            detail = type(error).__name__
            return _unreadable(one.field_name, reason("signature-malformed", field=label, detail=detail))

    async def _signature(
        self, one: EmbeddedPdfSignature, who: Subject, why: list[Reason], label: str
    ) -> SignatureFacts:
        if not _names_certificate(one):
            why.append(reason("signature-malformed", field=label, detail="signing-certificate"))
        stamped, limit = stamped_at(one.signer_info), self._proofs.moment
        at = self._existed if stamped is None else min(stamped, limit)
        status, alone = await self._status(one, at)
        proven = _stamp_proven(status, stamped, limit)
        if stamped is None:
            why.append(reason("no-timestamp", field=label))
        elif not proven:
            stamp = status.timestamp_validity
            unanswered = stamp is not None and await self._unanswered(stamp, carried_by_stamp(one.signer_info), at)
            why.append(reason("timestamp-unproven" if unanswered else "timestamp-wrong", field=label))
        elif expired_by(status.timestamp_validity.validation_path, self._existed):
            why.append(reason("timestamp-expired", field=label))
            proven, at = False, self._existed
            status, alone = await self._status(one, at)
        why += _integrity(status, who, label)
        if not who.signs:
            why.append(reason("certificate-unfit", signer=who.name))
        if status.intact and status.valid and (not status.trusted or status.trust_problem_indic is not None):
            why.append(await self._distrust(one, status, who, label, at))
        level = "B-B" if not proven else "B-T" if not alone else "B-LTA" if self._archived else "B-LT"
        role: Role = "office" if who.office else "person"
        if self._own and one.field_name in ROLES:
            role = ROLES[one.field_name]
        time = stamped if proven else one.self_reported_timestamp
        facts = self._facts(one, who, role, time, level, why, time_proven=proven)
        if proven and stamped is not None and facts.valid:  # its stamp covers the signatures before it too
            self._existed = min(self._existed, stamped)
        return facts

    async def _status(self, one: EmbeddedPdfSignature, at: datetime) -> tuple[Any, bool]:
        """What pyHanko says as of `at`, and whether the file's own evidence was enough for it."""
        for alone in (True, False):
            context = self._proofs.context(at, one.signer_info, alone=alone)
            status = await async_validate_pdf_signature(
                one, context, context, diff_policy=self._changes, key_usage_settings=USAGE
            )
            stamp = status.timestamp_validity
            enough = status.trusted and (stamp is None or stamp.trusted)
            if enough or not self._proofs.more:
                return status, alone and status.trusted
        return status, False

    async def _distrust(self, one: EmbeddedPdfSignature, status: Any, who: Subject, label: str, at: datetime) -> Reason:
        """Why the certificate is not proven."""
        problem = status.trust_problem_indic.name if status.trust_problem_indic else ""
        code = TRUST_CODES.get(problem, "")
        own: asn1.Certificate = one.signer_cert
        if code in ("", "expired"):
            if at < own.not_valid_before:
                code = "not-yet-valid"
            elif at > own.not_valid_after:
                code = "expired"
            elif await only_revocation_unknown(
                own, one.other_embedded_certs, self._proofs.context(at, one.signer_info)
            ):
                code = "revocation-unknown"
        if code == "weak-algorithm":
            return reason(code, field=label)
        if code:
            return reason(code, signer=who.name)
        return reason("certificate-unproven", signer=who.name, detail=problem or "chuỗi chứng thư")

    async def _unanswered(self, status: Any, chain: list[asn1.Certificate], at: datetime) -> bool:
        """Whether a time stamp lacks nothing but an answer about its stamper's certificate."""
        purposes = chain[0].extended_key_usage_value
        if not (status.intact and status.valid) or purposes is None or "time_stamping" not in purposes.native:
            return False
        return await only_revocation_unknown(chain[0], chain[1:], self._proofs.context(at))

    async def _timestamp(self, one: EmbeddedPdfSignature, who: Subject, why: list[Reason]) -> SignatureFacts:
        moment, limit = document_stamped_at(one.signed_data), self._proofs.moment
        for alone in (True, False):
            context = self._proofs.context(min(moment, limit), alone=alone)
            status = await async_validate_pdf_timestamp(one, context, diff_policy=self._changes)
            if status.trusted:
                break
        good = status.intact and status.valid and status.trusted and moment <= limit + SKEW
        if isinstance(status.diff_result, SuspiciousModification):
            why.append(reason("changed-later", field=one.field_name, detail=str(status.diff_result)[:120]))
        elif not status.intact:
            why.append(reason("changed-bytes", field=one.field_name))
        elif not good:
            unanswered = await self._unanswered(
                status, [one.signer_cert, *one.other_embedded_certs], min(moment, limit)
            )
            why.append(reason("timestamp-unproven" if unanswered else "timestamp-wrong", field=one.field_name))
        elif expired_by(status.validation_path, self._existed):
            why.append(reason("timestamp-expired", field=one.field_name))
        facts = self._facts(one, who, "timestamp", moment, "DocTimeStamp", why, time_proven=not why)
        if not why:
            self._existed, self._archived = min(self._existed, moment), True
        return replace(facts, organ_id=None, by_office=False)

    def _facts(
        self, one: EmbeddedPdfSignature, who: Subject, role: Role, time: datetime | None, level: str,
        why: list[Reason], *, time_proven: bool,
    ) -> SignatureFacts:  # fmt: skip
        unique = tuple(dict.fromkeys(why))
        said, sub = indication(unique)
        existed = min(self._existed, time) if time_proven and time else self._existed
        return SignatureFacts(
            str(one.field_name), role, who.name, who.organ_id, time, not any(map(blocking, unique)), level,
            who.fingerprint, who.office, unique, time_proven, existed, who.issuer,
            f"{one.md_algorithm} {one.signer_info['signature_algorithm'].signature_algo}",
            coverage.covered(one), said, sub,
        )  # fmt: skip


def _names_certificate(one: EmbeddedPdfSignature) -> bool:
    """PAdES binds the certificate into what is signed (ETSI EN 319 122-1 §5.2.2); pyHanko compares what is there."""
    kinds = {attribute["type"].native for attribute in one.signer_info["signed_attrs"]}
    padded = one.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    return not padded or bool(kinds & {"signing_certificate", "signing_certificate_v2"})


def _stamp_proven(status: Any, stamped: datetime | None, limit: datetime) -> bool:
    """Whether the signature's time stamp is good as of its own time."""
    stamp = status.timestamp_validity
    if stamped is None or stamp is None or stamped > limit + SKEW:
        return False
    return bool(stamp.intact and stamp.valid and stamp.trusted)


def _integrity(status: Any, who: Subject, label: str) -> list[Reason]:
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
    return why
