"""What registry and signing tell about a draft."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, case, select, update

from contracts.registry.events import (
    DocumentIssuedV1,
    DraftChangedV1,
    DraftSubmittedV1,
    NumberAssignedV1,
    NumberVoidedV1,
)
from contracts.signing.events import LeaderSignedV1, SealedV1, SealingFailedV1, SealWaitsV1, TimestampPendingV1
from services.workflow.notices import actions as notices
from services.workflow.organisation import queries as people
from services.workflow.outgoing import rules, steps
from services.workflow.outgoing.tables import Draft, Step
from services.workflow.processes.queries import OUTGOING, in_force
from services.workflow.tasks import actions as tasks
from services.workflow.tasks import rules as kinds
from services.workflow.tasks.tables import Task
from shared.clock import now
from shared.problems import NotFound
from shared.statements import Prepared, among
from shared.work import Work

TO_ISSUE = Prepared(
    select(Draft.id, Draft.state, Draft.round, Draft.content_hash).where(Draft.id == bindparam("key")).with_for_update()
)
ISSUED = Prepared(update(Draft).where(Draft.id == bindparam("key")).values(state=rules.ISSUED))
STEPS_DONE = Prepared(
    update(Step)
    .where(Step.draft_id == bindparam("draft"), Step.round == bindparam("turn"), among(Step.step, "names"))
    .where(Step.state != rules.DONE)
    .values(
        state=rules.DONE,
        at=bindparam("moment"),
        content_hash=bindparam("hash"),
        person_name=case((bindparam("by", type_=Step.person_name.type) == "", Step.person_name), else_=bindparam("by")),
    )
)


async def draft_submitted(work: Work, message: DraftSubmittedV1) -> None:
    """A new round of the office's process. Raises NotFound (and is told again) before identity told of the drafter."""
    if await people.person(work, message.drafter_id) is None:
        raise NotFound
    draft = await work.get(Draft, message.draft_id, lock=True)
    if draft is not None and message.version < draft.version:
        return
    process = await in_force(work, message.office.office_id, OUTGOING)
    if draft is None:
        draft = Draft(id=message.draft_id, office_id=message.office.office_id, round=0)
        work.save(draft)
    draft.office_name, draft.unit_id = message.office.name, message.unit_id
    draft.drafter_id, draft.drafter_name = message.drafter_id, message.drafter_name
    draft.subject, draft.urgency, draft.signer_id = message.subject, message.urgency, message.signer_id
    draft.version, draft.content_hash = message.version, message.content_hash
    draft.definition, draft.state = process.model_dump(mode="json"), rules.RUNNING
    await work.flush()
    await tasks.cancel(work, steps.key(draft), "Trình lại bản mới", [*rules.RETURNING, kinds.REVISE])
    await _show_new_content(work, draft)
    if not await people.has_role(work, draft.signer_id, process.signer_roles, draft.office_id):
        reason = "Người ký được chọn không có thẩm quyền ký trong cơ quan. Hãy chọn lại người ký."
        await steps.give_back(work, draft, "sign", reason, "", "Hệ thống")
        return
    await steps.begin(work, draft)


async def _show_new_content(work: Work, draft: Draft) -> None:
    """Opinions that are still asked for are asked for the new content."""
    asked = update(Task).where(Task.object_type == "draft", Task.object_id == draft.id, Task.open.is_(True))
    await work.execute(asked.values(content_hash=draft.content_hash, subject=draft.subject))


async def draft_changed(work: Work, message: DraftChangedV1) -> None:
    """Approvals were for the old content: the way stops until the drafter hands the new one in (NĐ 30 Đ11 k2)."""
    draft = await _draft(work, message.draft_id)
    if message.version <= draft.version:
        return
    draft.version, draft.content_hash, draft.state = message.version, message.content_hash, rules.CHANGED
    await tasks.cancel(work, steps.key(draft), "Nội dung dự thảo đã đổi", rules.RETURNING)
    await steps.void(work, draft, "Nội dung dự thảo đã đổi")
    await steps.ask_to_revise(work, draft, "Dự thảo đã sửa sau khi trình. Hãy trình lại để duyệt bản mới.", "")


async def leader_signed(work: Work, message: LeaderSignedV1) -> None:
    draft = await _draft(work, message.draft_id)
    fits = message.content_hash == draft.content_hash and message.signer_id == draft.signer_id
    if draft.state != rules.APPROVED or not fits:
        return  # a signature on what is no longer approved counts nowhere
    await _steps_done(work, draft, ["sign"], message.signer_id, message.signer_name)
    draft.state, draft.signed_at = rules.SIGNED, message.signed_at
    await tasks.cancel(work, steps.key(draft), "Văn bản đã ký", [kinds.OPINION])
    await steps.open_clerk_step(work, draft, "number")


async def number_assigned(work: Work, message: NumberAssignedV1) -> None:
    """The clerk's task stays until the seal is on: a seal that fails is seen where the clerk looks."""
    draft = await _draft(work, message.document_id)
    if rules.is_before(draft.state, rules.NUMBERED):
        draft.state = rules.NUMBERED
        await _note_on_number(work, draft, f"Đã cấp số {message.code}, đang ký số cơ quan.")


async def timestamp_pending(work: Work, message: TimestampPendingV1) -> None:
    """The signer's task is over; the clerks learn that the document is signed and what it waits for (R12.36)."""
    if message.act == "copy":
        return  # no draft: whoever asked for the copy sees it there
    draft = await _draft(work, message.object_id)
    text = f"Đã ký, đang chờ dấu thời gian; hệ thống tự thử lại, không cần ký lại. {message.reason}"
    if message.act == "leader" and draft.state == rules.APPROVED:
        await _steps_done(work, draft, ["sign"], draft.signer_id, "")
    elif message.act == "seal" and rules.is_before(draft.state, rules.SEALED):
        await _note_on_number(work, draft, text)
    else:
        return
    clerks = await people.first_holders(work, rules.CLERKS, draft.office_id)
    notices.tell(
        work, [clerk.id for clerk in clerks], "timestamp-pending", f"{draft.subject}: {text}", steps.key(draft)
    )


async def seal_waits(work: Work, message: SealWaitsV1) -> None:
    """The office's key is in a device: the clerk's task says what it waits for."""
    draft = await _draft(work, message.document_id)
    if rules.is_before(draft.state, rules.SEALED):
        await _note_on_number(work, draft, message.reason)


async def sealing_failed(work: Work, message: SealingFailedV1) -> None:
    draft = await _draft(work, message.document_id)
    if rules.is_before(draft.state, rules.SEALED):
        await _note_on_number(work, draft, f"Chưa ký số cơ quan được: {message.reason}")


async def _note_on_number(work: Work, draft: Draft, note: str) -> None:
    for task in await work.all(
        select(Task).where(
            Task.object_type == "draft", Task.object_id == draft.id, Task.kind == kinds.NUMBER, Task.open.is_(True)
        )
    ):
        task.note = note


async def sealed(work: Work, message: SealedV1) -> None:
    draft = await _draft(work, message.document_id)
    if not rules.is_before(draft.state, rules.SEALED):
        return
    draft.state = rules.SEALED
    await _steps_done(work, draft, ["number"], "", "Văn thư")
    await steps.open_clerk_step(work, draft, "issue")


async def number_voided(work: Work, message: NumberVoidedV1) -> None:
    """The document ends here; who wrote and who signed it learn why."""
    draft = await _draft(work, message.document_id)
    if draft.state in (rules.ISSUED, rules.VOIDED):
        return
    draft.state = rules.VOIDED
    await tasks.cancel(work, steps.key(draft), f"Hủy số {message.code}")
    await steps.void(work, draft, f"Hủy số: {message.reason}")
    text = f"{message.by_name} đã hủy số {message.code} của văn bản “{draft.subject}”: {message.reason}"
    notices.tell(work, dict.fromkeys([draft.drafter_id, draft.signer_id]), "number-voided", text, steps.key(draft))


async def document_issued(work: Work, message: DocumentIssuedV1) -> None:
    draft = await work.row(TO_ISSUE, key=message.document_id)
    if draft is None:
        raise NotFound  # the hand-in is still on its way: told again
    if not rules.is_before(draft.state, rules.ISSUED):
        return
    await work.run(ISSUED, {"key": message.document_id})
    await _steps_done(work, draft, ["number", "issue"], message.clerk_id, "")


async def _steps_done(work: Work, draft: Any, names: list[str], by: str, by_name: str) -> None:
    doer = await people.person(work, by) if by and not by_name else None
    said = doer.full_name if doer else by_name
    await tasks.done_by(work, steps.key(draft), names, by, said)
    await work.run(
        STEPS_DONE,
        {
            "draft": draft.id,
            "turn": draft.round,
            "names": names,
            "moment": now(),
            "hash": draft.content_hash,
            "by": said,
        },
    )


async def _draft(work: Work, draft_id: str) -> Draft:
    """Raises NotFound: the hand-in is still on its way, and this message is told again."""
    return await work.locked(Draft, draft_id)
