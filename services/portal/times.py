"""Dates and lengths of time of the pages, as people write and read them; shown in Vietnam's time."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from shared.clock import VN

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ Nhật")


def moment(value: Any) -> datetime | None:
    """A moment in Vietnam out of what a service sent."""
    if not value:
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value.replace("Z", "+00:00"))
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if value.tzinfo is None:
        value = value.replace(tzinfo=VN)
    at: datetime = value.astimezone(VN)
    return at


def day(value: Any) -> str:
    """23/11/2026."""
    at = moment(value)
    return at.strftime("%d/%m/%Y") if at else ""


def day_time(value: Any) -> str:
    """23/11/2026 14:05."""
    at = moment(value)
    return at.strftime("%d/%m/%Y %H:%M") if at else ""


def long_day(value: date) -> str:
    """Thứ Hai, 23/11/2026."""
    name = WEEKDAYS[value.weekday()]
    return f"{name[0].upper()}{name[1:]}, {value:%d/%m/%Y}"


@dataclass(frozen=True)
class Due:
    """How long is left, in words, over the exact moment."""

    words: str
    exact: str
    tone: str  # "late", "today", "later"


def due(value: Any, now: datetime) -> Due | None:
    """'Còn 2 giờ' over 'hôm nay 16:30'; 'Quá hạn 1 ngày' over '20/11/2026'."""
    at = moment(value)
    if at is None:
        return None
    here = now.astimezone(VN)
    left = at - here
    if left < timedelta(0):
        return Due(f"Quá hạn {span(-left)}", at.strftime("%d/%m/%Y"), "late")
    if at.date() == here.date():
        return Due(f"Còn {span(left)}", f"hôm nay {at:%H:%M}", "today")
    days = (at.date() - here.date()).days
    exact = f"{WEEKDAYS[at.weekday()]} {at:%d/%m}" if days < 7 else f"{at:%d/%m/%Y}"
    return Due(f"Còn {days} ngày", exact, "later")


def span(length: timedelta) -> str:
    """The length of time in its largest unit; under three hours with minutes."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return f"{max(minutes, 1)} phút"
    hours, rest = divmod(minutes, 60)
    if hours < 3 and rest:
        return f"{hours} giờ {rest} phút"
    return f"{hours} giờ" if hours < 24 else f"{hours // 24} ngày"


def waiting_words(since: Any, now: datetime) -> str:
    """'Chờ 25 phút'; empty where it is not known since when."""
    at = moment(since)
    return f"Chờ {span(now.astimezone(VN) - at)}" if at else ""


def read_day(text: str, today: date) -> str | None:
    """A date typed by hand ('5/11', '05/11/2026', '05112026', '+3', 'hôm nay', ISO) as ISO; None when empty.

    Raises ValueError when it is no date. '+3' counts working days, Monday to Friday.
    """
    word = unicodedata.normalize("NFC", text).strip().lower()
    if not word:
        return None
    if word == "hôm nay":
        return today.isoformat()
    if word.startswith("+"):
        return _working_days(today, int(word[1:])).isoformat()
    if len(word) == 10 and word[4] == "-":
        return date.fromisoformat(word).isoformat()
    if word.isdigit() and len(word) == 8:
        word = f"{word[:2]}/{word[2:4]}/{word[4:]}"
    parts = [int(part) for part in word.replace("-", "/").replace(".", "/").split("/")]
    if len(parts) not in (2, 3):
        raise ValueError(text)
    year = parts[2] if len(parts) == 3 else today.year
    return date(year, parts[1], parts[0]).isoformat()


def _working_days(start: date, count: int) -> date:
    found = start
    while count > 0:
        found += timedelta(days=1)
        count -= found.weekday() < 5
    return found
