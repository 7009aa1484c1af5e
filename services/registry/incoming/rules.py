"""The life of an incoming document (requirement table §18; NĐ 30 Đ21–24)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from shared.clock import VN
from shared.problems import Refusal

ARRIVED, CHECKED, REGISTERED, REJECTED = "ARRIVED", "CHECKED", "REGISTERED", "REJECTED"
ASSIGNED, PROCESSING, COMPLETED = "ASSIGNED", "PROCESSING", "COMPLETED"
TAKE_BACK_REQUESTED, DESTROYED = "TAKE_BACK_REQUESTED", "DESTROYED"
LINKED = "LINKED"  # a second copy of a registered document
ELECTRONIC, PAPER = "electronic", "paper"

HANDLING = (REGISTERED, ASSIGNED, PROCESSING, COMPLETED)
PROGRESS = {"04": ASSIGNED, "05": PROCESSING, "06": COMPLETED}
NAMES = {
    ARRIVED: "đang kiểm tra chữ ký số",
    CHECKED: "chờ tiếp nhận",
    REGISTERED: "đã vào sổ",
    REJECTED: "đã từ chối",
    ASSIGNED: "đã phân công",
    PROCESSING: "đang xử lý",
    COMPLETED: "đã hoàn thành",
    TAKE_BACK_REQUESTED: "bên gửi yêu cầu trả lại",
    DESTROYED: "đã trả lại bên gửi",
    LINKED: "đã gắn với bản đến trước",
}


class WrongState(Refusal):
    kind = "wrong-state"
    message = "Văn bản đến đang ở trạng thái “{state}” nên chưa thể {act}. Hãy tải lại trang để xem bước đang chờ."


class DuplicateNeedsNote(Refusal):
    kind = "duplicate"
    message = "Văn bản này đã vào sổ với số đến {number}. Nếu vẫn cần vào sổ, hãy ghi lý do vào ô ghi chú."


class FirstNotRegistered(Refusal):
    kind = "first-not-registered"
    message = "Bản kia chưa vào sổ nên chưa gắn được. Hãy tiếp nhận một bản trước rồi gắn bản còn lại vào."


class LegalHold(Refusal):
    kind = "legal-hold"
    message = (
        "Văn bản đang được lưu giữ theo quy định: {reason} Chưa trả lại và hủy được. Hãy trả lời không đồng ý (16) kèm "
        "lý do này, hoặc đề nghị lãnh đạo thôi lưu giữ trước."
    )


def require(state: str, allowed: Iterable[str], act: str) -> None:
    if state not in allowed:
        raise WrongState(state=NAMES.get(state, state), act=act)


def end_of(day: str | None) -> datetime | None:
    """The last moment of a day here; None for none, and for what a sender wrote that is no day."""
    try:
        return datetime.combine(date.fromisoformat(day or "") + timedelta(days=1), time(), VN)
    except (ValueError, OverflowError):
        return None


def code_key(code: str) -> str:
    """Number and notation as they are compared: without spaces, in capitals, without leading zeros."""
    return unicodedata.normalize("NFC", "".join(code.split())).upper().lstrip("0")


def issuer_key(name: str) -> str:
    """An issuer's name as it is compared."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def after_progress(state: str, status: str) -> str:
    """Forward only: messages may come late."""
    reached = PROGRESS.get(status)
    if state in HANDLING and reached:
        return HANDLING[max(HANDLING.index(state), HANDLING.index(reached))]
    return state
