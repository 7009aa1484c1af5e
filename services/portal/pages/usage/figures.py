"""Figures of use in words: shares, an office beside the province, months, the bars of the chart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from services.portal.pages.traffic.figures import Chart, Sum
from services.portal.pages.traffic.figures import chart as bars

PLACE = "/tinh-hinh"


@dataclass(frozen=True)
class Line:
    """One figure. `of`: the figure it is a share of; `rest`: the figure of what is missing to that, in words."""

    key: str
    name: str
    short: str
    of: str = ""
    rest: str = ""
    rest_words: str = ""


LINES = (
    Line("issued", "Văn bản đi đã phát hành", "Đi"),
    Line("signed", "Đủ chữ ký số của người có thẩm quyền và cơ quan", "Đủ chữ ký", "issued", "unsigned", "chưa đủ"),
    Line("electronic", "Chỉ gửi điện tử, không kèm bản giấy", "Chỉ điện tử", "issued", "on_paper", "kèm bản giấy"),
    Line("returned", "Bị nơi nhận từ chối", "Bị từ chối"),
    Line("recalled", "Đã thu hồi ở mọi nơi nhận", "Thu hồi"),
    Line("registered", "Văn bản đến đã vào sổ", "Đến"),
    Line("due", "Văn bản đến có hạn xử lý trong tháng, đã xong hoặc hết hạn", "Đến hạn"),
    Line("on_time", "Xử lý xong đúng hạn", "Đúng hạn", "due", "late", "trễ hạn"),
    Line("refused", "Từ chối nhận", "Từ chối nhận"),
)
TITLES = {line.key: line.name for line in LINES} | {
    "unsigned": "Văn bản đi chưa đủ chữ ký số",
    "on_paper": "Văn bản đi gửi kèm bản giấy",
    "late": "Văn bản đến xử lý trễ hạn",
    "electronic": "Văn bản đi chỉ gửi điện tử",
    "signed": "Văn bản đi đủ chữ ký số",
    "returned": "Văn bản đi bị nơi nhận từ chối",
    "recalled": "Văn bản đi đã thu hồi",
    "due": "Văn bản đến hạn xử lý",
    "on_time": "Văn bản đến xử lý đúng hạn",
    "refused": "Văn bản đến đã từ chối nhận",
}


@dataclass(frozen=True)
class Compared:
    """A figure of an office beside the same one of the province."""

    line: Line
    count: int
    share: str
    missing: int
    province: str
    difference: str
    worse: bool


def tenths(part: int, whole: int) -> int | None:
    """The share in tenths of a percent, rounded down: only what is whole is a hundred percent."""
    return part * 1000 // whole if whole else None


def comma(amount: int) -> str:
    """Tenths as a number: 375 is 37,5 and 370 is 37."""
    return f"{amount // 10},{amount % 10}".removesuffix(",0")


def share(counts: dict[str, int], line: Line) -> str:
    """'95,2%'; empty where the figure is no share, or of nothing."""
    found = tenths(counts[line.key], counts[line.of]) if line.of else None
    return "" if found is None else f"{comma(found)}%"


def mean(total: int, offices: int) -> str:
    """Of one office: '37,5'."""
    return comma((total * 10 + offices // 2) // offices) if offices else "0"


def compare(own: dict[str, int], province: dict[str, int], offices: int) -> list[Compared]:
    return [_compared(line, own, province, offices) for line in LINES]


def _compared(line: Line, own: dict[str, int], province: dict[str, int], offices: int) -> Compared:
    count, missing = own[line.key], (own[line.of] - own[line.key] if line.of else 0)
    if not line.of:
        return Compared(line, count, "", missing, mean(province[line.key], offices), "", False)
    here, there = (tenths(counts[line.key], counts[line.of]) for counts in (own, province))
    apart = here - there if here is not None and there is not None else None
    words = "" if apart is None else "bằng toàn tỉnh" if not apart else _apart(apart)
    return Compared(line, count, share(own, line), missing, share(province, line), words, (apart or 0) < 0)


def _apart(difference: int) -> str:
    return f"{'cao hơn' if difference > 0 else 'thấp hơn'} {comma(abs(difference))} điểm"


def chart(months: Iterable[dict[str, Any]]) -> Chart:
    """Two bars a month: issued, registered."""
    return bars([Sum(m["month"], sent=m["counts"]["issued"], received=m["counts"]["registered"]) for m in months])


def read_month(text: str, now: date) -> str:
    """'11/2026', '2026-11' or '11' as "2026-11"; nothing is the present month. Raises ValueError when it is none."""
    word = text.strip().replace("-", "/").replace(".", "/")
    parts = [int(part) for part in word.split("/")] if word else [now.month]
    if len(parts) > 2:
        raise ValueError(text)
    first, second = (*parts, now.year)[:2]
    year, month = (first, second) if first > 12 else (second, first)
    if not 2000 <= year < 3000:
        raise ValueError(text)
    return f"{date(year, month, 1):%Y-%m}"


def month_words(month: str) -> str:
    """'11/2026'."""
    return f"{month[5:7]}/{month[:4]}"


def beside(month: str, step: int) -> str:
    """The month before (-1) or after (1)."""
    count = int(month[:4]) * 12 + int(month[5:7]) - 1 + step
    return f"{count // 12:04}-{count % 12 + 1:02}"


def href(figure: str, month: str, office: str = "", **more: str) -> str:
    """The list behind a figure."""
    given = {"loai": figure, "thang": month, "don-vi": office, **more}
    return f"{PLACE}/van-ban?" + urlencode({name: value for name, value in given.items() if value})


def here(month: str, office: str = "", page: str = "") -> str:
    given = {"thang": month, "don-vi": office}
    return f"{PLACE}{page}?" + urlencode({name: value for name, value in given.items() if value})
