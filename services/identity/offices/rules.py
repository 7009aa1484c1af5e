"""Organ codes: grammar of the schemes in use (QĐ 20/2020/QĐ-TTg Điều 4-6; QCVN 102:2016). NĐ 30/2020 Điều 8 k3."""

from __future__ import annotations

import re

from shared.problems import Conflict, Invalid

LONGEST = 35
SCHEMES = {
    "QCVN102": re.compile(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Y][0-9]{2}"),
    "QD20": re.compile(r"[A-Y][0-9]{2}(\.[A-Z0-9]+)*"),
    "Z": re.compile(r"Z[0-9]{2}.{1,32}"),
    "TAX": re.compile(r"(02)?[0-9]{10}(-?[0-9]{3})?"),
}


class BadOrganCode(Invalid):
    kind = "bad-organ-code"
    message = (
        "Mã định danh “{code}” không đúng mẫu (QĐ 20/2020/QĐ-TTg: H60.10; QCVN 102: 000.00.10.H60; tối đa 35 ký tự). "
        "Hãy chép lại mã từ danh mục do UBND tỉnh ban hành."
    )


class BadLevel(Invalid):
    kind = "bad-level"
    message = "Cấp cơ quan “{level}” không có trong danh mục. Các cấp: {known}."


class ClosedLevel(Invalid):
    kind = "closed-level"
    message = "Cấp “{level}” không còn hoạt động ({basis}). Chỉ khai báo được cơ quan đã đóng của cấp này."


class OrganCodeTaken(Conflict):
    kind = "organ-code-taken"
    message = "Mã định danh “{code}” đang thuộc {owner}. Hãy kiểm tra lại danh mục mã trước khi khai báo."


class AbbreviationTaken(Conflict):
    kind = "abbreviation-taken"
    message = "Tên viết tắt “{abbreviation}” đã dùng cho một đơn vị khác của cơ quan. Hãy chọn tên viết tắt khác."


def normal(code: str) -> str:
    """Codes are compared trimmed and in upper case; nothing else is changed (they are opaque)."""
    return code.strip().upper()


def scheme(code: str) -> str:
    """The scheme a code is written in. Raises BadOrganCode."""
    value = normal(code)
    if len(value) <= LONGEST:
        for name, pattern in SCHEMES.items():
            if pattern.fullmatch(value):
                return name
    raise BadOrganCode(code=code)


def to_qcvn102(code: str) -> str | None:
    """The older code as a suggestion for an administrator, or None where no rule gives one."""
    groups = normal(code).split(".")
    widths = (3, 2, 2, 3)
    if scheme(code) != "QD20" or len(groups) > 4 or not all(group.isdigit() for group in groups[1:]):
        return None
    if any(len(group) != width for group, width in zip(groups[1:], widths[1:], strict=False)):
        return None
    filled = [*groups[1:], "00", "00", "000"][: len(groups) - 1] + ["00", "00", "000"][len(groups) - 1 :]
    return ".".join([filled[2], filled[1], filled[0], groups[0]])


def to_qd20(code: str) -> str | None:
    """The newer code as a suggestion: reversed, zero groups at the end dropped; None with a zero in the middle."""
    if scheme(code) != "QCVN102":
        return None
    groups = normal(code).split(".")[::-1]
    while len(groups) > 1 and not int(groups[-1]):
        groups.pop()
    return ".".join(groups) if all(int(group) for group in groups[1:]) else None
