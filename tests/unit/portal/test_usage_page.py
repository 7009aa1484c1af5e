"""Tình hình sử dụng: an office beside the province, each figure with its list, every office for who sees all, CSV."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest

from services.portal.pages.usage import figures
from tests.unit.portal.conftest import Person
from tests.unit.portal.stand_in import AT, Services, outgoing, refusal

PLACE, LIST = "/tinh-hinh", "/tinh-hinh/van-ban"
OWN = {"issued": 21, "signed": 20, "electronic": 18, "recalled": 1, "returned": 0, "registered": 40, "due": 12}
OWN |= {"on_time": 9, "refused": 2}
PROVINCE = {"issued": 75, "signed": 75, "electronic": 60, "recalled": 1, "returned": 3, "registered": 90, "due": 20}
PROVINCE |= {"on_time": 15, "refused": 2}
NOTHING = dict.fromkeys(OWN, 0)


def report(**more: Any) -> dict[str, Any]:
    own = {"office_id": "O1", "office_name": "Sở Khoa học và Công nghệ", "counts": OWN}
    base = {"month": "2026-11", "at": AT, "own": own, "offices_counted": 2, "province": PROVINCE, "offices": []}
    return base | more


def offices() -> dict[str, Any]:
    rows = [report()["own"], {"office_id": "O2", "office_name": "=HYPERLINK(1)", "counts": NOTHING}]
    return report(own=None, offices=rows)


MONTHS = [{"month": "2026-10", "counts": NOTHING}, {"month": "2026-11", "counts": OWN}]
DOCUMENT = {"id": "I1", "direction": "incoming", "at": AT, "state": "COMPLETED", "type_name": "Công văn", "note": ""}
DOCUMENT |= {"code": "12/SYT", "subject": "Về việc <b>", "sender_name": "Sở Y tế", "due_at": AT, "finished_at": AT}


@pytest.mark.parametrize(
    ("text", "month"),
    [("", "2026-11"), ("3/2025", "2025-03"), ("2025-03", "2025-03"), (" 03.2025 ", "2025-03"), ("7", "2026-07")],
)
def test_a_month_may_be_typed_by_hand(text: str, month: str) -> None:
    assert figures.read_month(text, date(2026, 11, 20)) == month


def test_the_months_beside_and_shares_in_words() -> None:
    assert (figures.beside("2026-01", -1), figures.beside("2026-12", 1)) == ("2025-12", "2027-01")
    assert [figures.tenths(*pair) for pair in ((999, 1000), (1, 3), (0, 0))] == [999, 333, None]
    assert figures.comma(1000) == "100" and figures.mean(75, 2) == "37,5" and figures.mean(0, 0) == "0"
    by_key = {c.line.key: c for c in figures.compare(OWN, PROVINCE, 2)}
    signed, in_time, issued = by_key["signed"], by_key["on_time"], by_key["issued"]
    assert (signed.share, signed.province, signed.difference, signed.worse) == (
        "95,2%",
        "100%",
        "thấp hơn 4,8 điểm",
        True,
    )
    assert (in_time.missing, in_time.difference, in_time.worse) == (3, "bằng toàn tỉnh", False)
    assert (issued.count, issued.province, issued.share) == (21, "37,5", "")
    assert figures.compare(NOTHING, PROVINCE, 2)[1].difference == ""


async def test_an_office_stands_beside_the_province_and_each_figure_leads_to_its_list(
    person: Person, services: Services
) -> None:
    services.answers["GET registry/v1/usage"] = report()
    services.answers["GET registry/v1/usage/months"] = MONTHS
    await person.log_in("lanpn")
    page = await person.see(f"{PLACE}?thang=11/2026")
    for figure in ("issued", "signed", "unsigned", "electronic", "on_paper", "due", "on_time", "late", "refused"):
        assert f'href="{LIST}?loai={figure}&amp;thang=2026-11"' in page, figure
    assert "loai=returned" not in page and "thang=2026-10&amp;loai" not in page
    for words in ("Sở Khoa học và Công nghệ, bên cạnh toàn tỉnh (2 đơn vị)", "thấp hơn 4,8 điểm", "37,5", 'role="img"'):
        assert words in page, words
    assert "style=" not in page and 'href="/tinh-hinh" ' in page and "/tinh-hinh/so-lieu.csv?thang=2026-11" in page
    assert "Tháng chưa đúng" in await person.see(f"{PLACE}?thang=13/2026")


async def test_who_looks_after_the_province_sees_every_office_and_opens_one(person: Person, services: Services) -> None:
    services.answers["GET registry/v1/usage"] = offices()
    await person.log_in("quanmt")
    page = await person.see(f"{PLACE}?thang=2026-11")
    assert f'href="{LIST}?loai=late' not in page and f"{LIST}?loai=on_time&amp;thang=2026-11&amp;don-vi=O1" in page
    assert 'href="/tinh-hinh?thang=2026-11&amp;don-vi=O2"' in page and "Bình quân một đơn vị" in page
    assert not services.was_asked("GET registry/v1/usage/months")
    services.answers |= {"GET registry/v1/usage": report(), "GET registry/v1/usage/months": MONTHS}
    one = await person.see(f"{PLACE}?thang=2026-11&don-vi=O1")
    assert f"{LIST}?loai=late&amp;thang=2026-11&amp;don-vi=O1" in one


async def test_the_list_behind_a_figure(person: Person, services: Services) -> None:
    services.answers["GET registry/v1/usage/documents"] = {"items": [DOCUMENT], "next": "c2"}
    await person.log_in("kienht")
    page = await person.see(f"{LIST}?loai=late&thang=2026-11")
    for words in ("Văn bản đến xử lý trễ hạn", "Về việc &lt;b&gt;", 'href="/den/I1"', "trang=c2", "Xong 20/11/2026"):
        assert words in page, words
    hidden = DOCUMENT | {"code": "", "subject": "", "finished_at": None}
    services.answers["GET registry/v1/usage/documents"] = {"items": [hidden], "next": None}
    page = await person.see(f"{LIST}?loai=late&thang=2026-11")
    assert 'href="/den/I1"' not in page and "Chưa xong" in page and "Công văn" in page
    await person.see(f"{LIST}?loai=other", 404)


async def test_the_figures_as_a_file_for_a_spreadsheet(person: Person, services: Services) -> None:
    services.answers |= {"GET registry/v1/usage": report(), "GET registry/v1/usage/months": MONTHS}
    await person.log_in("lanpn")
    answer = await person.http.get(f"{PLACE}/so-lieu.csv?thang=2026-11")
    assert answer.content.startswith(b"\xef\xbb\xbf") and "tinh-hinh-su-dung-2026-11.csv" in str(answer.headers)
    title, heads, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert title == ["Sở Khoa học và Công nghệ"] and [row[0] for row in rows] == ["10/2026", "11/2026"]
    found = dict(zip(heads, rows[1], strict=True))
    assert found["Văn bản đi đã phát hành"] == "21" and found["Xử lý xong đúng hạn (%)"] == "75%"
    services.answers["GET registry/v1/usage"] = offices()
    await person.log_in("quanmt")
    answer = await person.http.get(f"{PLACE}/so-lieu.csv?thang=2026-11")
    _, heads, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    names = ["Sở Khoa học và Công nghệ", "'=HYPERLINK(1)", "Toàn tỉnh", "Bình quân một đơn vị"]
    assert [row[0] for row in rows] == names and {len(row) for row in rows} == {len(heads)}
    assert rows[3][1] == "37,5"


async def test_who_may_not_sees_nothing_and_what_fails_is_said(person: Person, services: Services) -> None:
    await person.log_in("tuyetnta")
    for path in (PLACE, f"{LIST}?loai=issued", f"{PLACE}/so-lieu.csv"):
        await person.see(path, 404)
    assert "Tình hình sử dụng" not in await person.see("/")
    await person.log_in("kienht")
    services.answers["GET registry/v1/usage"] = refusal(503, "down", "x")
    assert "Chưa tải được số liệu của tháng" in await person.see(PLACE)


async def test_the_clerk_notes_on_the_page_that_paper_was_sent_and_takes_it_back(
    person: Person, services: Services
) -> None:
    services.answers["GET registry/v1/documents/D1"] = outgoing("ISSUED")
    services.answers["POST registry/v1/documents/D1/paper"] = outgoing("ISSUED")
    services.answers["DELETE registry/v1/documents/D1/paper"] = outgoing("ISSUED")
    await person.log_in("lanpn")
    assert 'action="/van-ban/D1/ban-giay"' in await person.see("/van-ban/D1")
    await person.send("/van-ban/D1/ban-giay", reason="Nơi nhận đề nghị bản giấy")
    assert services.sent("POST registry/v1/documents/D1/paper") == {"reason": "Nơi nhận đề nghị bản giấy"}
    noted = outgoing("ISSUED", paper_sent_at=AT, paper_reason="Nơi nhận đề nghị <b>")
    services.answers["GET registry/v1/documents/D1"] = noted
    page = await person.see("/van-ban/D1")
    assert "Đã gửi kèm bản giấy: Nơi nhận đề nghị &lt;b&gt;" in page and "Đã ghi nhận" in page
    await person.send("/van-ban/D1/bo-ban-giay")
    assert services.was_asked("DELETE registry/v1/documents/D1/paper")
    await person.log_in("kienht")
    page = await person.see("/van-ban/D1")
    assert "bo-ban-giay" not in page and "Nơi nhận đề nghị" in page
