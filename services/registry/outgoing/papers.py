"""The clerk notes that an issued document went out on paper too, and why (QĐ 28 Đ5: electronic alone is the rule)."""

from __future__ import annotations

from services.registry.access import find
from services.registry.outgoing import rules
from services.registry.outgoing.tables import Outgoing
from services.registry.timeline.actions import record
from shared.clock import now
from shared.work import Work


async def note(work: Work, key: str, reason: str) -> Outgoing:
    """Noted already: the first moment stands, the reason is the newest. Raises WrongState before the issue."""
    work.principal.require("clerk")
    document = await find(work, Outgoing, key, lock=True)
    if document.state not in rules.GONE:
        raise rules.WrongState(state=rules.NAMES[document.state], act="ghi gửi bản giấy")
    if document.paper_reason != reason:
        document.paper_sent_at, document.paper_reason = document.paper_sent_at or now(), reason
        record(work, document.id, "paper-sent", f"Gửi kèm bản giấy: {reason}")
    return document


async def take_back(work: Work, key: str) -> Outgoing:
    """It was noted by mistake. Not noted: nothing happens."""
    work.principal.require("clerk")
    document = await find(work, Outgoing, key, lock=True)
    if document.paper_sent_at is not None:
        record(work, document.id, "paper-not-sent", f"Bỏ ghi nhận gửi bản giấy (trước đây: {document.paper_reason})")
        document.paper_sent_at, document.paper_reason = None, ""
    return document
