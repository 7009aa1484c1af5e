"""The five boxes of a placement between the form and signing. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

BOXES = (("number", "Số"), ("day", "Ngày"), ("month", "Tháng"), ("signature", "Chữ ký"), ("seal", "Con dấu"))
SIDES = (("page", "Trang"), ("left", "Trái"), ("top", "Trên"), ("width", "Rộng"), ("height", "Cao"))
SOURCES = {
    "hand": ("blue", "Vị trí do người đặt cho tệp này."),
    "words": ("green", "Đã tìm thấy đủ vị trí theo chữ trên văn bản. Chỉ cần dời khi thấy chưa đúng."),
    "type": ("blue", "Chữ trên tệp không cho biết vị trí; đang dùng vị trí giữ cho loại văn bản này."),
    "usual": ("amber", "Chưa tìm thấy vị trí theo chữ trên văn bản. Các ô đang ở chỗ thường gặp: hãy dời cho đúng."),
}


def read(text: Callable[[str], str]) -> dict[str, dict[str, float]]:
    """Boxes in millimetres as typed, "12,5" or "12.5". Raises ValueError."""
    return {name: {side: _number(text(f"{name}-{side}"), side) for side, _ in SIDES} for name, _ in BOXES}


def _number(typed: str, side: str) -> float:
    value = float(typed.replace(",", "."))
    return int(value) if side == "page" else round(value, 1)


def _words(value: float | None) -> str:
    """48 and 48,5."""
    return "" if value is None else f"{value:g}".replace(".", ",")


def shown(boxes: dict[str, Any], typed: dict[str, str]) -> list[dict[str, Any]]:
    """What stands in the fields: the words a person typed before a refusal come first."""
    rows = []
    for name, title in BOXES:
        box = boxes.get(name) or {}
        sides = [(side, words, typed.get(f"{name}-{side}") or _words(box.get(side))) for side, words in SIDES]
        rows.append({"name": name, "title": title, "sides": sides})
    return rows
