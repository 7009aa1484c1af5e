"""Whole sentences that a clerk can read aloud: on each signature, and on the document."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.signing.judging.reasons import blocking
from services.signing.judging.verdict import Reason, SignatureFacts
from shared.clock import VN

PARTS = {"leader": "người có thẩm quyền", "office": "cơ quan", "annex": "cơ quan (trên phụ lục)", "person": "cá nhân"}
KEPT = {
    "B-LT": " Bằng chứng về chứng thư được lưu ngay trong tệp.",
    "B-LTA": " Bằng chứng về chứng thư được lưu trong tệp và có dấu thời gian lưu trữ.",
}


def spoken(one: SignatureFacts) -> SignatureFacts:
    """The facts with their sentence."""
    return replace(one, sentence=_signature(one))


def _signature(one: SignatureFacts) -> str:
    wrong = [r.message for r in one.reasons if blocking(r)]
    if one.role == "timestamp":
        if one.valid and one.time_proven:
            return f"Dấu thời gian của “{one.signer}” xác nhận toàn bộ nội dung trước đó đã có lúc {moment(one.time)}."
        return f"Dấu thời gian của “{one.signer}” không dùng được. {_joined(one.reasons)}"
    if one.role == "unknown":
        return f"Không kết luận được về chữ ký “{one.field}”. {_joined(one.reasons)}"
    who = f"Chữ ký số của {PARTS[one.role]} “{one.signer}”"
    if wrong:
        return f"{who} KHÔNG được công nhận. {' '.join(wrong)}"
    when = f" lúc {moment(one.time)}" if one.time and one.time_proven else ""
    proof = "thời điểm ký do máy chủ dấu thời gian xác nhận" if one.time_proven else _unproven(one.time)
    return (
        f"{who}{when} hợp lệ: nội dung không đổi từ khi ký, chứng thư do “{one.issuer}” cấp có hiệu lực khi ký, "
        f"{proof}.{KEPT.get(one.level, '')}"
    )


def _unproven(time: datetime | None) -> str:
    if time is None:
        return "thời điểm ký không được ghi"
    return f"thời điểm ký {moment(time)} do máy người ký ghi, chưa được chứng minh"


def _joined(reasons: tuple[Reason, ...]) -> str:
    return " ".join(one.message for one in reasons)


def whole(valid: bool, signatures: list[SignatureFacts], reasons: tuple[Reason, ...]) -> str:
    """The sentence on the document: its legal value, and why in one plain sentence."""
    if not valid:
        first = next((r.message for r in reasons if blocking(r)), "")
        return f"Văn bản chỉ để biết, tham khảo. {first}".strip()
    persons = _names(signatures, ("leader", "person"))
    offices = _names(signatures, ("office", "annex"))
    if not persons:
        return f"Phụ lục có giá trị như bản gốc: có chữ ký số hợp lệ của cơ quan ({offices})."
    if not offices:
        return f"Chữ ký số của người có thẩm quyền ({persons}) hợp lệ; văn bản chờ chữ ký số của cơ quan."
    return (
        f"Văn bản có giá trị như bản gốc: đủ chữ ký số hợp lệ của người có thẩm quyền ({persons}) và của cơ quan "
        f"({offices})."
    )


def _names(signatures: list[SignatureFacts], roles: tuple[str, ...]) -> str:
    return "; ".join(dict.fromkeys(one.signer for one in signatures if one.role in roles))


def moment(time: datetime | None) -> str:
    """As people say it: "09:15:30 ngày 23/11/2026"."""
    return f"{time.astimezone(VN):%H:%M:%S ngày %d/%m/%Y}" if time else "không rõ"
