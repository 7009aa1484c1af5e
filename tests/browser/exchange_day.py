"""What the gateway answers on a day with some trouble: lamps, packages that failed, a replay under way."""

from __future__ import annotations

from typing import Any

from services.gateway.axes.kinds import kinds
from services.gateway.partners.queries import kind_view
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

_PARTNER = {"id": "P1", "name": "bhxh", "title": "Bảo hiểm xã hội tỉnh Tuyên Quang", "kind": "mailbox", "version": 4}
_PARTNER |= {"settings": {"requests_per_minute": 600, "webhook_url": "https://bhxh.example.gov.vn/edoc/hooks"}}
_PARTNER |= {"secrets": ["webhook_secret"], "codes": [{"code": "G09"}, {"code": "G09.22"}, {"code": "G09.23"}]}
_PARTNER |= {"is_default": False, "package_limit_mb": 100, "signature_rule": "valid", "poll_seconds": None}
_PARTNER |= {"valid_from": "2026-01-01", "valid_to": None, "paused": False, "pause_reason": "", "changed_at": AT}
_PARTNER |= {"from_environment": False}
_KEY = {
    "id": "K1",
    "kind": "oauth2",
    "client_id": "bhxh-3f2a9c",
    "scopes": ["send", "receive"],
    "label": "Máy chủ chính",
}
_KEY |= {"created_at": AT, "expires_at": "2026-12-01T16:59:59+00:00", "revoked_at": None, "used_at": AT}
_KEY |= {"in_force": True}
_HOOK = {"id": "H1", "type": "edoc.waiting", "state": "told", "attempts": 1, "next_at": AT, "created_at": AT}
_HOOK |= {"last_error": "", "told_at": AT}

_PACKAGE = {"id": "1", "at": AT, "axis": "national", "title": LONG, "notation": "128/SKHCN-VP", "incoming_id": None}
_PACKAGE |= {"from_code": "H60.01.05", "to_code": "G06.22.000.00.00"}


def _traffic() -> list[dict[str, Any]]:
    """A fortnight on two ways, weekends quiet."""
    found = []
    for day in range(7, 21):
        busy = 0 if day in (7, 8, 14, 15) else 20 + day * 7 % 31
        told = {"acknowledged": busy // 2, "mean_seconds": 60.0 * day}
        base = {"day": f"2026-11-{day:02}", "failed": busy // 24, "received": busy * 2 // 3}
        found.append(base | {"axis": "national", "sent": busy} | told)
        found.append(base | {"axis": "lgsp", "sent": busy // 3, "failed": 0} | told)
    return found


ANSWERS: dict[str, Any] = {
    "GET gateway/v1/traffic": _traffic(),
    "GET gateway/v1/traffic/packages": {"items": [_PACKAGE, _PACKAGE | {"id": "2"}], "next": "c"},
    "GET gateway/v1/axes": [
        _lamp("national", "Trục liên thông văn bản quốc gia", waiting=2, oldest=AT, dead_letters=2),
        _lamp("lgsp", "Nền tảng tích hợp, chia sẻ dữ liệu của tỉnh", up=False, last_error="Hết thời gian chờ."),
        _lamp("bhxh", "Bảo hiểm xã hội tỉnh", circuit="open", failures=5, next_try_at=AT, waiting=14, oldest=AT),
        _lamp("thue", "Thuế tỉnh Tuyên Quang", paused=True, pause_reason="Đối tác nâng cấp hệ thống."),
        _lamp("kho-bac", "Kho bạc Nhà nước khu vực"),
    ],
    "GET gateway/v1/partner-kinds": [kind_view(kind).model_dump(mode="json") for kind in kinds().values()],
    "GET gateway/v1/partners": [
        _PARTNER,
        _PARTNER
        | {"id": "P2", "name": "national", "title": "Trục liên thông văn bản quốc gia", "kind": "national"}
        | {"is_default": True, "codes": [], "from_environment": True},
        _PARTNER | {"id": "P3", "name": "thue", "title": "Thuế tỉnh", "paused": True, "pause_reason": "Nâng cấp."},
    ],
    "GET gateway/v1/partners/P1": _PARTNER,
    "GET gateway/v1/partners/P1/credentials": [_KEY | {"id": "K0", "revoked_at": AT, "in_force": False}, _KEY],
    "GET gateway/v1/partners/P1/hooks": [
        _HOOK,
        _HOOK | {"id": "H2", "state": "given-up", "attempts": 10, "last_error": "lỗi kết nối (ConnectTimeout)"},
    ],
    "POST gateway/v1/partners/P1/credentials": _KEY | {"secret": "mY1-v7kQ2Zp0sT9wXrB4nL6cEoJ3uHdA8gVfIyKqPzM"},
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
