"""Which days a view of the traffic covers, and where a day begins and ends."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from shared.clock import VN
from shared.problems import Invalid

LONGEST = 92  # days of one view


class BadRange(Invalid):
    kind = "bad-range"
    message = "Khoảng ngày chưa đúng: ngày đầu không được sau ngày cuối, và nhiều nhất {longest} ngày. Hãy chọn lại."


def check_range(first: date, last: date) -> None:
    """Raises BadRange."""
    if not 0 <= (last - first).days < LONGEST:
        raise BadRange(longest=LONGEST)


def bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """From the first moment of the first day here, up to but without the one after the last day."""
    return datetime.combine(first, time(), VN), datetime.combine(last + timedelta(days=1), time(), VN)
