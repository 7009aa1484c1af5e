"""Working time: which days count, and when something is due.

Days off are those of the Labour Code (Bộ luật Lao động 2019, Điều 112) as the `holidays` library keeps them, with
the yearly make-up days, and what administrators entered on the ground of a notice. Hours of work are dated data.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import holidays

from contracts.workflow.api import Deadline
from shared.clock import VN

HOURS = Path(__file__).with_name("hours.json")


@dataclass(frozen=True)
class Due:
    """When something is late, and when its holder is warned."""

    at: datetime
    warn: datetime | None = None


@dataclass(frozen=True)
class Calendar:
    """`special`: day → whether it is worked, where it differs from the country's calendar."""

    special: Mapping[date, bool] = field(default_factory=dict)

    def works(self, day: date) -> bool:
        if day in self.special:
            return self.special[day]
        return _country().is_working_day(day) if day.weekday() >= 5 or day in _country() else True

    def next_working_day(self, day: date, days: int) -> date:
        """`days` working days after `day`; 0 gives the day itself."""
        while days > 0:
            day += timedelta(days=1)
            days -= self.works(day)
        return day

    def began_before(self, at: datetime, days: int) -> datetime:
        """What began before this moment has had `days` working days by `at`, the last one to its end of work."""
        day = at.astimezone(VN).date()
        while self.end_of_work(self.next_working_day(day, days)) > at:
            day -= timedelta(days=1)
        return _moment(day, "24:00")

    def due(self, start: datetime, deadline: Deadline, *, urgent: bool = False) -> Due:
        """When the deadline ends that begins at `start` (aware)."""
        if urgent and deadline.urgent_minutes:
            return Due(self.after_minutes(start, deadline.urgent_minutes))
        day = self.next_working_day(start.astimezone(VN).date(), deadline.days)
        warn = _moment(day, deadline.warn) if deadline.warn else None
        return Due(_moment(day, deadline.at), warn if warn and warn > start else None)

    def end_of_work(self, day: date) -> datetime:
        return _moment(day, _hours(day)["spans"][-1][1])

    def after_minutes(self, start: datetime, minutes: int) -> datetime:
        """`minutes` of working time after `start`."""
        left = timedelta(minutes=minutes)
        for begin, end in self._spans(start.astimezone(VN).date()):
            begin = max(begin, start)
            if begin >= end:
                continue
            if left <= end - begin:
                return begin + left
            left -= end - begin
        raise AssertionError("working time does not end")

    def _spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        while True:
            if self.works(day):
                for begin, end in _hours(day)["spans"]:
                    yield _moment(day, begin), _moment(day, end)
            day += timedelta(days=1)


def _moment(day: date, clock: str) -> datetime:
    """A moment in UTC from a day and "17:00" in Vietnam; "24:00" is where the next day begins."""
    hour, minute = (int(part) for part in clock.split(":"))
    if hour == 24:
        day, hour = day + timedelta(days=1), 0
    return datetime.combine(day, time(hour, minute), VN).astimezone(UTC)


@cache
def _country() -> Any:
    return holidays.country_holidays("VN")


@cache
def _all_hours() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(HOURS.read_text("utf-8"))
    return rows


def _hours(day: date) -> dict[str, Any]:
    text = day.isoformat()
    fitting = [h for h in _all_hours() if h["valid_from"] <= text <= (h["valid_to"] or "9999")]
    return fitting[-1] if fitting else _all_hours()[0]
