"""The lamp of a certificate, in words and tone. Pure."""

from __future__ import annotations

from collections import Counter
from typing import Any

from services.portal.wording import Tag

DEVICES = (
    ("token", "Thiết bị USB của người ký"),
    ("vgca", "Công cụ ký số của Ban Cơ yếu"),
    ("pkcs11", "Thiết bị HSM của cơ quan"),
    ("csc", "Dịch vụ ký số từ xa"),
)
NAMES = {
    "blocked": "Đã khóa, hết hạn",
    "7": "Dưới 7 ngày",
    "30": "Dưới 30 ngày",
    "60": "Dưới 60 ngày",
    "good": "Còn hạn",
}
BLOCKED = {"expired": "Đã hết hạn", "lost": "Đã báo mất", "revoked": "Đã bị thu hồi"}


def lamp(certificate: dict[str, Any]) -> str:
    """`blocked`, the threshold in days that was reached, or `good`."""
    if certificate.get("state") != "active":
        return "blocked"
    return str(certificate["alarm"]) if certificate.get("alarm") else "good"


def row(certificate: dict[str, Any]) -> dict[str, Any]:
    """The certificate with its lamp and its tag."""
    of = lamp(certificate)
    if of == "blocked":
        tag = Tag(BLOCKED.get(str(certificate.get("state")), "Không dùng được"), "red")
    else:
        left = int(certificate.get("days_left") or 0)
        tone = "green" if of == "good" else "red" if left <= 7 else "amber"
        tag = Tag(f"Còn {left} ngày" if left else "Hết hạn trong hôm nay", tone)
    return {**certificate, "lamp": of, "tag": tag}


def counts(rows: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    """Each lamp that is lit, with how many rows its link shows."""
    found = Counter(one["lamp"] for one in rows)
    ordered = [*NAMES, *(key for key in found if key not in NAMES)]
    return [(key, NAMES.get(key, f"Dưới {key} ngày"), found[key]) for key in ordered if found[key]]
