"""The complete journey of one document, by the people of two offices, through the public APIs alone.

Sở Khoa học và Công nghệ drafts a decision with an annex; it is consulted on, approved, initialled, signed, numbered,
sealed and issued to a ministry and another province (over the national axis) and to a commune of this province. The
commune validates, registers, assigns and answers with a document of its own; the ministry answers over the axis.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from contracts.message import FileRef
from contracts.registry import api as registry
from contracts.registry.events import Recipient
from contracts.signing.api import LeaderSign
from contracts.workflow import api as workflow
from infra.demo import papers
from infra.demo.narrate import Narrator, until
from infra.demo.people import Desk, Desks
from shared.clock import now, today

DRAFTER, COLLEAGUE, UNIT_HEAD = "tuyetnta.skhcn", "ducd.skhcn", "hungtv.skhcn"
DEPUTY, LEADER, CLERK = "vinhlq.skhcn", "kienht.skhcn", "lanpn.skhcn"
TO_CLERK, TO_LEADER, TO_DEPUTY = "nhungdt.xayenson", "locnb.xayenson", "phonghd.xayenson"
TO_HEAD, TO_SPECIALIST = "xuanbt.xayenson", "toanmv.xayenson"

MINISTRY = Recipient(organ_id="G06", name="Bộ Khoa học và Công nghệ")
OTHER_PROVINCE = Recipient(organ_id="H38", name="Ủy ban nhân dân tỉnh Lào Cai")
COMMUNE = Recipient(organ_id="H60.61", name="Ủy ban nhân dân xã Yên Sơn")
FINISHED = "06"


@dataclass
class Story:
    """What the journey left: read by the checks and kept as evidence."""

    issued: registry.Document
    received: registry.Incoming
    reply: registry.Document
    reply_received: registry.Incoming
    from_ministry: registry.Incoming


class Journey:
    def __init__(self, desks: Desks, say: Narrator) -> None:
        self._desks = desks
        self._say = say

    async def travel(self) -> Story:
        """Raises NotProven where a step does not come out, Problem where a service refuses."""
        self._say.chapter("1. Sở Khoa học và Công nghệ soạn, trình, ký, cấp số, phát hành")
        draft = await self._drafted()
        await self._consulted(draft)
        await self._approved(draft, DRAFTER, UNIT_HEAD, DEPUTY)
        await self._signed(draft.id, LEADER)
        issued = await self._issued(draft.id, CLERK)
        self._say.chapter("2. Ủy ban nhân dân xã Yên Sơn nhận, kiểm tra, vào sổ, phân công")
        received = await self._received(issued)
        await self._assigned(received.id)
        self._say.chapter("3. Xã trả lời; văn bản trả lời về đến Sở")
        reply, reply_received = await self._replied(received, issued)
        await self._finished(received.id)
        self._say.chapter("4. Trạng thái và văn bản trả lời từ trục quốc gia")
        issued = await self._statuses(issued.id)
        from_ministry = await self._from_ministry()
        received = await (await self._desks.of(TO_CLERK)).registry.get_incoming(received.id)
        return Story(issued, received, reply, reply_received, from_ministry)

    async def _drafted(self) -> registry.Document:
        drafter, leader = await self._desks.of(DRAFTER), await self._desks.of(LEADER)
        signer: dict[str, Any] = {
            "signer_name": leader.name,
            "signer_position": leader.profile.position,
            "signer_capacity": leader.profile.capacity,
        }
        main = await drafter.registry.render_draft("decision", papers.DECISION | signer)
        annex = await drafter.registry.render_draft("annex", papers.ANNEX | {"with_type": "Quyết định"})
        body = registry.NewDraft(
            type_name="Quyết định",
            subject=papers.DECISION["subject"],
            recipients=[MINISTRY, OTHER_PROVINCE, COMMUNE],
            signer_id=leader.id,
            files=[_as(main, "main"), _as(annex, "annex")],
            annex_count=1,
            **signer,
        )
        draft = await drafter.registry.create_draft(body)
        draft = await drafter.registry.submit_draft(draft.id)
        self._say.step(f"{drafter.name} soạn quyết định và 01 phụ lục từ mẫu, trình {leader.name} ký")
        return draft

    async def _consulted(self, draft: registry.Document) -> None:
        drafter, colleague = await self._desks.of(DRAFTER), await self._desks.of(COLLEAGUE)
        await self._task(await self._desks.of(UNIT_HEAD), draft.id, "approve_content")
        asked = workflow.Consultation(
            person_ids=[colleague.id], due_at=now() + timedelta(days=1), note="Xin ý kiến về thời hạn", required=True
        )
        await drafter.workflow.consult(draft.id, asked)
        task = await self._task(colleague, draft.id, "opinion")
        await colleague.workflow.give_opinion(task.id, workflow.OpinionText(text="Nhất trí với dự thảo."))
        process = await drafter.workflow.get_object("draft", draft.id)
        await drafter.workflow.answer_opinion(process.opinions[0].id, workflow.OpinionAnswer(taken=True))
        self._say.step(f"{colleague.name} cho ý kiến, {drafter.name} ghi nhận tiếp thu")

    async def _approved(self, draft: registry.Document, *people: str) -> None:
        """Content by the unit head, initial by the deputy: each for exactly this content."""
        words = {"approve_content": "duyệt nội dung", "initial": "ký nháy"}
        for user_name, kind in zip(people[1:], words, strict=True):
            desk = await self._desks.of(user_name)
            task = await self._task(desk, draft.id, kind)
            await desk.workflow.approve(task.id, workflow.Approval(content_hash=draft.content_hash))
            self._say.step(f"{desk.name} {words[kind]}")

    async def _signed(self, draft_id: str, user_name: str) -> None:
        leader = await self._desks.of(user_name)
        await self._task(leader, draft_id, "sign")
        draft = await self._document(leader, draft_id, lambda d: bool(d.state in ("INITIALLED", "UNIT_APPROVED")))
        order = LeaderSign(
            draft_id=draft_id,
            content_hash=draft.content_hash,
            main_file=_main(draft.files),
            pin=self._desks.password,
        )
        await _again_while_early(lambda: leader.signing.leader_sign(order))
        self._say.step(f"{leader.name} ký số (chứng thực, khóa nội dung)")

    async def _issued(self, draft_id: str, user_name: str) -> registry.Document:
        clerk = await self._desks.of(user_name)
        await self._task(clerk, draft_id, "number")
        await self._document(clerk, draft_id, lambda d: d.state == "SIGNED")
        numbered = await clerk.registry.number_document(draft_id)
        self._say.step(f"{clerk.name} cấp số {numbered.code}")
        sealed = await self._document(clerk, draft_id, lambda d: d.state == "SEALED" or bool(d.sealing_error))
        self._say.check(sealed.state == "SEALED", "Số, ngày và chữ ký số cơ quan nằm trong tệp", sealed.sealing_error)
        await self._task(clerk, draft_id, "issue")
        issued = await clerk.registry.issue_document(draft_id)
        self._say.step(f"{clerk.name} phát hành đến {len(issued.recipients)} nơi nhận")
        return issued

    async def _received(self, issued: registry.Document) -> registry.Incoming:
        clerk = await self._desks.of(TO_CLERK)
        found = await self._arrived(clerk, issued.code)
        say = "Xã nhận được, hai chữ ký số hợp lệ, bản có giá trị như bản gốc"
        self._say.check(found.legal_state == "ORIGINAL" and bool(found.verdict and found.verdict.valid), say, found)
        await self._task(clerk, found.id, "register", "incoming")
        leader = await self._desks.of(TO_LEADER)
        accepted = await clerk.registry.accept_incoming(found.id, registry.AcceptRequest(presented_to=leader.id))
        self._say.step(f"{clerk.name} tiếp nhận, số đến {accepted.arrival_number}")
        return accepted

    async def _assigned(self, incoming_id: str) -> None:
        leader, head = await self._desks.of(TO_LEADER), await self._desks.of(TO_HEAD)
        specialist = await self._desks.of(TO_SPECIALIST)
        await self._task(leader, incoming_id, "assign", "incoming")
        order = workflow.Assignment(
            lead_person_id=head.id,
            due_date=_in(7),
            direction="Chủ trì tham mưu văn bản trả lời Sở.",
        )
        await leader.workflow.assign(incoming_id, order)
        self._say.step(f"{leader.name} phân công {head.name} chủ trì")
        further = workflow.Assignment(
            lead_person_id=specialist.id,
            due_date=(today() + timedelta(days=5)).isoformat(),
            direction="Dự thảo trả lời.",
        )
        await head.workflow.assign(incoming_id, further)
        task = await self._task(specialist, incoming_id, "handle", "incoming")
        await specialist.workflow.accept(task.id)
        self._say.step(f"{head.name} giao tiếp {specialist.name}; {specialist.name} nhận việc")

    async def _replied(
        self, received: registry.Incoming, issued: registry.Document
    ) -> tuple[registry.Document, registry.Incoming]:
        drafter, leader = await self._desks.of(TO_SPECIALIST), await self._desks.of(TO_LEADER)
        signer: dict[str, Any] = {"signer_name": leader.name, "signer_position": leader.profile.position}
        main = await drafter.registry.render_draft("official_letter", papers.REPLY | signer)
        body = registry.NewDraft(
            type_name="Công văn",
            subject=papers.REPLY["subject"],
            recipients=[Recipient(organ_id=received.sender_organ_id, name=received.sender_name)],
            signer_id=leader.id,
            files=[_as(main, "main")],
            in_reply_to_incoming_id=received.id,
            **signer,
        )
        draft = await drafter.registry.create_draft(body)
        draft = await drafter.registry.submit_draft(draft.id)
        self._say.step(f"{drafter.name} soạn công văn trả lời, gắn với văn bản đến")
        await self._approved(draft, TO_SPECIALIST, TO_HEAD, TO_DEPUTY)
        await self._signed(draft.id, TO_LEADER)
        reply = await self._issued(draft.id, TO_CLERK)
        clerk = await self._desks.of(CLERK)
        found = await self._arrived(clerk, reply.code)
        linked = found.in_reply_to_document_id == issued.id
        self._say.check(linked, "Công văn trả lời về đến Sở và gắn với quyết định đã gửi", found)
        accepted = await clerk.registry.accept_incoming(found.id)
        self._say.step(f"{clerk.name} tiếp nhận, số đến {accepted.arrival_number}")
        return reply, accepted

    async def _finished(self, incoming_id: str) -> None:
        specialist = await self._desks.of(TO_SPECIALIST)
        task = await self._task(specialist, incoming_id, "handle", "incoming")
        await specialist.workflow.finish(task.id, workflow.Finish(outcome="replied", note="Đã có công văn trả lời"))
        self._say.step(f"{specialist.name} hoàn thành việc xử lý")

    async def _statuses(self, document_id: str) -> registry.Document:
        """Each recipient's copy reaches 06; the table of the sender shows it."""
        clerk = await self._desks.of(CLERK)

        def finished(found: registry.Document) -> bool:
            return len(found.deliveries) == 3 and all(d.status_code == FINISHED for d in found.deliveries)

        document = await self._document(clerk, document_id, finished)
        for copy in await clerk.gateway.list_deliveries(document_id):
            codes = " → ".join(s.code for s in copy.statuses if s.applied)
            self._say.said(f"{copy.name} ({copy.channel}): {codes}")
        self._say.step("Bảng gửi đủ trạng thái 06 của cả ba nơi nhận")
        return document

    async def _from_ministry(self) -> registry.Incoming:
        clerk = await self._desks.of(CLERK)
        rows = await until(
            lambda: _incoming_of(clerk, MINISTRY.name), lambda found: bool(found), "văn bản của Bộ đến trên trục"
        )
        found = await self._checked(clerk, rows[0].id)
        self._say.step(f"Văn bản của {found.sender_name} đến trên trục: {found.code or found.subject}")
        self._say.said(f"Giá trị pháp lý: {found.legal_state}" + "".join(f"; {p}" for p in found.problems))
        accepted = await clerk.registry.accept_incoming(found.id, registry.AcceptRequest(note="Đã xem chữ ký"))
        self._say.step(f"{clerk.name} tiếp nhận, số đến {accepted.arrival_number}")
        return accepted

    async def _arrived(self, clerk: Desk, code: str) -> registry.Incoming:
        async def look() -> list[registry.IncomingRow]:
            rows, _ = await clerk.registry.list_incoming(q=code)
            return [row for row in rows if row.code == code]

        rows = await until(look, lambda found: bool(found), f"{code} đến {clerk.profile.office_name}")
        return await self._checked(clerk, rows[0].id)

    async def _checked(self, clerk: Desk, incoming_id: str) -> registry.Incoming:
        return await until(
            lambda: clerk.registry.get_incoming(incoming_id), lambda d: d.state == "CHECKED", "kiểm tra chữ ký xong"
        )

    async def _task(self, desk: Desk, object_id: str, kind: str, of: str = "draft") -> workflow.Task:
        """The person's open task of this kind on this object: it appears within moments."""

        async def look() -> list[workflow.Task]:
            page = await desk.workflow.list_tasks(limit=200)
            return [t for t in page.items if t.object_id == object_id and t.kind == kind and t.object_type == of]

        found = await until(look, lambda tasks: bool(tasks), f"việc “{kind}” của {desk.name}")
        return found[0]

    async def _document(
        self, desk: Desk, document_id: str, holds: Callable[[registry.Document], bool]
    ) -> registry.Document:
        return await until(lambda: desk.registry.get_document(document_id), holds, f"văn bản {document_id}")


async def _incoming_of(clerk: Desk, sender: str) -> list[registry.IncomingRow]:
    rows, _ = await clerk.registry.list_incoming(limit=100)
    return [row for row in rows if row.sender_name == sender]


async def _again_while_early(act: Callable[[], Awaitable[object]]) -> None:
    """Signing hears of the approval as a fact of its own: for a moment it may still say that it knows of none."""
    from contracts.client import Problem

    async def once() -> str:
        try:
            await act()
        except Problem as problem:
            if problem.kind not in ("not-found", "not-approved"):
                raise
            return problem.message
        return ""

    await until(once, lambda refused: not refused, "ký số")


def _in(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def _as(file: FileRef, role: str) -> FileRef:
    return file.model_copy(update={"role": role})


def _main(files: list[FileRef]) -> FileRef:
    return next(f for f in files if f.role == "main")
