"""What makes a partner's configuration a good one."""

from __future__ import annotations

import re
from datetime import date

from services.gateway.routing.rules import LOCAL
from shared.problems import Conflict, Invalid

NAME = re.compile(r"[a-z][a-z0-9-]{1,19}")
RESERVED = frozenset({LOCAL, "unknown", "poll", "clamd"})


class BadName(Invalid):
    kind = "bad-partner-name"
    message = "Tên kênh “{name}” chưa đúng: dùng 2–20 chữ thường không dấu, số, gạch nối, bắt đầu bằng chữ."


class NameTaken(Conflict):
    kind = "partner-name-taken"
    message = "Đã có đối tác tên kênh “{name}”. Hãy chọn tên khác hoặc sửa đối tác đó."


class CodeTaken(Conflict):
    kind = "partner-code-taken"
    message = "Mã {code} đang được gửi qua đối tác “{owner}”. Hãy bỏ mã này ở đối tác kia trước."


class DefaultTaken(Conflict):
    kind = "default-partner-taken"
    message = "Đối tác “{owner}” đang là đường gửi mặc định. Hãy bỏ mặc định ở đó trước."


class FromEnvironment(Conflict):
    kind = "partner-from-environment"
    message = "Đối tác này do cấu hình QLVB_AXIS_NATIONAL tạo ra; hãy sửa cấu hình đó rồi khởi động lại dịch vụ."


class ChangedMeanwhile(Conflict):
    kind, status = "changed-meanwhile", 412
    message = "Người khác vừa sửa đối tác này. Hãy tải lại để xem bản mới rồi sửa tiếp."


class BadValidity(Invalid):
    kind = "bad-validity"
    message = "Ngày hết hiệu lực phải sau ngày bắt đầu. Hãy nhập lại."


def check_name(name: str) -> str:
    """Raises BadName."""
    if not NAME.fullmatch(name) or name in RESERVED:
        raise BadName(name=name[:40])
    return name


def check_validity(valid_from: date | None, valid_to: date | None) -> None:
    """Raises BadValidity."""
    if valid_from and valid_to and valid_to <= valid_from:
        raise BadValidity


def in_force(valid_from: date | None, valid_to: date | None, day: date) -> bool:
    """From the first day on, up to but without the last."""
    return (valid_from is None or valid_from <= day) and (valid_to is None or day < valid_to)
