"""Pages of what leaves on paper: print for the seal, receivers, envelopes and labels, the postal register."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import Response

from tests.unit.portal.conftest import Person
from tests.unit.portal.stand_in import PDF, Services, outgoing, paper_issues, refusal


@pytest.fixture
def services(services: Services) -> Services:
    services.answers |= {
        "GET registry/v1/documents/D1": outgoing("ISSUED", code="128/QĐ-SKHCN"),
        "GET registry/v1/documents/D1/paper-issues": paper_issues(),
        "GET registry/v1/postal-register": [
            {"id": "D1", "number": 1, "columns": ["20/11/2026", "128/QĐ-SKHCN", "Hội Nông dân tỉnh", "1", "", "2 bản"]}
        ],
    }
    return services


async def test_the_clerk_prints_for_the_seal_and_others_only_read(person: Person, services: Services) -> None:
    await person.log_in("lanpn")
    assert 'href="/van-ban/D1/phat-hanh-giay"' in await person.see("/van-ban/D1")
    page = await person.see("/van-ban/D1/phat-hanh-giay")
    assert "/van-ban/D1/in-de-dong-dau" in page and "“so-lieu.xlsx” không phải PDF" in page
    assert 'value="Số 219 đường Tân Trào"' in page and "In bì" in page and "In nhãn" in page
    services.answers["GET registry/v1/documents/D1/for-seal.pdf"] = Response(PDF, media_type="application/pdf")
    shown = await person.http.get("/van-ban/D1/in-de-dong-dau")
    assert shown.content == PDF and shown.headers["content-disposition"].startswith("inline")
    await person.log_in("tuyetnta")
    page = await person.see("/van-ban/D1/phat-hanh-giay")
    assert "Văn thư in và đóng dấu" in page and "In 3 bản" in page and "/in-de-dong-dau" not in page
    assert "Ghi phát hành bản giấy" not in page and "In bì" not in page


async def test_a_document_that_is_not_ready_says_so(person: Person, services: Services) -> None:
    services.answers["GET registry/v1/documents/D1"] = outgoing("SIGNED")
    services.answers["GET registry/v1/documents/D1/paper-issues"] = {"issues": []}
    await person.log_in("lanpn")
    page = await person.see("/van-ban/D1/phat-hanh-giay")
    assert "chưa có đủ chữ ký, số và ngày" in page and "Chưa ghi lần phát hành bản giấy nào" in page


async def test_rows_with_a_number_of_copies_are_recorded(person: Person, services: Services) -> None:
    services.answers["POST registry/v1/documents/D1/paper-issues"] = {}
    await person.log_in("lanpn")
    form: dict[str, Any] = {"printed": "4", "reason": "Nơi nhận chưa có tài khoản", "sent_on": "20/11/2026"}
    form |= {"name-0": "UBND tỉnh Tuyên Quang", "copies-0": "", "name-1": "Hội Nông dân tỉnh", "copies-1": "2"}
    form |= {"address-1": "Số 219 đường Tân Trào", "way-1": "hand", "envelopes-1": "0"}
    answer = await person.send("/van-ban/D1/phat-hanh-giay", **form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/van-ban/D1/phat-hanh-giay")
    receiver = {"name": "Hội Nông dân tỉnh", "address": "Số 219 đường Tân Trào", "copies": 2, "way": "hand"}
    assert services.sent("POST registry/v1/documents/D1/paper-issues") == {
        "printed": 4,
        "reason": "Nơi nhận chưa có tài khoản",
        "sent_on": "2026-11-20",
        "receivers": [receiver | {"envelopes": 0}],
    }


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"printed": "bốn"}, "Số bản in phải là số nguyên"),
        ({"copies-1": "2"}, "chưa ghi nơi nhận"),
        ({"sent_on": "hôm kia"}, "Ngày chuyển chưa đúng"),
    ],
)
async def test_what_is_typed_wrongly_is_said_and_kept(person: Person, services: Services, wrong, words) -> None:
    await person.log_in("lanpn")
    form = {"printed": "4", "reason": "Theo yêu cầu", "name-0": "UBND tỉnh Tuyên Quang", "copies-0": "3"} | wrong
    await person.send("/van-ban/D1/phat-hanh-giay", **form)
    page = await person.see("/van-ban/D1/phat-hanh-giay")
    assert words in page and 'name="copies-0" value="3"' in page and 'value="Theo yêu cầu"' in page
    assert not services.was_asked("POST registry/v1/documents/D1/paper-issues")


async def test_a_refusal_of_registry_and_a_cancelled_record_are_shown(person: Person, services: Services) -> None:
    services.answers["POST registry/v1/paper-issues/P1/cancel"] = refusal(422, "invalid", "Lý do quá ngắn.")
    await person.log_in("lanpn")
    await person.send("/van-ban/D1/phat-hanh-giay/P1/huy", reason="nhầm")
    assert "Lý do quá ngắn." in await person.see("/van-ban/D1/phat-hanh-giay")
    cancelled = paper_issues(cancelled_reason="Ghi nhầm văn bản")
    services.answers["GET registry/v1/documents/D1/paper-issues"] = cancelled
    page = await person.see("/van-ban/D1/phat-hanh-giay")
    assert "Đã hủy ghi" in page and "Ghi nhầm văn bản" in page and "In bì" not in page


async def test_envelopes_and_labels_come_in_the_size_that_was_chosen(person: Person, services: Services) -> None:
    for name in ("envelopes", "labels"):
        services.answers[f"GET registry/v1/paper-issues/P1/{name}.pdf"] = Response(PDF, media_type="application/pdf")
    await person.log_in("lanpn")
    assert (await person.http.get("/phat-hanh-giay/P1/bi?co=220x109")).content == PDF
    assert (await person.http.get("/phat-hanh-giay/P1/nhan?tu=3")).content == PDF
    await person.see("/phat-hanh-giay/P2/bi", 404)


async def test_the_postal_register_is_read_and_printed_by_month(person: Person, services: Services) -> None:
    services.answers["GET registry/v1/postal-register.pdf"] = Response(PDF, media_type="application/pdf")
    await person.log_in("lanpn")
    page = await person.see("/so?loai=buu-dien&nam=2026&thang=11")
    assert "Sổ gửi văn bản đi bưu điện tháng 11 năm 2026" in page and "Hội Nông dân tỉnh" in page
    assert "/so/buu-dien.pdf?nam=2026&amp;thang=11" in page and "Ký nhận và dấu bưu điện" in page
    book = await person.http.get("/so/buu-dien.pdf?nam=2026&thang=11")
    assert book.content == PDF and 'filename="so-buu-dien-2026-11.pdf"' in book.headers["content-disposition"]
    services.answers["GET registry/v1/postal-register"] = []
    assert "Chưa có văn bản nào gửi bưu điện" in await person.see("/so?loai=buu-dien&nam=2026&thang=")
    await person.see("/so?loai=buu-dien&nam=2026&thang=13", 404)
    await person.see("/so?loai=khac", 404)
