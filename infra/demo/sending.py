"""What the sending office does: draft, ask opinions, approve, initial, sign, number, seal, issue, recall."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from contracts.message import FileRef
from contracts.registry import api as registry
from contracts.registry.events import Recipient
from contracts.signing.api import LeaderSign
from contracts.workflow import api as workflow
from infra.demo.people import Desk
from infra.demo.stage import Stage, again_while, as_role, main_file
from shared.clock import now

APPROVALS = ("approve_content", "initial")
WORDS = {"approve_content": "duyệt nội dung", "initial": "ký nháy"}


async def draft(
    stage: Stage,
    drafter: Desk,
    leader: Desk,
    template: str,
    text: dict[str, Any],
    recipients: list[Recipient],
    annexes: list[FileRef],
    **more: Any,
) -> registry.Document:
    """A draft from its template with its annexes, handed in."""
    signer: dict[str, Any] = {
        "signer_name": leader.name,
        "signer_position": leader.profile.position,
        "signer_capacity": leader.profile.capacity,
    }
    main = await drafter.registry.render_draft(template, text | signer)
    made = await drafter.registry.create_draft(
        registry.NewDraft(
            subject=text["subject"],
            recipients=recipients,
            signer_id=leader.id,
            files=[as_role(main, "main"), *annexes],
            annex_count=len(annexes),
            **signer,
            **more,
        )
    )
    made = await drafter.registry.submit_draft(made.id)
    stage.say.step(f"{drafter.name} soạn “{made.subject}”, {len(annexes):02} phụ lục, trình {leader.name} ký")
    return made


async def consult(stage: Stage, drafter: Desk, colleague: Desk, head: Desk, draft_id: str) -> None:
    await stage.task(head, draft_id, "approve_content")
    asked = workflow.Consultation(
        person_ids=[colleague.id], due_at=now() + timedelta(days=1), note="Xin ý kiến về thời hạn", required=True
    )
    await drafter.workflow.consult(draft_id, asked)
    task = await stage.task(colleague, draft_id, "opinion")
    await colleague.workflow.give_opinion(task.id, workflow.OpinionText(text="Nhất trí với dự thảo."))
    process = await drafter.workflow.get_object("draft", draft_id)
    await drafter.workflow.answer_opinion(process.opinions[0].id, workflow.OpinionAnswer(taken=True))
    stage.say.step(f"{colleague.name} cho ý kiến, {drafter.name} ghi nhận tiếp thu")


async def approve(stage: Stage, document: registry.Document, head: Desk, deputy: Desk) -> None:
    """Content by the unit head, initial by the deputy: each for exactly this content."""
    for desk, kind in zip((head, deputy), APPROVALS, strict=True):
        task = await stage.task(desk, document.id, kind)
        await desk.workflow.approve(task.id, workflow.Approval(content_hash=document.content_hash))
        stage.say.step(f"{desk.name} {WORDS[kind]}")


async def sign(stage: Stage, leader: Desk, draft_id: str) -> None:
    """Signing hears of the approval as a fact of its own: for a moment it may say that it knows of none."""
    await stage.task(leader, draft_id, "sign")
    found = await stage.document(leader, draft_id, lambda d: d.state in ("INITIALLED", "UNIT_APPROVED"))
    order = LeaderSign(
        draft_id=draft_id, content_hash=found.content_hash, main_file=main_file(found.files), pin=stage.desks.password
    )
    await again_while({"not-found", "not-approved"}, lambda: leader.signing.leader_sign(order), "ký số")
    stage.say.step(f"{leader.name} ký số (chứng thực, khóa nội dung)")


async def issue(stage: Stage, clerk: Desk, draft_id: str) -> registry.Document:
    await stage.task(clerk, draft_id, "number")
    await stage.document(clerk, draft_id, lambda d: d.state == "SIGNED")
    numbered = await clerk.registry.number_document(draft_id)
    stage.say.step(f"{clerk.name} cấp số {numbered.code}")
    sealed = await stage.document(clerk, draft_id, lambda d: d.state == "SEALED" or bool(d.sealing_error))
    stage.say.check(sealed.state == "SEALED", "Số, ngày và chữ ký số cơ quan nằm trong tệp", sealed.sealing_error)
    await stage.task(clerk, draft_id, "issue")
    issued = await clerk.registry.issue_document(draft_id)
    stage.say.step(f"{clerk.name} phát hành đến {len(issued.recipients)} nơi nhận")
    return issued


async def recall(stage: Stage, clerk: Desk, document: registry.Document, recipient: Recipient, reason: str) -> None:
    await clerk.registry.recall_document(document.id, [recipient.organ_id], reason)
    stage.say.step(f"{clerk.name} yêu cầu {recipient.name} trả lại văn bản (13): {reason}")
