"""The places of a person in the menu, by role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Place:
    """One line of the menu."""

    key: str
    href: str
    icon: str
    name: str
    count: int = 0
    rule: bool = False


SIGNS = {"leader", "deputy", "unit_head"}
SEES_AXES = {"clerk", "leader", "deputy", "unit_admin", "system_admin"}
SEES_USAGE = SEES_AXES


def menu(roles: set[str], counts: dict[str, Any]) -> list[Place]:
    """The places of a person, by role, with the counts that their lists show."""
    waiting = int(counts.get("incoming_waiting") or 0) if "clerk" in roles else 0
    drafts = int(counts.get("drafts") or 0) + int(counts.get("returned") or 0)
    places = [
        Place("my_work", "/", "list-checks", "Việc của tôi"),
        *([Place("to_sign", "/lanh-dao/cho-ky", "signature", "Chờ ký")] if roles & SIGNS else []),
        Place("incoming", "/den", "inbox", "Văn bản đến", waiting),
        Place("outgoing", "/di", "send", "Văn bản đi"),
        Place("drafts", "/du-thao", "file-pen-line", "Dự thảo", drafts),
        Place("compose", "/soan", "plus", "Soạn dự thảo"),
        Place("search", "/tim-kiem", "search", "Tìm kiếm", rule=True),
        Place("registers", "/so", "book-open", "Sổ đăng ký"),
        Place("copies", "/ban-sao", "file-text", "Bản sao"),
    ]
    places.append(Place("certificates", "/chung-thu", "shield-check", "Chứng thư số"))
    if roles & SEES_USAGE:
        places.append(Place("usage", "/tinh-hinh", "clock", "Tình hình sử dụng"))
    if roles & SEES_AXES:
        places.append(Place("axes", "/truc", "radio-tower", "Trục liên thông"))
    if roles & {"clerk", "unit_admin", "system_admin"}:
        places.append(Place("quarantine", "/cach-ly", "shield-alert", "Cách ly"))
    if "system_admin" in roles:
        places.append(Place("partners", "/truc/doi-tac", "users", "Đối tác"))
    return [*places, Place("help", "/tro-giup", "info", "Trợ giúp", rule=True)]
