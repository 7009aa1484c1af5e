"""Figures of the traffic: summed by day and by partner, the bars of the chart, times in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

NAMES = {"sent": "Gói tin đã gửi", "received": "Gói tin đã nhận", "failed": "Gói tin gửi lỗi"}
HEIGHT, STEP, BAR = 120, 28, 11  # of the drawing, in its own units


@dataclass
class Sum:
    """One line of a table. `waited`: seconds to 01 of all that were told, together."""

    key: str
    sent: int = 0
    received: int = 0
    failed: int = 0
    acknowledged: int = 0
    waited: float = 0.0

    def add(self, row: dict[str, Any]) -> None:
        for name in ("sent", "received", "failed", "acknowledged"):
            setattr(self, name, getattr(self, name) + int(row.get(name) or 0))
        self.waited += float(row.get("mean_seconds") or 0) * int(row.get("acknowledged") or 0)

    @property
    def mean(self) -> str:
        """The mean time to 01."""
        return time_words(self.waited / self.acknowledged) if self.acknowledged else ""


@dataclass(frozen=True)
class Bar:
    """One bar of the chart."""

    x: int
    y: float
    height: float
    tone: str


@dataclass(frozen=True)
class Chart:
    width: int
    height: int
    top: int  # what the highest bar stands for
    bars: list[Bar] = field(default_factory=list)


def by_day(rows: Iterable[dict[str, Any]], first: date, last: date) -> list[Sum]:
    """Every day of the range, also those on which nothing passed."""
    days = {(first + timedelta(days=n)).isoformat(): Sum("") for n in range((last - first).days + 1)}
    for key, entry in days.items():
        entry.key = key
    for row in rows:
        days[row["day"]].add(row)
    return list(days.values())


def by_partner(rows: Iterable[dict[str, Any]]) -> list[Sum]:
    """The busiest first."""
    found: dict[str, Sum] = {}
    for row in rows:
        found.setdefault(row["axis"], Sum(row["axis"])).add(row)
    return sorted(found.values(), key=lambda entry: (-(entry.sent + entry.received), entry.key))


def total(sums: Iterable[Sum]) -> Sum:
    whole = Sum("")
    for entry in sums:
        for name in ("sent", "received", "failed", "acknowledged", "waited"):
            setattr(whole, name, getattr(whole, name) + getattr(entry, name))
    return whole


def chart(days: list[Sum]) -> Chart:
    """Two bars a day: sent, received."""
    top = max([1, *(day.sent for day in days), *(day.received for day in days)])
    bars = []
    for index, day in enumerate(days):
        for place, (count, tone) in enumerate(((day.sent, "out"), (day.received, "in"))):
            height = round(HEIGHT * count / top, 1)
            bars.append(Bar(index * STEP + 2 + place * (BAR + 1), HEIGHT - height, height, tone))
    return Chart(len(days) * STEP, HEIGHT, top, bars)


def time_words(seconds: float) -> str:
    """45 giây, 12 phút, 3,5 giờ, 2 ngày."""
    for limit, size, word in ((90, 1, "giây"), (5400, 60, "phút"), (172800, 3600, "giờ")):
        if seconds < limit:
            amount = seconds / size
            return (
                f"{amount:.1f} {word}".replace(".0 ", " ").replace(".", ",") if size == 3600 else f"{amount:.0f} {word}"
            )
    return f"{seconds / 86400:.0f} ngày"


def href(what: str, first: str, last: str, axis: str = "", **more: str) -> str:
    """The list behind a figure."""
    given = {"loai": what, "tu": first, "den": last, "truc": axis, **more}
    return "/truc/luu-luong/goi-tin?" + urlencode({name: value for name, value in given.items() if value})
