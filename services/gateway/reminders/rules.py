"""When a receiver owes an answer, and when it may be reminded of it (NĐ 30 PL VI 1k, 1o; QĐ 28 Đ6, Đ9)."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.gateway.deliveries.rules import SENT
from services.gateway.statuses.rules import ASK, NOT_AGREED
from shared.problems import Refusal

ARRIVED, RECALL = "01", "recall"
TOLD, BY_HAND, TOO_SOON = "told", "by-hand", "too-soon"
WORDS = {
    TOLD: "Đã nhắc {name}.",
    BY_HAND: "Đường gửi đến {name} không chuyển được lời nhắc. Hãy gọi điện hoặc gửi thư điện tử.",
    TOO_SOON: "Vừa nhắc {name} lúc {at}. Có thể nhắc lại sau {hours:g} giờ kể từ lúc đó.",
}


class NothingOwed(Refusal):
    kind = "nothing-owed"
    message = "Mọi nơi nhận đã trả lời, không còn ai để nhắc. Tải lại trang để xem trạng thái mới nhất."


def owed(kind: str, state: str, before: str) -> bool:
    """Whether the receiver of this copy owes an answer. A recall is answered on the document that it speaks of."""
    if kind == RECALL:
        return False
    return state in (SENT, ARRIVED, ASK) or (state == NOT_AGREED and before in ("", ARRIVED))


def since(kind: str, state: str, before: str, at: datetime, known: datetime | None) -> datetime | None:
    """Since when it is owed: an arrival does not start the time anew, a request to give the document back does."""
    if not owed(kind, state, before):
        return None
    return (known or at) if state in (SENT, ARRIVED) else at


def may_remind(reminded_at: datetime | None, at: datetime, again: timedelta) -> bool:
    return reminded_at is None or reminded_at + again <= at
