"""Judging what the national axis answered (axis.md §1.3-§1.5)."""

from __future__ import annotations

import json
from typing import Any

from services.gateway.axes.protocol import AxisRefused, AxisUnavailable, RefusalKind

REFUSALS: dict[str, tuple[RefusalKind, str]] = {
    "10": ("file", "Trục từ chối: tệp không hợp lệ"),
    "15": ("credentials", "Trục từ chối: sai mã hệ thống hoặc khóa bí mật"),
    "18": ("receiver", "Trục từ chối: đơn vị nhận không tồn tại"),
    "19": ("sender", "Trục từ chối: đơn vị gửi chưa đăng ký"),
    "21": ("file", "Trục từ chối: lỗi xử lý tệp"),
    "22": ("file", "Trục từ chối: gói tin edXML sai chuẩn"),
    "23": ("receiver", "Trục từ chối: đơn vị nhận đã bị khóa"),
}
EXISTS = "existdoc"


def parse_envelope(text: str | bytes, http_status: int) -> dict[str, Any]:
    """The answer's object when ErrorCode is 0; otherwise the error it means."""
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise not_understood(http_status, "không phải JSON") from error
    if not isinstance(answer, dict) or "ErrorCode" not in answer:
        raise not_understood(http_status, "thiếu ErrorCode")
    code, description = str(answer["ErrorCode"]).strip(), str(answer.get("ErrorDesc") or "").strip()
    if code != "0":
        raise coded_error(code, description)
    if http_status != 200 or str(answer.get("status", "")).upper() != "OK":
        raise not_understood(http_status, "trạng thái không phải OK")
    return answer


def coded_error(code: str, description: str) -> AxisRefused | AxisUnavailable:
    """Map an ErrorCode: known refusals are final, 20 and every unknown code is tried again."""
    known = REFUSALS.get(code)
    detail = f" ({description[:300]})" if description else ""
    if known is None:
        return AxisUnavailable(f"mã lỗi {code}{detail}", code)
    kind, message = known
    return AxisRefused(code, kind, message + detail)


def not_understood(http_status: int, what: str) -> AxisRefused | AxisUnavailable:
    """An answer that is not the axis' own: credentials when HTTP says so, else an outage."""
    if http_status == 401:
        return AxisRefused("15", "credentials", REFUSALS["15"][1])
    if http_status == 413:
        return AxisRefused("10", "file", "Trục từ chối: gói tin quá lớn")
    return AxisUnavailable(f"câu trả lời lạ, HTTP {http_status}, {what}")


def already_there(error: AxisRefused | AxisUnavailable) -> bool:
    """Whether the receiver says that it has this document already (§1.7)."""
    return EXISTS in str(error).lower()


def data_list(answer: dict[str, Any]) -> list[dict[str, str]]:
    """`data[]` with all values as text; anything else is not an empty list but an odd answer."""
    data = answer.get("data")
    if not isinstance(data, list) or not all(isinstance(entry, dict) for entry in data):
        raise AxisUnavailable("câu trả lời lạ: thiếu danh sách data")
    return [{key: "" if value is None else str(value) for key, value in entry.items()} for entry in data]


def looks_like_error(head: bytes) -> bool:
    """Whether the first bytes of a download are JSON or a web page and not a package."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:16].lower()
    return not start or start.startswith((b"{", b"[", b"<!doctype", b"<html"))
