"""Persons: user names (NĐ 30/2020 and the province's regulation Điều 6.3; R06.4, R06.5) and roles."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from services.identity.text import fold, letters
from shared.problems import Conflict, Forbidden, Invalid

ROLES = (
    "specialist",
    "unit_head",
    "deputy",
    "leader",
    "clerk",
    "unit_admin",
    "archivist",
    "system_admin",
)
USER_NAME = re.compile(r"[a-z0-9]{1,40}\.[a-z0-9]{1,40}")


class NoName(Invalid):
    kind = "no-name"
    message = "Họ tên hoặc tên viết tắt đơn vị không có chữ cái nào. Hãy nhập họ tên đầy đủ và tên viết tắt đơn vị."


class BadUserName(Invalid):
    kind = "bad-user-name"
    message = (
        "Tên người dùng “{user_name}” không đúng mẫu <tên><họ và tên lót viết tắt>.<viết tắt đơn vị>, "
        "chữ thường không dấu, ví dụ: phuonghv.ubnd. Hãy sửa lại hoặc bấm “Đề xuất tên”."
    )


class UserNameTaken(Conflict):
    kind = "user-name-taken"
    message = "Tên người dùng “{user_name}” đã có người dùng. Có thể dùng “{proposal}”; hãy xác nhận trước khi lưu."


class UnknownRole(Invalid):
    kind = "unknown-role"
    message = "Vai trò “{role}” không có trong hệ thống. Hãy chọn vai trò trong danh sách."


class RoleNotYours(Forbidden):
    kind = "role-not-yours"
    message = "Chỉ quản trị hệ thống được giao vai trò quản trị hệ thống. Hãy bỏ vai trò này hoặc đề nghị Sở KH&CN."


def user_name(full_name: str, unit_abbreviation: str) -> str:
    """`<tên><họ và tên lót viết tắt>.<viết tắt đơn vị>`: "Hoàng Việt Phương", "ubnd" → "phuonghv.ubnd"."""
    words = [part for part in (letters(word) for word in re.split(r"[\s\-]+", fold(full_name))) if part]
    unit = letters(unit_abbreviation)
    if not words or not unit:
        raise NoName
    *before, given = words
    return f"{given}{''.join(word[0] for word in before)}.{unit}"


def propose(full_name: str, unit_abbreviation: str, taken: Collection[str]) -> str:
    """The first free name: the plain one, else with 2, 3, … before the dot. `taken` holds keys (see `key`)."""
    plain = user_name(full_name, unit_abbreviation)
    person, unit = plain.split(".")
    number, candidate = 1, plain
    while candidate in taken:
        number += 1
        candidate = f"{person}{number}.{unit}"
    return candidate


def key(name: str) -> str:
    """What makes user names the same: case and Unicode form do not count."""
    return unicodedata.normalize("NFC", name.strip()).casefold()


def checked(name: str) -> str:
    """The user name to save. Raises BadUserName."""
    value = key(name)
    if not USER_NAME.fullmatch(value):
        raise BadUserName(user_name=name.strip())
    return value


def full_name(name: str) -> str:
    """One form for storage: composed letters, single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def roles(wanted: Collection[str], *, by_system: bool) -> list[str]:
    """The roles in a fixed order. Raises UnknownRole, RoleNotYours."""
    for role in wanted:
        if role not in ROLES:
            raise UnknownRole(role=role)
    if "system_admin" in wanted and not by_system:
        raise RoleNotYours
    return [role for role in ROLES if role in wanted]
