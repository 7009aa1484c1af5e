"""What the gateway answers on a day with some trouble: lamps, packages that failed, a replay under way."""

from __future__ import annotations

from typing import Any

from tests.unit.portal.stand_in import AT

LONG = "Về việc báo cáo kết quả gửi, nhận văn bản điện tử 9 tháng và kế hoạch Quý IV năm 2026"


def _lamp(name: str, title: str, **more: Any) -> dict[str, Any]:
    base = {"name": name, "title": title, "kind": "national", "up": True, "since": AT, "waiting": 0, "oldest": None}
    base |= {"circuit": "closed", "failures": 0, "dead_letters": 0, "paused": False, "unregistered": 0}
    return base | {"asked_at": AT, "received_at": AT, "last_error": ""} | more


def _letter(key: str, reason: str, **more: Any) -> dict[str, Any]:
    base = {"id": key, "axis": "national", "what": "edoc", "title": LONG, "notation": "128/SKHCN-VP", "attempts": 3}
    base |= {"from_code": "H60.01.05", "to_code": "G06.22.000.00.00", "document_id": "D1", "reason_code": reason}
    return base | {"reason": "Trục không biết mã định danh của nơi nhận.", "queued_at": AT} | more


_REPLAY = {"id": "R1", "filter": {"axis": "national", "reason_code": "18"}, "state": "running", "total": 400}
_REPLAY |= {"done": 120, "per_second": 500, "by_name": "Phạm Ngọc Lan", "started_at": AT, "finished_at": None}

ANSWERS: dict[str, Any] = {
    "GET gateway/v1/axes": [
        _lamp("national", "Trục liên thông văn bản quốc gia", waiting=2, oldest=AT, dead_letters=2),
        _lamp("lgsp", "Nền tảng tích hợp, chia sẻ dữ liệu của tỉnh", up=False, last_error="Hết thời gian chờ."),
        _lamp("bhxh", "Bảo hiểm xã hội tỉnh", circuit="open", failures=5, next_try_at=AT, waiting=14, oldest=AT),
        _lamp("thue", "Thuế tỉnh Tuyên Quang", paused=True, pause_reason="Đối tác nâng cấp hệ thống."),
        _lamp("kho-bac", "Kho bạc Nhà nước khu vực"),
    ],
    "GET gateway/v1/dead-letters": {
        "items": [
            _letter("1", "18"),
            _letter("2", "given-up", what="03", title="", notation="", document_id=None, attempts=41),
        ],
        "next": "c",
    },
    "GET gateway/v1/dead-letters/counts": [
        {"axis": "national", "reason_code": "18", "count": 280, "oldest": AT},
        {"axis": "lgsp", "reason_code": "given-up", "count": 1, "oldest": AT},
    ],
    "GET gateway/v1/replays": [_REPLAY | {"state": "done", "done": 400}, _REPLAY | {"state": "stopped"}],
    "GET gateway/v1/replays/R1": _REPLAY,
}
