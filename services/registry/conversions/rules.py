"""Migration of formats: which files, to which format, and what is written down of it (NĐ 30/2020 PL VI, I.5e). Pure."""

from __future__ import annotations

from contracts.message import FileRef
from contracts.signing.api import VerdictView
from services.registry.documents.convert import CONVERTIBLE
from shared.problems import Refusal

FORMAT = "PDF/A-2b"
PDF = "application/pdf"
IMAGES = frozenset({"image/jpeg", "image/png", "image/tiff", "image/gif"})
SIGNED_VALID, SIGNED_INVALID, UNSIGNED, CARRIES_NONE = "VALID", "NOT_VALID", "UNSIGNED", "CARRIES_NONE"
STATES = {
    SIGNED_VALID: "Chữ ký số hợp lệ trước khi chuyển đổi",
    SIGNED_INVALID: "Chữ ký số không hợp lệ hoặc chưa đủ trước khi chuyển đổi",
    UNSIGNED: "Không có chữ ký số trước khi chuyển đổi",
    CARRIES_NONE: "Định dạng gốc không mang chữ ký số",
}


class ToolMissing(Refusal):
    kind, status = "archival-tool-missing", 503
    message = "Máy chủ chưa cài Ghostscript nên chưa chuyển được sang PDF/A. Hãy báo quản trị hệ thống cài đặt."


class NotToConvert(Refusal):
    kind, status = "not-to-convert", 415
    message = "Không chuyển được “{name}” sang PDF/A vì định dạng này không được hỗ trợ. Tệp gốc vẫn được giữ nguyên."


class NotConverted(Refusal):
    kind, status = "not-converted", 422
    message = "Chưa chuyển được “{name}” sang PDF/A: {why}. Tệp gốc vẫn được giữ nguyên."


class NotOnRecord(Refusal):
    kind = "not-on-record"
    message = "Chỉ chuyển đổi định dạng tệp của văn bản đã vào sổ hoặc đã phát hành. Hãy vào sổ văn bản trước."


class StateUnknown(Refusal):
    kind, status = "signature-state-unknown", 503
    message = (
        "Chưa kiểm tra được chữ ký số trước khi chuyển đổi vì dịch vụ ký số không trả lời, nên chưa chuyển đổi. "
        "Hãy thử lại sau ít phút."
    )


def way(file: FileRef) -> str:
    """ "pdf", "image" or "office". Raises NotToConvert."""
    extension = "." + file.name.rpartition(".")[2].lower()
    if file.content_type == PDF:
        return "pdf"
    if file.content_type in IMAGES:
        return "image"
    if extension in CONVERTIBLE:
        return "office"
    raise NotToConvert(name=file.display_name or file.name)


def signature_state(verdict: VerdictView | None) -> str:
    if verdict is None:
        return CARRIES_NONE
    if not verdict.signatures:
        return UNSIGNED
    return SIGNED_VALID if verdict.valid else SIGNED_INVALID


def result_name(name: str) -> str:
    return f"{name.rpartition('.')[0] or name} (bản chuyển đổi PDF-A).pdf"


def mark(sha256: str, day: str) -> str:
    """What stands at the lower edge of every page of the converted copy."""
    return f"Bản chuyển đổi sang {FORMAT} ngày {day} từ tệp gốc có SHA-256 {sha256}; không thay bản gốc."
