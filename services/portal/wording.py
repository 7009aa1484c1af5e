"""Words and tones of the pages. Pure functions: the same input gives the same sentence."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.portal.times import day_time, moment
from shared.clock import VN


@dataclass(frozen=True)
class Tag:
    """A word with its tone: grey, blue, green, amber or red. The word alone carries the meaning."""

    word: str
    tone: str = "grey"


INCOMING = {
    "ARRIVED": Tag("Đã đến", "amber"),
    "CHECKED": Tag("Đã đến, chờ tiếp nhận", "amber"),
    "QUARANTINED": Tag("Cách ly", "red"),
    "REJECTED": Tag("Đã từ chối", "red"),
    "REGISTERED": Tag("Đã vào sổ", "blue"),
    "PRESENTED": Tag("Đã trình", "blue"),
    "ASSIGNED": Tag("Đã phân công", "blue"),
    "PROCESSING": Tag("Đang xử lý", "blue"),
    "COMPLETED": Tag("Hoàn thành", "green"),
    "TAKE_BACK_REQUESTED": Tag("Đang chờ lấy lại", "amber"),
    "DESTROYED": Tag("Đã hủy theo yêu cầu", "grey"),
    "LINKED": Tag("Bản trùng, đã gắn", "grey"),
}
OUTGOING = {
    "DRAFT": Tag("Dự thảo"),
    "CONSULTING": Tag("Đang xin ý kiến", "blue"),
    "SUBMITTED": Tag("Đã trình", "blue"),
    "UNIT_APPROVED": Tag("Đã duyệt nội dung", "blue"),
    "FORM_CHECKED": Tag("Đã kiểm tra thể thức", "blue"),
    "INITIALLED": Tag("Đã ký nháy", "blue"),
    "SIGNED_PENDING_TIMESTAMP": Tag("Đã ký, chờ dấu thời gian", "amber"),
    "SIGNED": Tag("Đã ký, chờ cấp số", "amber"),
    "NUMBERED": Tag("Đã cấp số", "blue"),
    "SEALED": Tag("Đã đóng dấu", "blue"),
    "ISSUED": Tag("Đã phát hành", "green"),
    "RETURNED": Tag("Bị trả lại", "amber"),
    "NEEDS_REAPPROVAL": Tag("Cần duyệt lại", "amber"),
    "RECALLED": Tag("Đã thu hồi", "red"),
    "VOIDED": Tag("Đã hủy số", "red"),
}
DELIVERY = {
    "waiting": Tag("Chờ gửi"),
    "sending": Tag("Đang gửi", "blue"),
    "sent": Tag("Đã gửi", "blue"),
    "failed": Tag("Chưa gửi được", "red"),
    "cancelled": Tag("Đã hủy gửi", "grey"),
    "01": Tag("Đã đến (01)", "blue"),
    "02": Tag("Từ chối (02)", "red"),
    "03": Tag("Đã tiếp nhận (03)", "green"),
    "04": Tag("Phân công (04)", "green"),
    "05": Tag("Đang xử lý (05)", "green"),
    "06": Tag("Hoàn thành (06)", "green"),
    "13": Tag("Lấy lại (13)", "amber"),
    "15": Tag("Đồng ý (15)", "amber"),
    "16": Tag("Không đồng ý (16)", "red"),
}
COPY = {
    "ASKED": Tag("Chờ duyệt", "amber"),
    "APPROVED": Tag("Đã duyệt, chờ cấp số", "blue"),
    "NUMBERED": Tag("Đã cấp số, đang ký", "blue"),
    "DONE": Tag("Đã ban hành", "green"),
    "REFUSED": Tag("Không duyệt", "red"),
}
SIGNED_BEFORE = {
    "VALID": Tag("Chữ ký hợp lệ", "green"),
    "NOT_VALID": Tag("Chữ ký không hợp lệ", "red"),
    "UNSIGNED": Tag("Không có chữ ký"),
    "CARRIES_NONE": Tag("Không mang chữ ký"),
}
IMAGE = {
    "proposed": Tag("Chờ duyệt", "amber"),
    "active": Tag("Đang dùng", "green"),
    "refused": Tag("Bị từ chối", "red"),
    "replaced": Tag("Đã thay", "grey"),
}
LEGAL = {
    "ORIGINAL": Tag("Bản gốc, đủ chữ ký", "green"),
    "REFERENCE_ONLY": Tag("Để biết, tham khảo", "amber"),
    "INVALID": Tag("Chữ ký không hợp lệ", "red"),
    "PAPER": Tag("Bản giấy", "grey"),
}
QUARANTINE = {
    "held": Tag("Đang giữ", "amber"),
    "released": Tag("Đã giải phóng", "green"),
    "refused": Tag("Đã từ chối", "red"),
    "returned": Tag("Đã trả lại nơi gửi", "grey"),
}
ROLE_TAGS = {
    "lead": Tag("Xử lý chính", "blue"),
    "coordinator": Tag("Phối hợp"),
    "information": Tag("Để biết"),
}
TASK_TAGS = {
    "revise": Tag("Bị trả lại", "amber"),
    "opinion": Tag("Xin ý kiến"),
    "sign": Tag("Chờ ký", "blue"),
    "take_back": Tag("Nơi gửi lấy lại", "amber"),
}
FROZEN = Tag("Tạm dừng", "amber")
ACTS = {
    "opinion": "Cho ý kiến",
    "approve_content": "Duyệt nội dung",
    "content": "Duyệt nội dung",
    "approve_form": "Duyệt thể thức",
    "form": "Duyệt thể thức",
    "initial": "Ký nháy",
    "sign": "Ký số",
    "number": "Cấp số và đóng dấu",
    "number_seal": "Cấp số và đóng dấu",
    "issue": "Phát hành",
    "register": "Tiếp nhận",
    "assign": "Phân công",
    "handle": "Nhận việc",
    "coordinate": "Cho ý kiến",
    "information": "Mở để biết",
    "take_back": "Trả lời",
    "revise": "Sửa dự thảo",
}
ICONS = {
    "opinion": "message-square",
    "coordinate": "message-square",
    "revise": "undo-2",
    "take_back": "undo-2",
    "sign": "signature",
    "initial": "signature",
    "number": "stamp",
    "number_seal": "stamp",
    "issue": "send",
    "approve_content": "file-pen-line",
    "approve_form": "file-pen-line",
}
URGENCY = {0: "", 1: "KHẨN", 2: "THƯỢNG KHẨN", 3: "HỎA TỐC"}
ROLES = {
    "clerk": "văn thư",
    "leader": "lãnh đạo",
    "deputy": "cấp phó",
    "unit_head": "trưởng đơn vị",
    "specialist": "chuyên viên",
    "unit_admin": "quản trị đơn vị",
    "system_admin": "quản trị hệ thống",
    "archivist": "lưu trữ",
}
AXES = {"national": "Trục quốc gia", "provincial": "Trục tỉnh", "local": "Nội bộ", "paper": "Giấy"}
OUTCOMES = (
    ("done", "Đã xử lý, không phải trả lời bằng văn bản"),
    ("replied", "Đã trả lời bằng văn bản"),
    ("filed", "Lưu hồ sơ"),
)


def state_tag(table: dict[str, Tag], state: str | None) -> Tag:
    """The tag of a state; an unknown one is said plainly, never as a code."""
    return table.get(state or "", Tag("Chưa rõ trạng thái"))


def task_tag(task: dict[str, Any]) -> Tag | None:
    if task.get("frozen"):
        return FROZEN
    kind, role = str(task.get("kind") or ""), str(task.get("role_tag") or "")
    return TASK_TAGS.get(kind) or ROLE_TAGS.get(role)


def task_act(task: dict[str, Any]) -> str:
    """The verb of the one button of a task."""
    if task.get("frozen"):
        return "Mở văn bản"
    if task.get("kind") in ("handle", "coordinate") and task.get("state") == "accepted":
        return "Xử lý tiếp" if task.get("kind") == "handle" else "Cho ý kiến"
    return ACTS.get(str(task.get("kind") or ""), "Mở văn bản")


def task_href(task: dict[str, Any]) -> str:
    place = "/den/" if task.get("object_type") == "incoming" else "/van-ban/"
    return f"{place}{task.get('object_id')}"


GROUPS = (("now", "Làm ngay"), ("late", "Quá hạn"), ("today", "Hôm nay"), ("week", "Tuần này"), ("later", "Sau"))


def group_of(task: dict[str, Any], now: datetime) -> str:
    """Which group of 'Việc của tôi' a task stands in: very urgent ones first, whatever their date."""
    if int(task.get("urgency") or 0) >= 2:
        return "now"
    at, here = moment(task.get("due_at")), now.astimezone(VN)
    if at is None:
        return "later"
    if at < here:
        return "late"
    if at.date() == here.date():
        return "today"
    sunday = here.date() + timedelta(days=6 - here.weekday())
    return "week" if at.date() <= sunday else "later"


def group_tasks(tasks: list[dict[str, Any]], now: datetime) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Key, title and tasks of every group, in the order of the page; figures equal lists."""
    return [(key, title, [t for t in tasks if group_of(t, now) == key]) for key, title in GROUPS]


def size_over(value: int) -> str:
    """ "66,7 MB", rounded up: what is over a limit never reads like the limit itself."""
    tenths = -(-value * 10 // 2**20)
    return f"{tenths // 10},{tenths % 10}".removesuffix(",0") + " MB"


def size(value: int | None) -> str:
    """2,4 MB."""
    amount = float(value or 0)
    if amount < 1024:
        return f"{int(amount)} B"
    for unit in ("KB", "MB", "GB"):
        amount /= 1024
        if amount < 1024 or unit == "GB":
            break
    return f"{amount:.1f} {unit}".replace(".0 ", " ").replace(".", ",")


def initials(name: str) -> str:
    """Two letters for the round mark: 'Nguyễn Thị Ánh Tuyết' gives 'ÁT'."""
    words = unicodedata.normalize("NFC", name or "").split()
    return "".join(word[0] for word in words[-2:]).upper()


TIMELINE_ACTS = {
    "draft-created": "Tạo dự thảo",
    "draft-submitted": "Trình dự thảo",
    "issued": "Phát hành",
    "sealed": "Đóng dấu",
    "number-assigned": "Cấp số",
    "leader-signed": "Lãnh đạo ký số",
}


def act_words(act: str | None) -> str:
    """An entry of the journey without its own sentence; an unknown act is said plainly."""
    return TIMELINE_ACTS.get(act or "", "Cập nhật văn bản")


@dataclass(frozen=True)
class SignatureLine:
    """One signature as a sentence a clerk can read aloud, with what stands under it."""

    text: str
    more: str
    good: bool
    proof: str = ""
    issuer: str = ""


SEALS = ("office", "annex", "seal")


ROLES_OF_SIGNATURES = {
    "leader": "Người có thẩm quyền",
    "office": "Cơ quan",
    "annex": "Cơ quan, trên phụ lục",
    "person": "Cá nhân",
    "timestamp": "Dấu thời gian",
}
LEVELS = {
    "B-T": "có dấu thời gian",
    "B-LT": "có dấu thời gian, bằng chứng lưu trong tệp",
    "B-LTA": "có dấu thời gian lưu trữ",
}


def signature_line(found: dict[str, Any]) -> SignatureLine:
    """Who signed in which role, when, at which level; valid or why not. Fields that are missing are left out."""
    who = str(found.get("signer") or found.get("signer_name") or "Chưa rõ người ký")
    role, good = str(found.get("role") or found.get("kind") or ""), bool(found.get("valid"))
    if role == "timestamp":
        text = f"Dấu thời gian của {who}{'' if good else ' không hợp lệ'}."
    elif good:
        text = f"{who} {'đóng dấu' if role in SEALS else 'ký'}; tệp không bị sửa sau đó."
    else:
        text = f"Chữ ký của {who} không hợp lệ. {found.get('reason') or 'Không coi là bản gốc.'}"
    level = str(found.get("level") or "B-B")
    kept = f"{LEVELS.get(level, '')} ({level})" if level in LEVELS else ""
    more = (ROLES_OF_SIGNATURES.get(role, ""), day_time(found.get("time")), kept)
    proof = str(found.get("sentence") or "")
    issuer = str(found.get("issuer") or "")
    return SignatureLine(text, " · ".join(word for word in more if word), good, proof, issuer)


def role_words(roles: set[str]) -> str:
    return ", ".join(word for key, word in ROLES.items() if key in roles)
