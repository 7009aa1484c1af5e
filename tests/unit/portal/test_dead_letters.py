"""Packages that could not be sent: seen with their reason, sent again one by one or all, with progress."""

from __future__ import annotations

from typing import Any

from tests.unit.portal.conftest import Person
from tests.unit.portal.stand_in import AT, Services, refusal

PLACE = "/truc/thu-chet"


def letter(key: str, **more: Any) -> dict[str, Any]:
    base = {"id": key, "axis": "national", "what": "edoc", "title": "Về việc báo cáo quý III", "to_code": f"G0{key}"}
    base |= {"notation": "12/SKHCN-VP", "from_code": "H60.01", "document_id": "D1", "reason_code": "18", "attempts": 3}
    return base | {"reason": "Trục không biết mã định danh của nơi nhận.", "queued_at": AT} | more


def count(axis: str, reason: str, number: int) -> dict[str, Any]:
    return {"axis": axis, "reason_code": reason, "count": number, "oldest": AT}


def replay(**more: Any) -> dict[str, Any]:
    base = {"id": "R1", "filter": {"axis": "national", "reason_code": "18", "ids": None}, "state": "running"}
    base |= {"total": 40, "done": 10, "per_second": 500, "by_name": "Phạm Ngọc Lan", "started_at": AT}
    return base | {"finished_at": None} | more


def some(services: Services) -> None:
    services.answers |= {
        "GET gateway/v1/dead-letters": {"items": [letter("1"), letter("2", what="03")], "next": "c2"},
        "GET gateway/v1/dead-letters/counts": [count("national", "18", 40), count("lgsp", "given-up", 2)],
        "GET gateway/v1/replays": [replay(state="done", done=40)],
        "POST gateway/v1/replays": replay(),
        "GET gateway/v1/replays/R1": replay(),
    }


async def test_the_list_says_who_what_why_how_often_and_since_when(person: Person, services: Services) -> None:
    some(services)
    await person.log_in("lanpn")
    page = await person.see(f"{PLACE}?truc=national&ly_do=18")
    for words in (
        "G01", "12/SKHCN-VP", "Trục không biết nơi nhận", "Trục không biết mã định danh", "3 lần", "20/11/2026 14:05",
        'href="/van-ban/D1#hanh-trinh"', "Trạng thái 03", "Gửi lại tất cả 40 gói tin", "Thử nhiều lần không được",
        "40 / 40 gói tin", "truc=national&amp;ly_do=18&amp;tu=c2",
    ):  # fmt: skip
        assert words in page, words


async def test_an_administrator_sees_no_titles_and_no_links_to_documents(person: Person, services: Services) -> None:
    some(services)
    bare = letter("1", title="", notation="", document_id=None)
    services.answers["GET gateway/v1/dead-letters"] = {"items": [bare], "next": None}
    await person.log_in("quanmt")
    page = await person.see(PLACE)
    assert "/van-ban/" not in page and "G01" in page and "Xem tiếp" not in page


async def test_one_some_or_all_are_sent_again_and_lead_to_the_progress(person: Person, services: Services) -> None:
    some(services)
    await person.log_in("lanpn")
    forms: list[tuple[dict[str, str | list[str]], dict[str, Any]]] = [
        ({"only": "2", "ids": ["1"]}, {"ids": ["2"]}),
        ({"ids": ["1", "2"], "axis": "national"}, {"ids": ["1", "2"]}),
        ({"all": "1", "axis": "national", "reason": "18"}, {"axis": "national", "reason_code": "18"}),
        ({"all": "1"}, {"axis": None, "reason_code": None}),
    ]
    for form, body in forms:
        answer = await person.send(f"{PLACE}/gui-lai", **form)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{PLACE}/luot/R1")
        assert services.sent("POST gateway/v1/replays") == body
    asked = [headers for key, _, headers in services.asked if key == "POST gateway/v1/replays"]
    assert all(headers["idempotency-key"] == "key-1" for headers in asked)


async def test_nothing_chosen_and_a_refusal_lead_back_with_the_reason(person: Person, services: Services) -> None:
    some(services)
    await person.log_in("lanpn")
    answer = await person.send(f"{PLACE}/gui-lai", axis="national", reason="18")
    assert answer.headers["location"] == f"{PLACE}?truc=national&ly_do=18"
    assert "Chưa chọn gói tin nào" in await person.see(PLACE)
    assert not services.was_asked("POST gateway/v1/replays")
    services.answers["POST gateway/v1/replays"] = refusal(422, "nothing-to-replay", "Không có gói tin lỗi nào khớp.")
    await person.send(f"{PLACE}/gui-lai", all="1")
    assert "Không có gói tin lỗi nào khớp." in await person.see(PLACE)


async def test_progress_goes_on_by_itself_can_be_stopped_and_ends_with_a_result(
    person: Person, services: Services
) -> None:
    some(services)
    await person.log_in("lanpn")
    page = await person.see(f"{PLACE}/luot/R1")
    assert "10 / 40" in page and "data-job" in page and "Dừng lượt này" in page
    assert "Mọi gói tin lỗi gửi qua Trục quốc gia vì “Trục không biết nơi nhận”" in page
    services.answers["POST gateway/v1/replays/R1/stop"] = replay(state="stopped")
    await person.send(f"{PLACE}/luot/R1/dung")
    assert services.was_asked("POST gateway/v1/replays/R1/stop")
    services.answers["GET gateway/v1/replays/R1"] = replay(state="done", done=40, finished_at=AT)
    page = await person.see(f"{PLACE}/luot/R1")
    assert "Đã xong" in page and "Dừng lượt này" not in page and "data-job" not in page
    assert "Hiện còn 40 gói tin lỗi khớp cùng điều kiện" in page


async def test_who_does_not_handle_packages_does_not_see_them(person: Person, services: Services) -> None:
    some(services)
    for who in ("kienht", "tuyetnta"):
        await person.log_in(who)
        await person.see(PLACE, 404)
        await person.see(f"{PLACE}/luot/R1", 404)
        assert (await person.send(f"{PLACE}/gui-lai", all="1")).status_code == 404
        assert (await person.send(f"{PLACE}/luot/R1/dung")).status_code == 404
    assert not services.was_asked("POST gateway/v1/replays")


async def test_no_dead_letters_is_said_and_a_silent_gateway_too(person: Person, services: Services) -> None:
    services.answers["GET gateway/v1/dead-letters"] = {"items": [], "next": None}
    services.answers["GET gateway/v1/dead-letters/counts"] = []
    services.answers["GET gateway/v1/replays"] = []
    await person.log_in("lanpn")
    assert "Không có gói tin lỗi nào." in await person.see(PLACE)
    services.answers["GET gateway/v1/dead-letters"] = refusal(503, "down", "x")
    assert "Chưa tải được gói tin lỗi" in await person.see(PLACE)
