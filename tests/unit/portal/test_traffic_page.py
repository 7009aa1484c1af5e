"""The traffic page: sums that add up, a chart beside its table, each figure with its list."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.portal.pages.traffic import figures
from tests.unit.portal.conftest import Person
from tests.unit.portal.stand_in import AT, Services, refusal

PLACE, LIST = "/truc/luu-luong", "/truc/luu-luong/goi-tin"
RANGE = "tu=2026-11-18&den=2026-11-20"


def passed(day: str, axis: str, **more: Any) -> dict[str, Any]:
    base = {"day": day, "axis": axis, "sent": 0, "received": 0, "failed": 0, "acknowledged": 0, "mean_seconds": None}
    return base | more


ROWS = [
    passed("2026-11-18", "national", sent=10, acknowledged=10, mean_seconds=60.0, failed=2),
    passed("2026-11-20", "lgsp", sent=5, received=20, acknowledged=5, mean_seconds=600.0),
]
PACKAGE = {"id": "1", "at": AT, "axis": "national", "title": "Về việc <b>", "notation": "7/UBND", "from_code": "G02"}
PACKAGE |= {"to_code": "H60.10", "incoming_id": "I1"}


def test_sums_have_every_day_and_weigh_the_mean() -> None:
    days = figures.by_day(ROWS, date(2026, 11, 18), date(2026, 11, 20))
    assert [(d.key, d.sent, d.received) for d in days] == [
        ("2026-11-18", 10, 0), ("2026-11-19", 0, 0), ("2026-11-20", 5, 20),
    ]  # fmt: skip
    whole = figures.total(days)
    assert (whole.sent, whole.received, whole.failed, whole.mean) == (15, 20, 2, "4 phút")
    assert [p.key for p in figures.by_partner(ROWS)] == ["lgsp", "national"] and days[1].mean == ""


def test_the_highest_bar_fills_the_chart() -> None:
    chart = figures.chart(figures.by_day(ROWS, date(2026, 11, 18), date(2026, 11, 20)))
    assert chart.top == 20 and len(chart.bars) == 6
    assert max(bar.height for bar in chart.bars) == figures.HEIGHT and min(bar.y for bar in chart.bars) == 0
    assert figures.chart([]).top == 1


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 giây"), (45, "45 giây"), (720, "12 phút"), (12600, "3,5 giờ"), (7200, "2 giờ"), (259200, "3 ngày")],
)
def test_times_are_said_in_their_unit(seconds: float, words: str) -> None:
    assert figures.time_words(seconds) == words


async def test_each_figure_leads_to_its_list_and_nought_to_nothing(person: Person, services: Services) -> None:
    services.answers["GET gateway/v1/traffic"] = ROWS
    await person.log_in("lanpn")
    page = await person.see(f"{PLACE}?{RANGE}")
    for what, day, axis in (("sent", "2026-11-18", ""), ("received", "2026-11-20", ""), ("failed", "2026-11-18", "")):
        assert f'href="{LIST}?loai={what}&amp;tu={day}&amp;den={day}{axis}"' in page
    assert f"{LIST}?loai=received&amp;tu=2026-11-18&amp;den=2026-11-20&amp;truc=lgsp" in page
    assert "loai=failed&amp;tu=2026-11-20" not in page and "loai=sent&amp;tu=2026-11-19" not in page
    assert "Gửi 15 · nhận 20 · lỗi 2" in page and 'role="img"' in page and "style=" not in page
    one = await person.see(f"{PLACE}?{RANGE}&truc=lgsp")
    assert "Gửi 5 · nhận 20 · lỗi 0" in one and "Của cơ quan bạn" in one


async def test_days_may_be_typed_by_hand_and_nonsense_shows_the_last_fortnight(
    person: Person, services: Services
) -> None:
    services.answers["GET gateway/v1/traffic"] = []
    await person.log_in("quanmt")
    page = await person.see(f"{PLACE}?tu=18/11/2026&den=20112026")
    assert 'value="18/11/2026"' in page and 'value="20/11/2026"' in page and "Toàn hệ thống" in page
    assert "Không có gói tin nào" in page
    for wrong in ("tu=x", "tu=20/11/2026&den=18/11/2026", "tu=1/1/2026&den=1/12/2026", "tu=31/2/2026", "tu=%2B9999999"):
        assert "Khoảng ngày chưa đúng" in await person.see(f"{PLACE}?{wrong}"), wrong


async def test_the_list_behind_a_figure(person: Person, services: Services) -> None:
    services.answers["GET gateway/v1/traffic/packages"] = {"items": [PACKAGE], "next": "c2"}
    await person.log_in("lanpn")
    page = await person.see(f"{LIST}?loai=received&{RANGE}&truc=national")
    for words in ("Gói tin đã nhận", "Về việc &lt;b&gt;", 'href="/den/I1"', "trang=c2", "Trục quốc gia", "14:05"):
        assert words in page, words
    assert "/truc/thu-chet?truc=national" in await person.see(f"{LIST}?loai=failed&{RANGE}&truc=national")
    await person.see(f"{LIST}?loai=other", 404)


async def test_who_does_not_see_the_axes_does_not_see_their_traffic(person: Person, services: Services) -> None:
    await person.log_in("tuyetnta")
    await person.see(PLACE, 404)
    await person.see(f"{LIST}?loai=sent", 404)
    await person.log_in("kienht")
    services.answers["GET gateway/v1/traffic"] = refusal(503, "down", "x")
    assert "Chưa tải được lưu lượng" in await person.see(PLACE)
