"""Reasons, groups and progress of packages that could not be sent, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from services.portal.wording import AXES, Tag

REASONS = {
    "10": "Tệp gói tin bị từ chối",
    "18": "Trục không biết nơi nhận",
    "21": "Sai định dạng gói tin",
    "22": "Sai nội dung gói tin",
    "23": "Nơi nhận đang bị khóa",
    "unfit": "Gói tin chưa đúng quy chuẩn",
    "too-large": "Gói tin quá lớn",
    "given-up": "Thử nhiều lần không được",
    "partner-down": "Đối tác không kết nối được",
}
STATES = {
    "running": Tag("Đang gửi lại", "blue"),
    "stopped": Tag("Đã dừng", "amber"),
    "done": Tag("Đã xong", "green"),
}
KINDS = {"edoc": "Văn bản", "relay": "Gói chuyển tiếp"}


@dataclass(frozen=True)
class Group:
    """What lies there for one partner and reason."""

    name: str
    count: int
    href: str
    chosen: bool


def reason_of(code: str) -> str:
    return REASONS.get(code, "Lý do khác")


def kind_of(code: str) -> str:
    """What the package is: a document, or a status of one."""
    return KINDS.get(code) or f"Trạng thái {code}"


def names_of(lamps: list[dict[str, Any]]) -> dict[str, str]:
    """What people call each partner."""
    return AXES | {lamp["name"]: lamp["title"] for lamp in lamps if lamp.get("title")}


def href(axis: str, reason: str, **more: str) -> str:
    given = {"truc": axis, "ly_do": reason, **more}
    wanted = urlencode({name: value for name, value in given.items() if value})
    return "/truc/thu-chet" + (f"?{wanted}" if wanted else "")


def groups(counts: list[dict[str, Any]], names: dict[str, str], axis: str, reason: str) -> list[Group]:
    """One filter for each partner and reason, the fullest first."""
    return [
        Group(
            f"{names.get(row['axis'], row['axis'])}: {reason_of(row['reason_code'])}",
            row["count"],
            href(row["axis"], row["reason_code"]),
            (row["axis"], row["reason_code"]) == (axis, reason),
        )
        for row in sorted(counts, key=lambda row: -int(row["count"]))
    ]


def matching(counts: list[dict[str, Any]], axis: str, reason: str) -> int:
    """How many the filter leaves."""
    return sum(int(row["count"]) for row in counts if axis in ("", row["axis"]) and reason in ("", row["reason_code"]))


def filter_words(wanted: dict[str, Any], names: dict[str, str]) -> str:
    """Which packages a replay takes."""
    if wanted.get("ids"):
        return f"{len(wanted['ids'])} gói tin đã chọn"
    axis, reason = wanted.get("axis") or "", wanted.get("reason_code") or ""
    words = ["Mọi gói tin lỗi"]
    if axis:
        words.append(f"gửi qua {names.get(axis, axis)}")
    if reason:
        words.append(f"vì “{reason_of(reason)}”")
    return " ".join(words)
