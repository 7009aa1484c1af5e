"""Which files may come in: formats (QĐ 28 Đ7 k3), by name and by true type; nothing that runs (Đ17 k2)."""

from __future__ import annotations

from pathlib import PurePosixPath

from shared.problems import Refusal

LIMIT = 50 * 2**20  # bytes: QĐ 28 Đ7 k4

TYPES = {
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".rtf": "application/rtf",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".gif": "image/gif",
}
ALLOWED = ", ".join(TYPES)
RUNS = frozenset(
    [
        ".exe",
        ".com",
        ".scr",
        ".pif",
        ".bat",
        ".cmd",
        ".ps1",
        ".vbs",
        ".vbe",
        ".js",
        ".jse",
        ".wsf",
        ".hta",
        ".msi",
        ".dll",
        ".jar",
        ".lnk",
        ".sh",
        ".html",
        ".htm",
        ".svg",
        ".php",
        ".docm",
        ".dotm",
        ".xlsm",
        ".xltm",
        ".pptm",
        ".apk",
        ".reg",
        ".cpl",
        ".iso",
        ".zip",
        ".rar",
        ".7z",
    ]
)


class FormatRefused(Refusal):
    kind, status = "format-refused", 415
    message = "Tệp “{name}” không thuộc định dạng được nhận. Hãy chuyển sang một trong: {allowed}."


class DoubleExtension(Refusal):
    kind, status = "double-extension", 415
    message = "Tệp “{name}” có hai phần mở rộng, thường dùng để che tệp độc hại. Hãy đặt lại tên với một phần mở rộng."


class TypeMismatch(Refusal):
    kind, status = "type-mismatch", 415
    message = "Tệp “{name}” không đúng là {extension}: nội dung bên trong là loại khác. Hãy lưu lại đúng định dạng."


class Malware(Refusal):
    kind, status = "malware", 422
    message = "Tệp “{name}” chứa mã độc nên đã bị chặn. Đừng mở tệp; hãy báo bộ phận an toàn thông tin."


class NotScanned(Refusal):
    kind, status = "not-scanned", 503
    message = "Chưa quét được mã độc cho tệp “{name}” ({why}) nên chưa nhận tệp. Hãy thử lại sau ít phút."


class ActiveContent(Refusal):
    kind, status = "active-content", 422
    message = "Tệp “{name}” có {what}. Hãy lưu lại tệp không kèm phần này (ví dụ in ra PDF) rồi tải lên lại."


class Unreadable(Refusal):
    kind, status = "unreadable-file", 422
    message = "Tệp “{name}” bị hỏng hoặc đặt mật khẩu nên không kiểm tra được. Hãy bỏ mật khẩu hoặc lưu lại tệp."


class EmptyFile(Refusal):
    kind, status = "empty-file", 422
    message = "Tệp “{name}” không có nội dung. Hãy chọn lại tệp."


def extension_of(name: str) -> str:
    """The one extension of an allowed file. Raises FormatRefused or DoubleExtension."""
    path = PurePosixPath(name.strip().rstrip(".").lower())
    if path.suffix not in TYPES:
        raise FormatRefused(name=name, allowed=ALLOWED)
    inner = PurePosixPath(path.stem).suffix.strip()
    if inner in RUNS or inner in TYPES:
        raise DoubleExtension(name=name)
    return path.suffix
