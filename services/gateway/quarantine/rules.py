"""Why packages wait, and what a person may do about each reason."""

from __future__ import annotations

from dataclasses import dataclass

from services.gateway.trust.rules import MALWARE, SCAN_WAITING, SECRET, SIGNATURE
from shared.problems import Conflict, Forbidden, Refusal

UNKNOWN_OFFICE, UNKNOWN_DOCUMENT, LOOP = "UNKNOWN_OFFICE", "UNKNOWN_DOCUMENT", "LOOP"
CONFLICT, DOUBLE, UNPROCESSED = "CONFLICT", "DOUBLE", "UNPROCESSED"
HELD, RELEASED, REFUSED, RETURNED = "held", "released", "refused", "returned"
DECIDERS = ("clerk", "unit_admin", "system_admin")
SECRET_DECIDERS = ("clerk",)


@dataclass(frozen=True)
class Reason:
    """`secret`: nobody but the clerk of the office concerned sees it, and what is not released is destroyed."""

    name: str
    may_release: bool = True
    secret: bool = False


UNREADABLE = Reason("Không đọc được gói tin")
REASONS = {
    UNKNOWN_OFFICE: Reason("Không rõ cơ quan nhận"),
    UNKNOWN_DOCUMENT: Reason("Trạng thái của văn bản không có ở đây"),
    LOOP: Reason("Gửi vòng"),
    CONFLICT: Reason("Trùng mã định danh, khác nội dung"),
    DOUBLE: Reason("Trùng số, ký hiệu, khác nội dung"),
    UNPROCESSED: Reason("Hệ thống lỗi khi tiếp nhận"),
    SECRET: Reason("Có dấu độ mật", secret=True),
    MALWARE: Reason("Có mã độc", may_release=False),
    SCAN_WAITING: Reason("Chờ quét mã độc", may_release=False),
    SIGNATURE: Reason("Chữ ký gói tin không đạt"),
}


class AlreadyDecided(Conflict):
    kind = "already-decided"
    message = "Gói tin này đã được xử lý. Tải lại trang để xem kết quả."


class StillUntrusted(Refusal):
    kind = "still-untrusted"
    message = "Chưa thể tiếp nhận gói tin: {reason}"


class NotReleasable(Forbidden):
    kind = "not-releasable"
    message = "Gói tin bị giữ vì “{why}” nên không ai giải phóng được. Hãy trả lại nơi gửi hoặc từ chối."


class ScanFirst(Refusal):
    kind = "scan-first"
    message = "Gói tin chưa được quét mã độc nên chưa cho qua. Khi máy quét hoạt động lại, gói tin sạch tự được nhận."


class SenderUnknown(Refusal):
    kind = "sender-unknown"
    message = "Không đọc được nơi gửi của gói tin nên không trả lại tự động được. Hãy từ chối và gọi nơi gửi."


class NothingToUndo(Conflict):
    kind = "nothing-to-undo"
    message = "Chỉ hoàn tác được việc từ chối, khi nội dung gói tin còn được giữ."


def reason(code: str) -> Reason:
    """Codes that stand in no list are those of the reader."""
    return REASONS.get(code, UNREADABLE)


def may_release(code: str) -> None:
    """Raises NotReleasable, ScanFirst."""
    if code == SCAN_WAITING:
        raise ScanFirst
    if not reason(code).may_release:
        raise NotReleasable(why=reason(code).name)


def may_return(sender_code: str, identifier: str, code: str) -> None:
    """A status 02 needs somebody to go to and a document to speak of. Raises SenderUnknown."""
    if not sender_code or not (identifier or code.strip("/")):
        raise SenderUnknown


def deciders(code: str) -> tuple[str, ...]:
    return SECRET_DECIDERS if reason(code).secret else DECIDERS
