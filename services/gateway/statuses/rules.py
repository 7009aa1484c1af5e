"""Business statuses and their lawful order (law.md §3.2; edxml.md §5.1).

01 → 02 | 03 → 04 → 05 → 06, with 06 directly after 03 for documents "for information"; a receiver may leave steps out
but never goes back. 13 (the sender asks for the document back) at any time before completion → 15 | 16; after 16 the
work goes on.
"""

from __future__ import annotations

from dataclasses import dataclass

NAMES = {
    "01": "Đã đến",
    "02": "Từ chối tiếp nhận",
    "03": "Đã tiếp nhận",
    "04": "Phân công",
    "05": "Đang xử lý",
    "06": "Hoàn thành",
    "13": "Lấy lại",
    "15": "Đồng ý cập nhật, lấy lại",
    "16": "Từ chối cập nhật, lấy lại",
}
FROM_SENDER = frozenset({"13"})
FROM_RECEIVER = frozenset(NAMES) - FROM_SENDER

NOTHING = ""
_LEGAL: dict[str, frozenset[str]] = {
    NOTHING: frozenset({"01", "02", "03", "13"}),
    "01": frozenset({"02", "03", "13"}),
    "02": frozenset(),
    "03": frozenset({"04", "05", "06", "13"}),
    "04": frozenset({"05", "06", "13"}),
    "05": frozenset({"06", "13"}),
    "06": frozenset(),
    "13": frozenset({"15", "16"}),
    "15": frozenset(),
    "16": frozenset({"02", "03", "04", "05", "06", "13"}),
}


@dataclass(frozen=True)
class Move:
    """Whether a status changes the state; `note` says in Vietnamese why it does not."""

    applied: bool
    note: str = ""


def normal_code(code: str) -> str:
    """`1`, `01` and ` 01 ` are the same code."""
    text = code.strip()
    return text.zfill(2) if text.isdigit() else text


def contact(name: str, phone: str) -> str:
    """Who answered and how to reach them, as the sender reads it."""
    return ", ".join(part for part in (name.strip(), phone.strip() and f"điện thoại {phone.strip()}") if part)


def move(current: str, new: str) -> Move:
    """Judge one status against the present one. An illegal or unknown one is stored and shown, never applied."""
    if new not in NAMES:
        return Move(False, f"Mã trạng thái {new} không có trong danh mục; chỉ lưu để tra cứu.")
    if new == current:
        return Move(False, f"Trạng thái {new} ({NAMES[new]}) đã được ghi nhận trước đó.")
    if new in _LEGAL.get(current, frozenset()):
        return Move(True)
    before = f"{current} ({NAMES[current]})" if current in NAMES else "chưa có trạng thái"
    return Move(False, f"Trạng thái {new} ({NAMES[new]}) không hợp lệ khi văn bản đang ở: {before}.")
