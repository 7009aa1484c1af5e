"""The complete journey of one document, by the people of several offices, through the public APIs alone.

Sở Khoa học và Công nghệ drafts a decision with annexes; it is consulted on, approved, initialled, signed, numbered,
sealed and issued to a ministry and another province (over the national axis) and to offices of this province (by
reference). One of these registers, assigns, finishes and answers; one refuses; one is asked to give the document back.
The ministry answers over the axis with a signed letter.
"""

from __future__ import annotations

from dataclasses import dataclass

from contracts.registry import api as registry
from contracts.registry.events import Recipient
from infra.demo import ministry, papers, receiving, sending
from infra.demo.annexes import annexes
from infra.demo.narrate import Narrator
from infra.demo.people import Desk, Desks
from infra.demo.stage import Stage

DRAFTER, COLLEAGUE, UNIT_HEAD = "tuyetnta.skhcn", "ducd.skhcn", "hungtv.skhcn"
DEPUTY, LEADER, CLERK = "vinhlq.skhcn", "kienht.skhcn", "lanpn.skhcn"
TO_CLERK, TO_LEADER, TO_DEPUTY = "nhungdt.xayenson", "locnb.xayenson", "phonghd.xayenson"
TO_HEAD, TO_SPECIALIST = "xuanbt.xayenson", "toanmv.xayenson"
REFUSING_CLERK = "quynhdt.phuongminhxuan"
RECALLED_CLERK, RECALLED_LEADER, RECALLED_HEAD = "oanhlt.stc", "cuongcm.stc", "dungpt.stc"

MINISTRY = Recipient(organ_id=ministry.CODE, name=ministry.NAME)
OTHER_PROVINCE = Recipient(organ_id="H38", name="Ủy ban nhân dân tỉnh Lào Cai")
COMMUNE = Recipient(organ_id="H60.61", name="Ủy ban nhân dân xã Yên Sơn")
REFUSING = Recipient(organ_id="H60.63", name="Ủy ban nhân dân phường Minh Xuân")
RECALLED = Recipient(organ_id="H60.03", name="Sở Tài chính tỉnh Tuyên Quang")
EVERYBODY = [MINISTRY, OTHER_PROVINCE, COMMUNE, REFUSING, RECALLED]
LAST_STATUS = {MINISTRY: "06", OTHER_PROVINCE: "06", COMMUNE: "06", REFUSING: "02", RECALLED: "15"}


@dataclass
class Story:
    """What the journey left: read by the checks and kept as evidence."""

    issued: registry.Document
    received: registry.Incoming
    refused: registry.Incoming
    recalled: registry.Incoming
    reply: registry.Document
    reply_received: registry.Incoming
    from_ministry: registry.Incoming


class Journey:
    def __init__(self, desks: Desks, say: Narrator) -> None:
        self._stage = Stage(desks, say)
        self._say = say

    async def travel(self) -> Story:
        """Raises NotProven where a step does not come out, Problem where a service refuses."""
        self._say.chapter("1. Sở Khoa học và Công nghệ soạn, trình, ký, cấp số, phát hành")
        issued = await self._issued()
        self._say.chapter("2. Ủy ban nhân dân xã Yên Sơn nhận, kiểm tra, vào sổ, phân công, trả lời")
        received = await self._received(issued)
        reply, reply_received = await self._replied(received, issued)
        await receiving.finish(
            self._stage, await self._of(TO_SPECIALIST), received.id, f"Đã có công văn trả lời {reply.code}"
        )
        self._say.chapter("3. Phường Minh Xuân từ chối; Sở Tài chính trả lại theo yêu cầu thu hồi")
        refused = await self._refused(issued)
        recalled = await self._recalled(issued)
        self._say.chapter("4. Trạng thái và văn bản trả lời từ trục quốc gia")
        issued = await self._statuses(issued.id)
        from_ministry = await self._from_ministry(issued)
        issued = await (await self._of(CLERK)).registry.get_document(issued.id)
        received = await (await self._of(TO_CLERK)).registry.get_incoming(received.id)
        return Story(issued, received, refused, recalled, reply, reply_received, from_ministry)

    async def _of(self, user_name: str) -> Desk:
        return await self._stage.desks.of(user_name)

    async def _issued(self) -> registry.Document:
        stage, drafter, leader = self._stage, await self._of(DRAFTER), await self._of(LEADER)
        files = await annexes(stage, drafter)
        draft = await sending.draft(
            stage, drafter, leader, "decision", papers.DECISION, EVERYBODY, files, type_name="Quyết định"
        )
        await sending.consult(stage, drafter, await self._of(COLLEAGUE), await self._of(UNIT_HEAD), draft.id)
        await sending.approve(stage, draft, await self._of(UNIT_HEAD), await self._of(DEPUTY))
        await sending.sign(stage, leader, draft.id)
        return await sending.issue(stage, await self._of(CLERK), draft.id)

    async def _received(self, issued: registry.Document) -> registry.Incoming:
        stage, leader, head = self._stage, await self._of(TO_LEADER), await self._of(TO_HEAD)
        accepted = await receiving.accept(
            stage, await self._of(TO_CLERK), await self._arrived(TO_CLERK, issued.code), leader
        )
        await receiving.assign(stage, leader, head, accepted.id, "Chủ trì tham mưu văn bản trả lời Sở.")
        specialist = await self._of(TO_SPECIALIST)
        await receiving.assign_further(stage, head, specialist, accepted.id, "Dự thảo trả lời.")
        await receiving.take_on(stage, specialist, accepted.id)
        return accepted

    async def _replied(
        self, received: registry.Incoming, issued: registry.Document
    ) -> tuple[registry.Document, registry.Incoming]:
        stage, leader = self._stage, await self._of(TO_LEADER)
        to = [Recipient(organ_id=received.sender_organ_id, name=received.sender_name)]
        draft = await sending.draft(
            stage, await self._of(TO_SPECIALIST), leader, "official_letter", papers.REPLY, to, [],
            type_name="Công văn", in_reply_to_incoming_id=received.id,
        )  # fmt: skip
        await sending.approve(stage, draft, await self._of(TO_HEAD), await self._of(TO_DEPUTY))
        await sending.sign(stage, leader, draft.id)
        reply = await sending.issue(stage, await self._of(TO_CLERK), draft.id)
        found = await self._arrived(CLERK, reply.code)
        return reply, await self._linked(found, issued)

    async def _linked(self, found: registry.Incoming, issued: registry.Document) -> registry.Incoming:
        """An answer to our document is registered, and each of the two pages shows the other."""
        clerk = await self._of(CLERK)
        accepted = await receiving.accept(self._stage, clerk, found)
        question = await clerk.registry.get_document(issued.id)
        both = found.in_reply_to_document_id == issued.id and found.id in {r.id for r in question.replies}
        self._say.check(both, f"{found.sender_name}: {found.code} gắn với {issued.code} đã gửi", found)
        return accepted

    async def _refused(self, issued: registry.Document) -> registry.Incoming:
        clerk, sender = await self._of(REFUSING_CLERK), await self._of(CLERK)
        reason = "Văn bản gửi nhầm nơi nhận, phường không thuộc diện thi hành"
        refused = await receiving.refuse(self._stage, clerk, await self._arrived(REFUSING_CLERK, issued.code), reason)
        page = await self._stage.document(sender, issued.id, lambda d: _copy(d, REFUSING).status_code == "02")
        copy = _copy(page, REFUSING)
        answerable = reason in copy.description and clerk.name in copy.staff and clerk.profile.phone in copy.staff
        told = f"Trang của Sở hiện: {copy.name} từ chối (02) – {copy.description} – {copy.staff}"
        self._say.check(answerable and bool(clerk.profile.phone), told, copy)
        return refused

    async def _recalled(self, issued: registry.Document) -> registry.Incoming:
        stage, clerk, head = self._stage, await self._of(RECALLED_CLERK), await self._of(RECALLED_HEAD)
        leader = await self._of(RECALLED_LEADER)
        accepted = await receiving.accept(stage, clerk, await self._arrived(RECALLED_CLERK, issued.code), leader)
        await receiving.assign(stage, leader, head, accepted.id, "Bố trí kinh phí thực hiện.")
        task = await receiving.take_on(stage, head, accepted.id)
        sender = await self._of(CLERK)
        await stage.document(sender, issued.id, lambda d: _copy(d, RECALLED).status_code == "05")
        await sending.recall(stage, sender, issued, RECALLED, "Gửi nhầm: kinh phí do Sở tự bảo đảm")
        given = await receiving.give_back(stage, clerk, head, task, accepted.id)
        await stage.document(sender, issued.id, lambda d: _copy(d, RECALLED).status_code == "15")
        self._say.step(f"Trang của Sở hiện: {RECALLED.name} đã trả lại (13 → 15)")
        return given

    async def _statuses(self, document_id: str) -> registry.Document:
        """Each recipient's copy reaches its end; the table of the sender shows it."""
        clerk = await self._of(CLERK)
        wanted = {recipient.organ_id: status for recipient, status in LAST_STATUS.items()}
        document = await self._stage.document(
            clerk, document_id, lambda d: {c.organ_id: c.status_code for c in d.deliveries} == wanted
        )
        for copy in await clerk.gateway.list_deliveries(document_id):
            codes = " → ".join(s.code for s in copy.statuses if s.applied)
            self._say.said(f"{copy.name} ({copy.channel}): {codes}")
        self._say.step("Bảng gửi đủ trạng thái cuối của cả năm nơi nhận: 06, 06, 06, 02, 15")
        return document

    async def _from_ministry(self, issued: registry.Document) -> registry.Incoming:
        clerk = await self._of(CLERK)

        def fresh(row: registry.IncomingRow) -> bool:
            return row.sender_name == MINISTRY.name and row.state in ("ARRIVED", "CHECKED")

        found = await self._stage.arrived(clerk, fresh, "văn bản của Bộ")
        return await self._linked(found, issued)

    async def _arrived(self, user_name: str, code: str) -> registry.Incoming:
        return await self._stage.arrived(await self._of(user_name), lambda row: row.code == code, code)


def _copy(document: registry.Document, recipient: Recipient) -> registry.DeliveryView:
    return next(c for c in document.deliveries if c.organ_id == recipient.organ_id)
