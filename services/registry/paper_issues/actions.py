"""Print a document for the hand seal, record what left on paper, take a mistaken record back."""

from __future__ import annotations

import asyncio
from datetime import date

from contracts.message import FileRef
from contracts.registry import api
from services.registry.access import find
from services.registry.outgoing import papers
from services.registry.outgoing import queries as outgoing
from services.registry.paper_issues import printing, queries, rules
from services.registry.paper_issues.tables import PaperIssue, PaperReceiver
from services.registry.timeline.actions import record as write_down
from shared.auth import Principal
from shared.clock import today
from shared.service import Runtime
from shared.work import Work

PDF = "application/pdf"


async def print_for_seal(runtime: Runtime, caller: Principal, key: str) -> bytes:
    """NotFound, NotReadyForPaper, NotSignedByLeader."""
    async with runtime.work(caller, reading=True) as work:
        work.principal.require("clerk")
        facts = await outgoing.paper_facts(work, key)
    rules.check_printable(facts.state, facts.state_name)
    printed = [file for file in facts.files if _printed(file)]
    contents = [await runtime.blobs.get(file.sha256) for file in sorted(printed, key=lambda f: f.role != "main")]
    day = f"{facts.issued_date:%d/%m/%Y}" if facts.issued_date else ""
    note = f"Kèm theo {facts.type_name} số {facts.code} ngày {day}"
    made = await asyncio.to_thread(printing.for_seal, contents[0], contents[1:], note)
    async with runtime.work(caller) as work:
        work.audit("registry.printed-for-seal", key, code=facts.code)
    return made


def _printed(file: FileRef) -> bool:
    return file.role in ("main", "annex") and file.content_type == PDF


async def record(work: Work, key: str, form: api.NewPaperIssue) -> PaperIssue:
    """Copies printed and receivers. From now on the document counts as one that went out on paper too."""
    work.principal.require("clerk")
    facts = await outgoing.paper_facts(work, key)
    sent_on = date.fromisoformat(form.sent_on) if form.sent_on else today()
    told = [(one.name, one.copies) for one in form.receivers]
    rules.check_record(facts.state, facts.issued_date or today(), sent_on, form.printed, told, today())
    issue = PaperIssue(
        office_id=facts.office_id, document_id=facts.id, code=facts.code, urgency=facts.urgency, printed=form.printed,
        reason=form.reason, sent_on=sent_on, by_name=work.principal.name,
    )  # fmt: skip
    work.save(issue)
    await work.flush()
    for place, one in enumerate(form.receivers, 1):
        work.save(
            PaperReceiver(
                issue_id=issue.id, place=place, office_id=facts.office_id, sent_on=sent_on, name=one.name,
                address=one.address, copies=one.copies, way=one.way, envelopes=one.envelopes,
            )
        )  # fmt: skip
    words = f"Phát hành bản giấy: in {form.printed} bản, gửi {len(form.receivers)} nơi. {form.reason}"
    write_down(work, facts.id, "issued-on-paper", words, printed=form.printed, receivers=[name for name, _ in told])
    if form.receivers:
        await papers.note(work, key, form.reason)
    await work.flush()
    return issue


async def cancel(work: Work, key: str, reason: str) -> PaperIssue:
    """A mistaken record stays, with its reason; the postal register says so. Cancelled already: nothing happens."""
    work.principal.require("clerk")
    issue = await find(work, PaperIssue, key, lock=True)
    if not issue.cancelled_reason:
        issue.cancelled_reason = reason
        write_down(work, issue.document_id, "paper-issue-cancelled", f"Hủy ghi phát hành bản giấy: {reason}")
        await work.flush()
        if not await queries.went_on_paper(work, issue.document_id):
            await papers.take_back(work, str(issue.document_id))
    await work.flush()
    return issue


async def envelopes(runtime: Runtime, caller: Principal, key: str, size: str) -> bytes:
    """NotFound, Cancelled."""
    form = rules.envelope(size)
    sender, addressed = await _addressed(runtime, caller, key)
    return await asyncio.to_thread(printing.envelopes, sender, addressed, form)


async def labels(runtime: Runtime, caller: Principal, key: str, first: int) -> bytes:
    """NotFound, Cancelled."""
    sender, addressed = await _addressed(runtime, caller, key)
    return await asyncio.to_thread(printing.labels, sender, addressed, first, rules.forms_on().labels)


async def _addressed(runtime: Runtime, caller: Principal, key: str) -> tuple[dict[str, str], list[dict[str, object]]]:
    async with runtime.work(caller, reading=True) as work:
        work.principal.require("clerk")
        issue = await find(work, PaperIssue, key)
        if issue.cancelled_reason:
            raise rules.Cancelled
        return await queries.sender(work, issue), await queries.addressed(work, issue)
