"""A package that a partner does not take: seen by the drafter, chosen by the clerk in the issue dialog, or stopped."""

from __future__ import annotations

from typing import Any

from tests.unit.portal.conftest import Person
from tests.unit.portal.stand_in import FILE, Services, outgoing

MB = 2**20
ADVICE = "Gửi “Phụ lục II.pdf” qua liên kết có thời hạn 30 ngày: gói tin còn 21,4 MB."
SEALED = {"code": "12/QĐ-SKHCN", "files": [FILE, FILE | {"role": "annex", "name": "Phụ lục II.pdf"}]}


def over(way: str = "link", **more: Any) -> dict[str, Any]:
    files = [
        {"name": "Phụ lục II.pdf", "role": "annex", "size": 48 * MB, "encoded": 64 * MB, "linked": True},
        {"name": "Quyết định.pdf", "role": "main", "size": 16 * MB, "encoded": 21 * MB + 1, "linked": False},
    ]
    base = {
        "partner": "national",
        "title": "Trục liên thông quốc gia",
        "limit": 64 * MB,
        "size": 85 * MB + 1,
        "recipients": [{"organ_id": f"G{n:02}", "name": f"Bộ {n}"} for n in range(5)],
        "files": files,
        "way": way,
        "fitted_size": 22 * MB,
        "link_days": 30,
        "advice": ADVICE if way == "link" else "Riêng văn bản chính đã vượt giới hạn. Hãy quét lại ở 200 dpi.",
    }
    return base | more


def document(services: Services, state: str, *partners: dict[str, Any], **more: Any) -> None:
    services.answers["GET registry/v1/documents/D1"] = outgoing(state, **more)
    services.answers["GET registry/v1/documents/D1/sending-plan"] = {"over": list(partners)}


async def test_the_clerk_sees_partner_limit_size_files_and_chooses_the_link(person: Person, services: Services) -> None:
    document(services, "SEALED", over(), **SEALED)
    services.answers["POST registry/v1/documents/D1/issue"] = outgoing("ISSUED")
    await person.log_in("lanpn")
    page = await person.see("/van-ban/D1")
    assert "Gói tin 85,1 MB, Trục liên thông quốc gia chỉ nhận đến 64 MB" in page
    assert "Bộ 0; Bộ 1; Bộ 2 và 2 nơi khác" in page and ADVICE in page
    assert page.index("Phụ lục II.pdf: <b>64 MB</b>") < page.index("Quyết định.pdf: <b>21,1 MB</b>")
    assert 'name="large_files" value="link" required' in page and "30 ngày" in page
    await person.send("/van-ban/D1/phat-hanh", large_files="link")
    told = services.sent("POST registry/v1/documents/D1/issue")
    assert told == {"annexes_confirmed": False, "large_files": "link"}


async def test_where_no_way_leads_there_the_clerk_cannot_issue_and_reads_what_to_do(
    person: Person, services: Services
) -> None:
    document(services, "SEALED", over("none"), **SEALED)
    await person.log_in("lanpn")
    page = await person.see("/van-ban/D1")
    assert "Hãy quét lại ở 200 dpi" in page and "hủy số kèm lý do" in page
    assert 'action="/van-ban/D1/phat-hanh"' not in page and "qua liên kết" not in page


async def test_the_drafter_sees_it_while_the_files_can_still_be_changed(person: Person, services: Services) -> None:
    document(services, "DRAFT", over("none"))
    await person.log_in("tuyetnta")
    assert "chỉ nhận đến 64 MB" in await person.see("/van-ban/D1")


async def test_a_small_document_and_one_that_waits_for_others_say_nothing_of_sizes(
    person: Person, services: Services
) -> None:
    document(services, "SEALED", **SEALED)
    await person.log_in("lanpn")
    assert "large_files" not in await person.see("/van-ban/D1")
    document(services, "CONSULTING", over())
    services.asked.clear()
    await person.see("/van-ban/D1")
    assert not services.was_asked("GET registry/v1/documents/D1/sending-plan")


async def test_a_size_that_is_not_known_is_said(person: Person, services: Services) -> None:
    services.answers["GET registry/v1/documents/D1"] = outgoing("SEALED", **SEALED)
    del services.plain["GET registry/v1/documents/D1/sending-plan"]
    await person.log_in("lanpn")
    assert "kích thước gói tin gửi đi" in await person.see("/van-ban/D1")
