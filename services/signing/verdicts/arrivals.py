"""The verdict on every package that arrives: each PDF by itself, and against what the package says of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date

from contracts.gateway.events import DocumentArrivedV1, DocumentArrivedV2
from contracts.message import FileRef
from contracts.signing.events import FilesValidatedV2
from services.signing.endings import queries as endings
from services.signing.judging.comparing import compared
from services.signing.judging.verdict import ORIGINAL, REFERENCE_ONLY, Expected, SignatureFacts, Verdict, read
from services.signing.verdicts import waiting
from services.signing.verdicts.actions import within
from services.signing.verdicts.asking import unanswered
from shared.work import Work

NO_PDF = "Gói tin không có tệp PDF đã ký số; chỉ dùng để biết, tham khảo."


async def document_arrived(work: Work, message: DocumentArrivedV1) -> None:
    await documents_arrived(work, DocumentArrivedV2.of(message))


async def documents_arrived(work: Work, message: DocumentArrivedV2) -> None:
    """Tell the verdict; where a certificate could not be checked, another one follows its authority's answer."""
    said, complete = await verdict_on(work, message)
    if not complete:
        await waiting.put(work, message)
    work.emit(said, key=said.arrival_ids[0], urgent=message.urgency > 0)


async def verdict_on(work: Work, message: DocumentArrivedV2) -> tuple[FilesValidatedV2, bool]:
    """The document is an original when the main file and each PDF annex are. And whether nobody's answer is missing."""
    files = signed_files(message)
    main = next((f for f in files if f.role == "main"), None)
    told = replace(_told(message), closed=await endings.closed(work))
    verdicts = [(file, await _verdict(work, file, told)) for file in files]
    valid = main is not None and all(verdict.valid for _, verdict in verdicts)
    reasons = [] if main else [NO_PDF]
    reasons += [sentence for file, verdict in verdicts for sentence in _sentences(file, verdict)]
    said = FilesValidatedV2(
        arrival_ids=tuple(one.arrival_id for one in message.arrivals),
        legal_state=ORIGINAL if valid else REFERENCE_ONLY,
        valid=valid,
        reasons=tuple(dict.fromkeys(reasons)),
        signatures=tuple(_signature(file, one) for file, verdict in verdicts for one in verdict.signatures),
    )
    return said, not any(unanswered(verdict) for _, verdict in verdicts)


def signed_files(message: DocumentArrivedV2) -> list[FileRef]:
    """Those of which a signature is expected."""
    return [f for f in message.files if f.content_type == "application/pdf" and f.role != "reference"]


def _told(message: DocumentArrivedV2) -> Expected:
    """What the package says of its document. What it leaves out is not compared."""
    issued = None
    with suppress(ValueError):
        issued = date.fromisoformat(message.promulgation_date or "")
    return Expected(
        organ_ids=(message.sender_organ_id,) if message.sender_organ_id else (),
        office_name=message.sender_name or None,
        signer_name=message.signer_name or None,
        number=message.code_number or None,
        notation=message.code_notation or None,
        issued=issued,
    )


async def _verdict(work: Work, file: FileRef, told: Expected) -> Verdict:
    """An annex has neither number nor person, but it comes from the same office."""
    annex = file.role == "annex"
    report = await within(work, file.sha256, annex=annex)
    if annex:
        told = replace(told, signer_name=None, number=None, notation=None, issued=None)
    return compared(read(report.report), told)


def _sentences(file: FileRef, verdict: Verdict) -> list[str]:
    prefix = "" if file.role == "main" else f"{file.display_name or file.name}: "
    return [prefix + one.message for one in verdict.reasons]


def _signature(file: FileRef, one: SignatureFacts) -> dict[str, str | bool | None]:
    time = one.time.isoformat() if one.time else None
    return {
        "role": one.role, "signer": one.signer, "organ_id": one.organ_id, "time": time, "valid": one.valid,
        "level": one.level, "file": file.display_name or file.name,
    }  # fmt: skip
