"""Ask for a copy, decide, number it; what signing tells of it."""

from __future__ import annotations

import asyncio

from contracts.message import FileRef
from contracts.registry import api
from contracts.registry.events import CopyNumberedV1
from contracts.signing.events import CopyNotSignedV1, CopySignedV1, TimestampPendingV1
from services.registry.access import find, identifier
from services.registry.copies import authorities, printing, rules, sources
from services.registry.copies.tables import CertifiedCopy
from services.registry.files.actions import held, hold
from services.registry.files.names import safe_name
from services.registry.numbering import actions as numbering
from services.registry.numbering.rules import number_text
from services.registry.offices import queries as offices
from services.registry.scans import reading as scans
from services.registry.scans import rules as scan_rules
from services.registry.timeline.actions import record
from shared.auth import Principal
from shared.clock import now
from shared.service import Runtime
from shared.work import Work


async def ask(runtime: Runtime, caller: Principal, form: api.NewCopy) -> CertifiedCopy:
    """A request for a copy; everything that the law forbids is refused here, before anybody decides."""
    kind = rules.kind_of(form.kind)
    rules.check_way(kind, form.source_medium, form.target_medium)
    async with runtime.work(caller, reading=True) as work:
        source = await sources.source_of(work, form)
        given = (await held(work, caller.office_id, [form.file]))[0] if form.file else None
    rules.check_source(kind, source.form, source.legal_state)
    file = given.model_dump(mode="json") if given else source.file
    rules.check_file(kind, form.source_medium, form.target_medium, file is not None)
    if given and kind.scanned and (form.source_medium, form.target_medium) == (rules.PAPER, rules.ELECTRONIC):
        content = await runtime.blobs.get(given.sha256)
        scan_rules.check(await asyncio.to_thread(scans.read, content), given.display_name or given.name)
    async with runtime.work(caller) as work:
        row = CertifiedCopy(
            office_id=caller.office_id, kind=kind.code, source_medium=form.source_medium,
            target_medium=form.target_medium, source_form=source.form, source_kind=source.kind, source_id=source.id,
            source_code=source.code, source_issuer=source.issuer, source_date=source.date, type_name=source.type_name,
            subject=source.subject, purpose=form.purpose, recipients=list(form.recipients), file=file,
            asked_by_id=caller.id, asked_by_name=caller.name, state=rules.ASKED,
        )  # fmt: skip
        work.save(row)
        await work.flush()
        record(work, row.id, "copy-asked", f"Đề nghị {kind.name.lower()} {row.source_code}".strip(), kind=kind.code)
        return row


async def decide(work: Work, key: str, agree: bool, reason: str) -> CertifiedCopy:
    """The head, or who was given the authority in writing, lets the copy be made or not."""
    row = await find(work, CertifiedCopy, key, lock=True)
    granted = await authorities.granted(work, row.office_id, work.principal.id)
    rules.check_authority(work.principal.roles, granted)
    if row.state == rules.APPROVED and agree and row.decided_by_id == work.principal.id:
        return row
    rules.require(row.state, [rules.ASKED], "duyệt")
    row.state, row.reason = (rules.APPROVED, "") if agree else (rules.REFUSED, reason.strip())
    row.decided_by_id, row.decided_by_name, row.decided_at = work.principal.id, work.principal.name, now()
    text = "Duyệt cho sao" if agree else f"Không cho sao: {row.reason}"
    record(work, row.id, "copy-decided", text, agreed=agree)
    return row


async def number(runtime: Runtime, caller: Principal, key: str) -> None:
    """The clerk numbers the copy in the office's one series of copies; then it is signed, or made ready for printing.

    Asked again, the copy keeps its number, and what was not done is done.
    """
    async with runtime.work(caller) as work:
        work.principal.require("clerk")
        row = await find(work, CertifiedCopy, key, lock=True)
        if row.state == rules.DONE:
            return
        rules.require(row.state, [rules.APPROVED, rules.NUMBERED], "cấp số")
        await _numbered(work, row)
        if row.target_medium == rules.ELECTRONIC:
            await _ask_for_signature(work, row)
            return
    await _print(runtime, caller, key)


async def _numbered(work: Work, row: CertifiedCopy) -> None:
    row.clerk_id, row.clerk_name, row.state, row.reason = work.principal.id, work.principal.name, rules.NUMBERED, ""
    if row.number is not None:
        return
    given = await numbering.give(work, row.office_id, rules.SERIES, row.id)
    office = await offices.office(work, row.office_id)
    row.number, row.issued_date = given.number, given.date
    row.code = rules.code(number_text(given.number), rules.kind_of(row.kind, given.date), office.abbreviation)
    record(work, row.id, "copy-numbered", f"Cấp số bản sao {row.code}", code=row.code)


async def _ask_for_signature(work: Work, row: CertifiedCopy) -> None:
    assert row.file is not None and row.issued_date is not None
    work.emit(
        CopyNumberedV1(
            copy_id=str(row.id), office=await offices.office_ref(work, row.office_id),
            form=rules.kind_of(row.kind, row.issued_date).form, code=row.code, clerk_id=row.clerk_id,
            clerk_name=row.clerk_name, file=FileRef.model_validate(row.file),
        ),
        key=str(row.id),
    )  # fmt: skip


async def _print(runtime: Runtime, caller: Principal, key: str) -> None:
    """The pages to print, with the block of the copy after the last of them."""
    async with runtime.work(caller, reading=True) as work:
        row = await find(work, CertifiedCopy, key)
        values = await printing.block(work, row)
    source = await runtime.blobs.get(row.file["sha256"]) if row.file else None
    made = await runtime.blobs.put(await asyncio.to_thread(printing.pages, source, values))
    name = f"{row.code.replace('/', '-')}.pdf"
    file = FileRef(sha256=made.sha256, size=made.size, name=safe_name(name), display_name=name)
    async with runtime.work(caller) as work:
        row = await find(work, CertifiedCopy, key, lock=True)
        if row.state == rules.NUMBERED:
            await _finish(work, row, file, "Đã lập bản sao để in, ký và đóng dấu")


async def _finish(work: Work, row: CertifiedCopy, file: FileRef, text: str) -> None:
    row.state, row.result, row.reason = rules.DONE, file.model_dump(mode="json"), ""
    await hold(work, [row.office_id], [file])
    record(work, row.id, "copy-done", text, sha256=file.sha256, code=row.code)


async def signed(work: Work, message: CopySignedV1) -> None:
    row = await work.locked(CertifiedCopy, identifier(message.copy_id))
    if row.state == rules.NUMBERED:
        await _finish(work, row, message.file, "Ký số cơ quan trên bản sao")


async def not_signed(work: Work, message: CopyNotSignedV1) -> None:
    row = await work.locked(CertifiedCopy, identifier(message.copy_id))
    if row.state == rules.NUMBERED:
        row.reason = message.reason
        record(work, row.id, "copy-not-signed", f"Chưa ký số được bản sao: {message.reason}", service="signing")


async def timestamp_pending(work: Work, message: TimestampPendingV1) -> None:
    """Signed; the time stamp comes later by itself."""
    if message.act != "copy":
        return
    row = await work.locked(CertifiedCopy, identifier(message.object_id))
    if row.state == rules.NUMBERED:
        row.reason = message.reason
        record(
            work, row.id, "timestamp-pending", "Đã ký, đang chờ dấu thời gian; hệ thống tự thử lại", service="signing"
        )
