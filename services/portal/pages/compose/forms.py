"""From the compose form to the draft that registry takes. Pure: values in, values or a sentence out."""

from __future__ import annotations

import json
from typing import Any

from services.portal.times import read_day
from shared.clock import today
from shared.problems import Invalid


class NotAFile(Invalid):
    kind = "not-a-file"
    message = "Một tệp đính kèm chưa tải xong. Hãy bỏ tệp đó ra và tải lại."


class NotADay(Invalid):
    kind = "not-a-day"
    message = "Hạn trả lời chưa đúng. Nhập như 25/11/2026, 25/11 hoặc +3 (ngày làm việc)."


class NotACount(Invalid):
    kind = "not-a-count"
    message = "Số phụ lục chưa đúng. Nhập số từ 0 đến 99, hoặc để trống khi văn bản không nói đến phụ lục."


TYPES = ("Quyết định", "Công văn", "Báo cáo", "Tờ trình", "Thông báo", "Kế hoạch", "Giấy mời", "Công điện")
LETTER = "Công văn"


CHANGES = {"amend": "Sửa đổi, bổ sung", "replace": "Thay thế", "correct": "Đính chính"}


def changing(old: dict[str, Any], change: str) -> dict[str, Any]:
    """A draft that changes an issued document: the same form (a letter for a correction), the same receivers."""
    change = change if change in CHANGES else "amend"
    name = f"{old['type_name'][:1].lower()}{old['type_name'][1:]} {old.get('code', '')}"
    return {
        "urgency": old.get("urgency") or 0,
        "type_name": LETTER if change == "correct" else old["type_name"],
        "subject": f"{'V/v đính chính' if change == 'correct' else CHANGES[change]} {name}",
        "recipients": old.get("recipients") or [],
        "changes": {"id": old["id"], "code": old.get("code", ""), "subject": old["subject"], "change": change},
    }


def template_of(templates: list[dict[str, Any]], type_name: str) -> dict[str, Any]:
    """The template of a kind of document; empty where there is none."""
    return next((t for t in templates if t["type_name"] == type_name), {})


def notation_of(abbreviation: str, office: str, unit: str = "") -> str:
    """'QĐ-SKHCN'; a letter (công văn) has no abbreviation but its unit: 'SKHCN-CĐS'."""
    return f"{abbreviation}-{office}" if abbreviation else "-".join(part for part in (office, unit) if part)


def unpack(values: list[str]) -> list[dict[str, Any]]:
    """Hidden fields that carry one JSON object each. Raises NotAFile."""
    try:
        found = [json.loads(value) for value in values]
    except ValueError as error:
        raise NotAFile from error
    if not all(isinstance(item, dict) for item in found):
        raise NotAFile
    return found


def main_and_annexes(main: list[str], annexes: list[str]) -> list[dict[str, Any]]:
    """The file list of a draft: the last main file chosen, then the annexes in their order."""
    chosen = [{**file, "role": "main"} for file in unpack(main)[-1:]]
    return chosen + [{**file, "role": "annex"} for file in unpack(annexes)]


def urgency_of(text: str) -> int:
    return int(text) if text in ("0", "1", "2", "3") else 0


def count_of(text: str) -> int | None:
    """How many annexes the text names; None where nothing is said. Raises NotACount."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 2):
        raise NotACount
    return int(text)


def due_of(text: str) -> str | None:
    try:
        return read_day(text, today())
    except ValueError as error:
        raise NotADay from error


def signer_of(people: list[dict[str, Any]], signer_id: str) -> dict[str, str]:
    """The signer as the draft keeps him: id, name, post, capacity. Empty when nobody is chosen."""
    person = next((p for p in people if p["id"] == signer_id), None)
    if person is None:
        return {}
    return {
        "signer_id": person["id"],
        "signer_name": person["full_name"],
        "signer_position": person["position"],
        "signer_capacity": person.get("capacity") or "",
    }
