"""The lamps of axes and partners: trouble first, in words, with what waits; trying again says what came of it."""

from __future__ import annotations

from typing import Any

from services.portal.pages.axes.lamps import circuit_words, moments, shown, summary
from tests.unit.portal.conftest import Person
from tests.unit.portal.stand_in import AT, Services, refusal


def lamp(name: str, **more: Any) -> dict[str, Any]:
    base = {"name": name, "title": f"Nơi {name}", "kind": "national", "up": True, "since": AT, "waiting": 0}
    return base | {"circuit": "closed", "failures": 0, "dead_letters": 0, "paused": False} | more


SEVERAL = [
    lamp("a"),
    lamp("b", paused=True, pause_reason="Bảo trì đường truyền."),
    lamp("c", dead_letters=4),
    lamp("d", circuit="open", failures=5, next_try_at=AT, waiting=3, oldest=AT),
    lamp("e", up=False, last_error="Hết thời gian chờ.", waiting=7, oldest=AT),
]


def test_trouble_stands_first_and_the_head_adds_up() -> None:
    cards = shown(SEVERAL)
    assert [card.lamp["name"] for card in cards] == ["e", "d", "c", "b", "a"]
    assert [card.tag.word for card in cards] == [
        "Gián đoạn", "Tạm ngừng gửi", "Cần xử lý", "Đang tắt", "Thông suốt",
    ]  # fmt: skip
    assert summary(cards) == "2 / 5 nơi thông suốt · 10 gói tin chờ gửi · 4 gói tin lỗi cần xử lý"
    assert summary([]) == ""


def test_the_breaker_is_told_in_words() -> None:
    assert circuit_words(lamp("a")) == ""
    assert circuit_words(lamp("a", failures=2)).startswith("2 lần gửi gần nhất chưa được")
    opened = circuit_words(lamp("a", circuit="open", failures=5, next_try_at=AT))
    assert opened == "Tạm ngừng gửi sau 5 lần lỗi liên tiếp; tự thử lại lúc 20/11/2026 14:05."
    assert "gửi thử một gói tin" in circuit_words(lamp("a", circuit="half-open"))
    assert circuit_words(lamp("a", circuit="open", paused=True)) == ""


def test_the_moments_of_a_lamp_are_said_and_those_that_never_were_are_not() -> None:
    assert moments(lamp("a", sent_at=AT, asked_at=AT)) == (
        "Gửi gói tin gần nhất 20/11/2026 14:05 · hỏi lần cuối 20/11/2026 14:05"
    )
    assert moments(lamp("a", received_at=AT)) == "Nhận gói tin gần nhất 20/11/2026 14:05"
    assert moments(lamp("a")) == ""


async def test_the_page_names_partners_waits_and_reasons(person: Person, services: Services) -> None:
    services.answers["GET gateway/v1/axes"] = SEVERAL
    await person.log_in("lanpn")
    page = await person.see("/truc")
    places = [page.index(f"Nơi {name}") for name in "edcba"]
    assert places == sorted(places)
    for words in ("<b>7</b> gói tin đang chờ gửi, cũ nhất từ 20/11/2026 14:05", "Bảo trì đường truyền.", "Hết thời"):
        assert words in page, words
    assert 'href="/truc/thu-chet?truc=c"' in page and page.count("Thử lại ngay") == 4


async def test_a_leader_reads_and_does_not_act(person: Person, services: Services) -> None:
    services.answers["GET gateway/v1/axes"] = SEVERAL
    await person.log_in("kienht")
    page = await person.see("/truc")
    assert "Thử lại ngay" not in page and "/truc/thu-chet" not in page and "4 gói tin lỗi" in page


async def test_trying_again_says_what_came_of_it(person: Person, services: Services) -> None:
    services.answers["POST gateway/v1/axes/national/try"] = lamp("national")
    poll = "POST gateway/v1/axes/national/poll"
    await person.log_in("lanpn")
    for result, words in (
        ({"received": 3, "quarantined": 1, "error": ""}, "Đã thông: nhận 3 gói tin, giữ cách ly 1."),
        ({"received": 0, "error": ""}, "Đã thông: không có gói tin mới."),
        ({"received": 0, "error": "trục không trả lời"}, "Vẫn chưa thông: trục không trả lời"),
        (refusal(404, "not-found", "Không có trục này."), "Không có trục này."),
    ):
        services.answers[poll] = result
        answer = await person.send("/truc/national/thu-lai")
        assert (answer.status_code, answer.headers["location"]) == (303, "/truc")
        assert words in await person.see("/truc")
    assert services.was_asked("POST gateway/v1/axes/national/try")


async def test_no_partner_at_all_is_said(person: Person, services: Services) -> None:
    services.answers["GET gateway/v1/axes"] = []
    await person.log_in("lanpn")
    assert "Chưa nối trục nào" in await person.see("/truc")
