"""From the form of a paper issue to what registry takes. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.portal.times import read_day
from shared.clock import today
from shared.problems import Invalid

MOST_ROWS = 200
BLANK_ROWS = 3
WAYS = (("post", "Bưu điện"), ("hand", "Trực tiếp"))


class NotANumber(Invalid):
    kind = "not-a-number"
    message = "{what} phải là số nguyên, ví dụ 1 hoặc 2. Bạn đã nhập “{given}”."


class NameMissing(Invalid):
    kind = "receiver-name-missing"
    message = "Có dòng ghi số bản nhưng chưa ghi nơi nhận. Hãy ghi tên nơi nhận hoặc xóa số bản."


class NotADay(Invalid):
    kind = "not-a-day"
    message = "Ngày chuyển chưa đúng. Nhập như 25/11/2026, hoặc để trống nếu chuyển hôm nay."


def rows(document: dict[str, Any], addresses: dict[str, str], typed: dict[str, str]) -> list[dict[str, str]]:
    """A row a recipient with the address of last time, then blank ones for others; what was typed stays."""
    names = [one["name"] for one in document.get("recipients") or []][:MOST_ROWS]
    made = [{"name": name, "address": addresses.get(name, ""), "fixed": "1"} for name in names]
    made += [{"name": "", "address": "", "fixed": ""} for _ in range(BLANK_ROWS)]
    for place, row in enumerate(made):
        row |= {"copies": typed.get(f"copies-{place}", ""), "envelopes": typed.get(f"envelopes-{place}", "1")}
        row |= {"way": typed.get(f"way-{place}", "post"), "address": typed.get(f"address-{place}", row["address"])}
        row["name"] = typed.get(f"name-{place}", row["name"])
    return made


def issue(text: Callable[[str], str]) -> dict[str, Any]:
    """The body for registry; rows without a number of copies got none. NotANumber, NameMissing, NotADay."""
    receivers = []
    for place in range(MOST_ROWS + BLANK_ROWS):
        if not (copies := text(f"copies-{place}")):
            continue
        if not (name := text(f"name-{place}")):
            raise NameMissing
        receivers.append(
            {
                "name": name,
                "address": text(f"address-{place}"),
                "copies": _number(copies, f"Số bản gửi {name}"),
                "way": text(f"way-{place}") or "post",
                "envelopes": _number(text(f"envelopes-{place}") or "1", f"Số bì gửi {name}"),
            }
        )
    try:
        sent_on = read_day(text("sent_on"), today())
    except ValueError:
        raise NotADay from None
    printed = _number(text("printed"), "Số bản in")
    return {"printed": printed, "reason": text("reason"), "sent_on": sent_on, "receivers": receivers}


def _number(text: str, what: str) -> int:
    if not text.isdecimal() or len(text) > 4:
        raise NotANumber(what=what, given=text)
    return int(text)
