"""What a new visitor finds: documents in several states, made by the demo people through the public APIs."""

from __future__ import annotations

from typing import Any

import structlog

from contracts.client import Problem
from contracts.registry import api as registry
from contracts.registry.events import Recipient
from infra.demo import papers
from infra.demo.journey import COMMUNE, DRAFTER, LEADER, MINISTRY, Journey
from infra.demo.narrate import Narrator, NotProven
from infra.demo.people import Desks
from infra.demo.world import Place

log = structlog.get_logger()

LETTERS = (
    ("V/v góp ý dự thảo Đề án chuyển đổi số cấp xã giai đoạn 2026-2030", 0, True),
    ("V/v báo cáo kết quả ứng dụng chữ ký số quý IV năm 2026", 1, True),
    ("V/v cử cán bộ tham gia tập huấn an toàn thông tin", 0, False),
)


class Quiet(Narrator):
    """Says nothing: the visitor reads the screens."""

    def chapter(self, title: str) -> None: ...

    def step(self, text: str) -> None:
        self.done += 1

    def said(self, text: str) -> None: ...


async def make(place: Place) -> None:
    """One journey to its end, and letters on their way. A failure leaves fewer examples, never a broken system."""
    desks = Desks(place.service_url)
    try:
        for subject, urgency, submitted in LETTERS:
            await _letter(desks, subject, urgency, submitted)
        await Journey(desks, Quiet()).travel()
    except (Problem, NotProven, OSError) as error:
        log.warning("examples.incomplete", error=str(error))
    finally:
        await desks.close()


async def _letter(desks: Desks, subject: str, urgency: int, submitted: bool) -> None:
    drafter, leader = await desks.of(DRAFTER), await desks.of(LEADER)
    signer: dict[str, Any] = {"signer_name": leader.name, "signer_position": leader.profile.position}
    text = {"subject": subject, "addressees": [MINISTRY.name], "body": papers.LETTER_BODY, "urgency": urgency}
    main = await drafter.registry.render_draft("official_letter", text | signer)
    draft = await drafter.registry.create_draft(
        registry.NewDraft(
            type_name="Công văn",
            subject=subject,
            urgency=urgency,
            recipients=[MINISTRY, Recipient.model_validate(COMMUNE.model_dump())],
            signer_id=leader.id,
            files=[main.model_copy(update={"role": "main"})],
            **signer,
        )
    )
    if submitted:
        await drafter.registry.submit_draft(draft.id)
