"""Every issued file gets a copy with an archive time stamp (PAdES B-LTA), and a new stamp before the last one ends."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import select

from contracts.message import FileRef
from contracts.registry.events import DocumentIssuedV1
from contracts.signing.events import PreservationAlarmV1
from services.signing.acts import queries as acts
from services.signing.certificates import queries as certificates
from services.signing.judging.judge import judged
from services.signing.judging.verdict import Expected, Verdict
from services.signing.keys.vault import vault
from services.signing.pdf import renewal
from services.signing.pdf.archive import archive
from services.signing.pdf.evidence import Evidence
from services.signing.pdf.keys import Owner, OwnerElsewhere
from services.signing.pdf.stamps import TimeStampUnavailable
from services.signing.preserving import rules
from services.signing.preserving.tables import Preserved
from shared.clock import VN, now
from shared.problems import Refusal
from shared.service import Runtime
from shared.work import Work

PDF = "application/pdf"
AT_ONCE = 20  # files in one turn of the job


async def document_issued(work: Work, message: DocumentIssuedV1) -> None:
    """Only written down; the job does the work, so that a slow time stamper holds up no document."""
    signed = [file for file in message.files if file.content_type == PDF and file.role in ("main", "annex")]
    for place, file in enumerate(signed):
        if await work.get(Preserved, (message.document_id, place)) is None:
            work.save(
                Preserved(
                    document_id=message.document_id, place=place, office_id=message.office.office_id,
                    code=message.code, issued=file.model_dump(mode="json"), next_at=message.issued_at,
                )
            )  # fmt: skip


async def preserve(runtime: Runtime) -> None:
    """The job: files whose time has come, the most urgent first."""
    due = select(Preserved).where(Preserved.next_at <= now()).order_by(Preserved.until, Preserved.next_at)
    async with runtime.work(reading=True) as work:
        rows = list(await work.all(due.limit(AT_ONCE)))
    for row in rows:
        try:
            await _stamped(runtime, row)
        except Refusal as refusal:  # also NotPrepared: a file that another tool has sealed is for people to decide
            await _later(runtime, row, refusal)


async def _stamped(runtime: Runtime, row: Preserved) -> None:
    stamper = vault(runtime).stamper
    if stamper is None:
        raise TimeStampUnavailable
    content = await runtime.blobs.get(row.kept_sha256 or row.issued["sha256"])
    evidence = await _evidence(runtime, row, content)
    whole = await archive(content, stamper, evidence=evidence)
    last = await asyncio.to_thread(renewal.last, whole)
    verdict = await _proven(runtime, row, whole)
    stored = await runtime.blobs.put(whole)
    async with runtime.work() as work:
        kept = await work.locked(Preserved, (row.document_id, row.place))
        if kept.kept_sha256 != row.kept_sha256:
            return  # another process was quicker
        kept.kept_sha256, kept.stamps, kept.stamped_at, kept.until = stored.sha256, kept.stamps + 1, last.at, last.until
        kept.verdict, kept.attempts, kept.reason, kept.alarmed = verdict.as_json(), 0, "", False
        kept.next_at = max(rules.renew_at(last.until), now() + timedelta(days=1))
        work.audit("file.preserved", row.document_id, place=row.place, sha256=stored.sha256, stamps=kept.stamps)


async def _evidence(runtime: Runtime, row: Preserved, content: bytes) -> Evidence:
    """On the signers, on the authority of the last archive stamp, and on the time stamper of today."""
    owners: list[Owner] = []
    async with runtime.work(reading=True) as work:
        for fingerprint in await acts.fingerprints(work, row.document_id):
            known = await certificates.by_fingerprint(work, fingerprint)
            if known is not None:
                owners.append(certificates.key_place(known))
    if row.stamps:
        last = await asyncio.to_thread(renewal.last, content)
        owners.append(OwnerElsewhere(last.chain[0], tuple(last.chain[1:])))
    return await vault(runtime).evidence(*owners)


async def _proven(runtime: Runtime, row: Preserved, whole: bytes) -> Verdict:
    """The kept file proves what the issued one did. NotKept."""
    annex = FileRef.model_validate(row.issued).role == "annex"
    verdict = await judged(whole, trust=vault(runtime).trust, expected=Expected(own_shape=True, annex=annex))
    if not verdict.valid:
        raise rules.NotKept(why=" ".join(reason.message for reason in verdict.reasons))
    return verdict


async def _later(runtime: Runtime, row: Preserved, refusal: Refusal) -> None:
    """Tried again with growing pauses; told once when it gets serious."""
    async with runtime.work() as work:
        kept = await work.locked(Preserved, (row.document_id, row.place))
        kept.attempts += 1
        kept.reason, kept.next_at = refusal.text[:500], now() + rules.delay(kept.attempts)
        since = await acts.done_at(work, row.document_id) or now()
        if not kept.alarmed and rules.alarming(now(), since, kept.until):
            kept.alarmed = True
            _alarm(work, kept, refusal)


def _alarm(work: Work, row: Preserved, refusal: Refusal) -> None:
    end = f", hết hạn ngày {row.until.astimezone(VN):%d/%m/%Y}" if row.until else ""
    text = f"Văn bản {row.code}: chưa gia hạn được dấu thời gian lưu trữ{end}. {refusal.text}"
    if not row.until:
        text = f"Văn bản {row.code}: chưa tạo được bản lưu trữ có dấu thời gian. {refusal.text}"
    work.emit(
        PreservationAlarmV1(document_id=row.document_id, office_id=row.office_id, text=text, until=row.until),
        key=row.document_id,
    )
    work.audit("file.preservation-alarm", row.document_id, place=row.place, reason=refusal.kind)
