"""Words, dates and tones of the pages. Pure functions: the same input gives the same sentence."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

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
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ Nhật")


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


def moment(value: Any) -> datetime | None:
    """A moment in Vietnam out of what a service sent."""
    if not value:
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value.replace("Z", "+00:00"))
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if value.tzinfo is None:
        value = value.replace(tzinfo=VN)
    at: datetime = value.astimezone(VN)
    return at


def day(value: Any) -> str:
    """23/11/2026."""
    at = moment(value)
    return at.strftime("%d/%m/%Y") if at else ""


def day_time(value: Any) -> str:
    """23/11/2026 14:05."""
    at = moment(value)
    return at.strftime("%d/%m/%Y %H:%M") if at else ""


def long_day(value: date) -> str:
    """Thứ Hai, 23/11/2026."""
    name = WEEKDAYS[value.weekday()]
    return f"{name[0].upper()}{name[1:]}, {value:%d/%m/%Y}"


@dataclass(frozen=True)
class Due:
    """How long is left, in words, over the exact moment."""

    words: str
    exact: str
    tone: str  # "late", "today", "later"


def due(value: Any, now: datetime) -> Due | None:
    """'Còn 2 giờ' over 'hôm nay 16:30'; 'Quá hạn 1 ngày' over '20/11/2026'."""
    at = moment(value)
    if at is None:
        return None
    here = now.astimezone(VN)
    left = at - here
    if left < timedelta(0):
        return Due(f"Quá hạn {span(-left)}", at.strftime("%d/%m/%Y"), "late")
    if at.date() == here.date():
        return Due(f"Còn {span(left)}", f"hôm nay {at:%H:%M}", "today")
    days = (at.date() - here.date()).days
    exact = f"{WEEKDAYS[at.weekday()]} {at:%d/%m}" if days < 7 else f"{at:%d/%m/%Y}"
    return Due(f"Còn {days} ngày", exact, "later")


def span(length: timedelta) -> str:
    """The length of time in its largest unit; under three hours with minutes."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return f"{max(minutes, 1)} phút"
    hours, rest = divmod(minutes, 60)
    if hours < 3 and rest:
        return f"{hours} giờ {rest} phút"
    return f"{hours} giờ" if hours < 24 else f"{hours // 24} ngày"


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


def read_day(text: str, today: date) -> str | None:
    """A date typed by hand ('5/11', '05/11/2026', '05112026', '+3', 'hôm nay', ISO) as ISO; None when empty.

    Raises ValueError when it is no date. '+3' counts working days, Monday to Friday.
    """
    word = unicodedata.normalize("NFC", text).strip().lower()
    if not word:
        return None
    if word == "hôm nay":
        return today.isoformat()
    if word.startswith("+"):
        return _working_days(today, int(word[1:])).isoformat()
    if len(word) == 10 and word[4] == "-":
        return date.fromisoformat(word).isoformat()
    if word.isdigit() and len(word) == 8:
        word = f"{word[:2]}/{word[2:4]}/{word[4:]}"
    parts = [int(part) for part in word.replace("-", "/").replace(".", "/").split("/")]
    if len(parts) not in (2, 3):
        raise ValueError(text)
    year = parts[2] if len(parts) == 3 else today.year
    return date(year, parts[1], parts[0]).isoformat()


def _working_days(start: date, count: int) -> date:
    found = start
    while count > 0:
        found += timedelta(days=1)
        count -= found.weekday() < 5
    return found


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


def waiting_words(since: Any, now: datetime) -> str:
    """'Chờ 25 phút'; empty where it is not known since when."""
    at = moment(since)
    return f"Chờ {span(now.astimezone(VN) - at)}" if at else ""


def role_words(roles: set[str]) -> str:
    return ", ".join(word for key, word in ROLES.items() if key in roles)
