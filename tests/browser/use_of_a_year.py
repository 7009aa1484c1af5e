"""What registry answers about the use of the system: a year of an office, a month of a province."""

from __future__ import annotations

from typing import Any

from tests.unit.portal.stand_in import AT

LONG = "Về việc báo cáo kết quả gửi, nhận văn bản điện tử 9 tháng và kế hoạch Quý IV năm 2026"
NAMES = ("Sở Khoa học và Công nghệ", "Sở Tài chính", "Ban Quản lý các khu công nghiệp tỉnh", "UBND xã Yên Sơn")


def _counts(size: int) -> dict[str, int]:
    base = {"issued": size * 12, "signed": size * 12 - size // 2, "electronic": size * 11, "recalled": size // 6}
    base |= {"returned": size // 3, "registered": size * 31, "due": size * 9, "on_time": size * 8}
    return base | {"refused": size // 2}


_ROWS = [{"office_id": f"O{n}", "office_name": name, "counts": _counts(n * 3)} for n, name in enumerate(NAMES, 1)]
_SUMS = {key: sum(row["counts"][key] for row in _ROWS) for key in _counts(1)}
_REPORT: dict[str, Any] = {"month": "2026-11", "at": AT, "offices_counted": len(_ROWS), "province": _SUMS}
_LATE = {"id": "I1", "direction": "incoming", "at": AT, "state": "PROCESSING", "type_name": "Công văn", "note": ""}
_LATE |= {"code": "4821/BKHCN-CĐSQG", "subject": LONG, "sender_name": "Bộ Khoa học và Công nghệ", "due_at": AT}

PROVINCE = {"GET registry/v1/usage": _REPORT | {"own": None, "offices": _ROWS}}
ANSWERS: dict[str, Any] = {
    "GET registry/v1/usage": _REPORT | {"own": _ROWS[0], "offices": []},
    "GET registry/v1/usage/months": [
        {"month": f"{2025 + n // 12}-{n % 12 + 1:02}", "counts": _counts(n % 5)} for n in range(11, 23)
    ],
    "GET registry/v1/usage/documents": {
        "items": [_LATE, _LATE | {"id": "I2", "state": "COMPLETED", "finished_at": AT}],
        "next": "c",
    },
}
