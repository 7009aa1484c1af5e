"""The page on which anybody has a file's signatures checked: no log-in; verdict, who signed, which bytes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import Response

from contracts.signing.api import VerdictView
from services.portal.pages.signature_check import routes
from services.signing.judging.judge import judge
from tests.unit.portal.conftest import Person
from tests.unit.portal.stand_in import Services, outgoing, refusal
from tests.unit.signing import documents, flow, foreign, pki

PATH, SIGNING = "/kiem-tra", "POST signing/v1/public/validate"


async def judged(pdf: bytes) -> dict[str, Any]:
    """What the real judge says about it."""
    facts = (await asyncio.to_thread(judge, pdf, trust=pki.world().trust)).as_json()
    return VerdictView.model_validate({**facts, "judged_at": datetime.now(UTC)}).model_dump(mode="json")


async def send(person: Person, pdf: bytes, name: str = "quyết định <b>.pdf", **headers: str):
    return await person.http.post(PATH, files={"file": (name, pdf, "application/pdf")}, headers=headers)


async def test_nobody_has_to_log_in_and_the_log_in_page_leads_here(person: Person) -> None:
    text = await person.see(PATH)
    assert "không lưu lại" in text and 'type="file"' in text and "SHA-256" not in text
    assert 'href="/kiem-tra"' in await person.see("/dang-nhap")


async def test_an_original_says_who_signed_which_bytes(person: Person, services: Services) -> None:
    pdf = await flow.issued(pki.world())
    services.answers[SIGNING] = await judged(pdf)
    answer = await send(person, pdf)
    assert answer.status_code == 200 and "set-cookie" not in answer.headers
    for shown in (
        "Có giá trị như bản gốc", documents.SIGNER, "Sở Khoa học và Công nghệ", "Mã cơ quan H60.10",
        "Chữ ký bao trùm toàn bộ tệp.", "SHA-256", "quyết định &lt;b&gt;.pdf",
    ):  # fmt: skip
        assert shown in answer.text, shown
    key, _, headers = services.asked[-1]
    assert key == SIGNING and headers["authorization"] == "Bearer token-portal" and headers["x-visitor"]
    assert headers["content-length"] == str(len(pdf))


async def test_one_signature_a_changed_file_and_no_pdf_are_told_apart(person: Person, services: Services) -> None:
    one = foreign.many(documents.draft(), pki.world(), 1, stamped=True)
    changed = (await flow.issued(pki.world())).replace(b"/Type /Page ", b"/Type /Pagf ", 1)
    for pdf, words, sentence in (
        (one, "Để biết, tham khảo", "thiếu chữ ký số của cơ quan"),
        (changed, "Không được công nhận", "Không dùng tệp này"),
        (b"no pdf", "Không kết luận được", "không đọc được như một PDF"),
    ):
        services.answers[SIGNING] = await judged(pdf)
        text = (await send(person, pdf)).text
        assert words in text and sentence in text and "Có giá trị như bản gốc" not in text


async def test_refusals_are_shown_on_the_page(
    person: Person, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    none = await person.http.post(PATH, files={"other": ("", b"")})
    assert none.status_code == 422 and "Chưa chọn tệp nào" in none.text
    services.answers[SIGNING] = refusal(429, "too-many-checks", "Bạn đã kiểm tra 20 tệp trong một phút.")
    often = await send(person, b"x")
    assert often.status_code == 429 and "20 tệp trong một phút" in often.text
    monkeypatch.setattr(routes, "LARGEST_MB", 0)
    asked = len(services.asked)
    large = await send(person, bytes(70_000))
    assert large.status_code == 413 and "vượt giới hạn" in large.text and len(services.asked) == asked


async def test_another_sites_form_does_nothing(person: Person, services: Services) -> None:
    answer = await send(person, b"x", Origin="https://evil.example")
    assert answer.status_code == 403 and not services.was_asked(SIGNING)


async def test_the_sheet_that_proves_an_issued_document_is_one_press_away(person: Person, services: Services) -> None:
    services.answers["GET registry/v1/documents/D1"] = outgoing("ISSUED", code="12/QĐ-SKHCN")
    services.answers["GET registry/v1/documents/D1/proof.pdf"] = Response(b"%PDF-1.7", media_type="application/pdf")
    await person.log_in("lanpn")
    assert 'href="/van-ban/D1/xac-minh"' in await person.see("/van-ban/D1")
    sheet = await person.http.get("/van-ban/D1/xac-minh")
    assert sheet.status_code == 200 and sheet.content == b"%PDF-1.7"
    assert sheet.headers["content-disposition"].startswith("inline")
    services.answers["GET registry/v1/documents/D1"] = outgoing("DRAFT")
    assert "xac-minh" not in await person.see("/van-ban/D1")
    services.answers["GET registry/v1/documents/D1/proof.pdf"] = refusal(404, "not-found", "Không có.")
    assert (await person.http.get("/van-ban/D1/xac-minh")).status_code == 404
