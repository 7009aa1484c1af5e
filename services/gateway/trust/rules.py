"""What keeps a readable package from passing by itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from services.gateway.edxml import Package

MALWARE, SCAN_WAITING, SECRET, SIGNATURE = "MALWARE", "SCAN_WAITING", "SECRET", "SIGNATURE"
MARKS = frozenset({"MẬT", "TỐI MẬT", "TUYỆT MẬT"})
_SECRECY_FIELDS = ("SECRE", "DOMAT", "CONFIDENTIAL", "CLASSIFICATION")  # parts of names of elements partners add
_NOT_SECRET = frozenset({"", "0", "FALSE", "NO", "NONE", "THƯỜNG", "KHÔNG"})

REQUIRED, VALID = "required", "valid"  # a partner's rule about the XML signature; empty: none


@dataclass(frozen=True)
class Finding:
    """Why the package waits: `code` for machines, `reason` for people."""

    code: str
    reason: str


def mark(line: str) -> str:
    """The mark of secrecy that this line is, or nothing: "MẬT", "TỐI MẬT", "TUYỆT MẬT", also with spaced letters."""
    text = unicodedata.normalize("NFC", " ".join(line.split())).strip(" .:*-–—[]()")
    if text in MARKS:
        return text
    tight = text.replace(" ", "")
    spaced = len(text) > 2 and all(len(part) == 1 for part in text.split())
    return next((found for found in MARKS if spaced and found.replace(" ", "") == tight), "")


def mark_in(lines: Iterable[str]) -> str:
    return next((found for found in map(mark, lines) if found), "")


def header_mark(package: Package) -> str:
    """What the header itself says of secrecy: a field that is a mark, or an element of its own for it."""
    fields = [package.subject, package.type_name, package.content, package.sphere, *package.to_places]
    if found := mark_in(line for field in fields for line in field.splitlines()):
        return found
    for unknown in package.other:
        name, text = unknown.path.rsplit("/", 1)[-1].upper(), unicodedata.normalize("NFC", unknown.text.strip()).upper()
        if mark(text) or (any(part in name for part in _SECRECY_FIELDS) and text not in _NOT_SECRET):
            return mark(text) or unknown.text.strip()[:40]
    return ""


def secret(found: str, where: str) -> Finding:
    return Finding(
        SECRET,
        f"{where} có dấu độ mật “{found}”. Văn bản mật không được gửi qua hệ thống này: dừng lại và dùng kênh riêng. "
        "Nếu là nhầm lẫn, văn thư của cơ quan nhận giải phóng kèm lý do.",
    )


def signature(rule: str, state: str) -> Finding | None:
    """Whether the package's XML signature satisfies the partner's rule."""
    missing = state in ("absent", "placeholder")
    if rule == "" or state == "valid" or (rule == REQUIRED and not missing and state != "invalid"):
        return None
    said = {"invalid": "không hợp lệ", "unverifiable": "không kiểm tra được"}.get(state, "không có")
    return Finding(
        SIGNATURE,
        f"Đối tác này phải ký số gói tin, nhưng chữ ký của gói {said}. Liên hệ nơi gửi để xác nhận rồi giải phóng, "
        "hoặc trả lại.",
    )


def malware(name: str, virus: str) -> Finding:
    return Finding(
        MALWARE,
        f"Tệp “{name}” chứa mã độc ({virus}). Không mở tệp; báo bộ phận an toàn thông tin và nơi gửi. "
        "Gói tin này không giải phóng được.",
    )


def not_scanned(why: str) -> Finding:
    return Finding(
        SCAN_WAITING,
        f"Chờ quét mã độc: {why}. Gói tin tự được nhận khi máy quét trả lời là sạch; chưa quét thì không cho qua.",
    )
