"""The life of an incoming document (requirement table §18; NĐ 30 Đ21–24)."""

from __future__ import annotations

from collections.abc import Iterable

from shared.problems import Refusal

ARRIVED, CHECKED, REGISTERED, REJECTED = "ARRIVED", "CHECKED", "REGISTERED", "REJECTED"
ASSIGNED, PROCESSING, COMPLETED = "ASSIGNED", "PROCESSING", "COMPLETED"
TAKE_BACK_REQUESTED, DESTROYED = "TAKE_BACK_REQUESTED", "DESTROYED"

HANDLING = (REGISTERED, ASSIGNED, PROCESSING, COMPLETED)
PROGRESS = {"04": ASSIGNED, "05": PROCESSING, "06": COMPLETED}
SHORTEST_REASON = 10
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
}


class WrongState(Refusal):
    kind = "wrong-state"
    message = "Văn bản đến đang ở trạng thái “{state}” nên chưa thể {act}. Hãy tải lại trang để xem bước đang chờ."


class ReasonTooShort(Refusal):
    kind, status = "reason-too-short", 422
    message = "Lý do cần ít nhất {least} ký tự để bên gửi hiểu. Hãy ghi rõ hơn."


class DuplicateNeedsNote(Refusal):
    kind = "duplicate"
    message = "Văn bản này đã vào sổ với số đến {number}. Nếu vẫn cần vào sổ, hãy ghi lý do vào ô ghi chú."


def require(state: str, allowed: Iterable[str], act: str) -> None:
    if state not in allowed:
        raise WrongState(state=NAMES.get(state, state), act=act)


def reason(text: str) -> str:
    """The reason, trimmed. Raises ReasonTooShort."""
    kept = " ".join(text.split())
    if len(kept) < SHORTEST_REASON:
        raise ReasonTooShort(least=SHORTEST_REASON)
    return kept


def after_progress(state: str, status: str) -> str:
    """Forward only: messages may come late."""
    reached = PROGRESS.get(status)
    if state in HANDLING and reached:
        return HANDLING[max(HANDLING.index(state), HANDLING.index(reached))]
    return state
