"""The months of the figures (QĐ 51 Đ8 k1: the use of the system is followed and evaluated)."""

from __future__ import annotations

from datetime import date, datetime, time

from shared.clock import VN
from shared.problems import Invalid

TREND = 12  # months of one view


class BadMonth(Invalid):
    kind = "bad-month"
    message = "Tháng chưa đúng: ghi dạng 2026-11. Hãy chọn lại."


class ChooseOffice(Invalid):
    kind = "choose-office"
    message = "Chưa chọn đơn vị. Hãy chọn một đơn vị trong bảng để xem từng tháng và từng văn bản."


def month_of(text: str) -> date:
    """The first day of "2026-11". Raises BadMonth."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise BadMonth from error
    if not 2000 <= first.year < 3000:
        raise BadMonth
    return first


def following(first: date) -> date:
    """The first day of the next month."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def bounds(first: date) -> tuple[datetime, datetime]:
    """From the first moment of the month here, up to but without that of the next one."""
    return datetime.combine(first, time(), VN), datetime.combine(following(first), time(), VN)


def until(last: date) -> list[date]:
    """The twelve months that end with this one, the oldest first."""
    count = last.year * 12 + last.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(count - TREND + 1, count + 1)]
