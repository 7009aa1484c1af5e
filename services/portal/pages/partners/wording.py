"""Words of the keys and of the web-hooks of a partner that calls us."""

from __future__ import annotations

from typing import Any

from services.portal.times import moment
from services.portal.wording import Tag
from shared.clock import now

CLIENT_KIND = "mailbox"  # the kind whose partners come to us: only they have keys and are told
KINDS = {"oauth2": "OAuth2", "signed-headers": "Tiêu đề có chữ ký", "mtls": "Chứng thư (mutual TLS)"}
SCOPES = {
    "send": "gửi gói tin",
    "receive": "nhận gói tin",
    "directory": "đọc danh mục đơn vị",
    "register": "đăng ký đơn vị của mình",
}
OVERLAPS = (("168", "Thêm 7 ngày"), ("720", "Thêm 30 ngày"), ("24", "Thêm 1 ngày"), ("0", "Ngừng khóa cũ ngay"))
HOOKS = {
    "waiting": Tag("Đang chờ báo", "amber"),
    "told": Tag("Đã báo", "green"),
    "given-up": Tag("Không báo được", "red"),
}
HOOK_KINDS = {
    "test": "Gọi thử",
    "answer.overdue": "Nhắc trả lời",
    "edoc.waiting": "Có văn bản chờ nhận",
    "status.waiting": "Có trạng thái chờ nhận",
    "edoc.done": "Văn bản đã được nhận",
    "edoc.fail": "Văn bản không nhận được",
    "status.done": "Trạng thái đã được nhận",
    "status.fail": "Trạng thái không nhận được",
}


def key_tag(key: dict[str, Any]) -> Tag:
    """Whether a key works."""
    if key.get("revoked_at"):
        return Tag("Đã thu hồi", "red")
    if key.get("in_force"):
        return Tag("Đang dùng", "green")
    return Tag("Hết hạn")


def hook_kind(name: str) -> str:
    return HOOK_KINDS.get(name, name)


def ends_soon(key: dict[str, Any], days: int = 30) -> bool:
    """Whether somebody has to think of its successor."""
    end = moment(key.get("expires_at"))
    return bool(key.get("in_force") and end and (end - now()).days < days)
