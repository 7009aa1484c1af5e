"""Pages of copies (sao y, sao lục, trích sao) and of the stamp ĐẾN."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi import Response
from fastapi.responses import JSONResponse

from tests.unit.portal.conftest import Person
from tests.unit.portal.stand_in import AT, FILE, PDF, SHA, Services, incoming, outgoing, refusal

KINDS = [
    {"code": "SY", "name": "Sao y", "form": "SAO Y", "ways": [["paper", "electronic"], ["electronic", "paper"]],
     "sources": ["original", "master"], "legal_basis": "NĐ 30/2020"},
    {"code": "SL", "name": "Sao lục", "form": "SAO LỤC", "ways": [["electronic", "paper"]],
     "sources": ["certified_copy"], "legal_basis": "NĐ 30/2020"},
]  # fmt: skip


def copy(state: str = "ASKED", **more: Any) -> dict[str, Any]:
    base: dict[str, Any] = {"id": "C1", "kind": "SY", "kind_name": "Sao y", "state": state, "created_at": AT}
    base |= {"source_medium": "electronic", "target_medium": "electronic", "source_kind": "incoming", "source_id": "I1"}
    base |= {"source_code": "12/BC-STC", "subject": "Báo cáo quý III", "asked_by_name": "Phạm Ngọc Lan", "file": FILE}
    return base | more


@pytest.fixture
def services(services: Services) -> Services:
    services.answers |= {
        "GET registry/v1/copy-kinds": KINDS,
        "GET registry/v1/copies": {"items": [copy(), copy("DONE", id="C2", code="01/SY-SKHCN")], "next": "c"},
        "GET registry/v1/copies/C1": copy(),
        "GET registry/v1/incoming/I1": incoming("REGISTERED", arrival_number=1274, registered_at=AT),
    }
    return services


async def test_the_list_names_each_copy_and_only_the_head_gives_authority(person: Person) -> None:
    await person.log_in("kienht")
    page = await person.see("/ban-sao")
    assert "Sao y 12/BC-STC: Báo cáo quý III" in page and "01/SY-SKHCN" in page and "Giao ký bản sao" in page
    await person.log_in("lanpn")
    assert "Giao ký bản sao" not in await person.see("/ban-sao")


async def test_the_form_offers_only_what_the_law_allows_for_this_source(person: Person, services: Services) -> None:
    await person.log_in("lanpn")
    page = await person.see("/ban-sao/moi?den=I1")
    assert "Sao y: từ bản điện tử sang bản giấy" in page and "4821/BKHCN-CĐSQG" in page
    assert "Sao lục: từ bản điện tử sang bản giấy" in page and 'name="issuer"' not in page
    paper = await person.see("/ban-sao/moi")
    assert "Sao y: từ bản giấy sang bản điện tử" in paper and "từ bản điện tử" not in paper and 'name="issuer"' in paper
    services.answers["GET registry/v1/copies/C1"] = copy("DONE", result=FILE)
    of_copy = await person.see("/ban-sao/moi?sao=C1")
    assert "Sao lục: từ bản điện tử sang bản giấy" in of_copy and "Sao y: từ" not in of_copy


async def test_a_request_carries_the_source_the_way_and_the_receivers(person: Person, services: Services) -> None:
    services.answers["POST registry/v1/copies"] = copy()
    await person.log_in("lanpn")
    form = {"den": "I1", "way": "SY|electronic|paper", "source_form": "original", "recipients": "- Ban A;\n\n Ban B"}
    answer = await person.send("/ban-sao", **form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/ban-sao/C1")
    sent = services.sent("POST registry/v1/copies")
    assert (sent["kind"], sent["source_medium"], sent["target_medium"]) == ("SY", "electronic", "paper")
    assert (sent["incoming_id"], sent["recipients"], sent["file"]) == ("I1", ["Ban A", "Ban B"], None)


async def test_a_file_sent_with_the_form_itself_is_the_file_of_the_copy(person: Person, services: Services) -> None:
    stored = {"name": "a.pdf", "sha256": SHA, "size": len(PDF), "content_type": "application/pdf"}
    services.answers |= {"POST registry/v1/copies": copy(), "POST registry/v1/files": JSONResponse(stored, 201)}
    await person.log_in("lanpn")
    page = await person.see("/ban-sao/moi")
    assert re.search(r'<form [^>]*action="/ban-sao"[^>]* enctype="multipart/form-data"', page)
    form = {"csrf": page.partition('data-csrf="')[2].partition('"')[0], "idempotency": "k2"}
    form |= {"way": "SY|paper|electronic", "issuer": "Sở A", "subject": "Trích yếu dài"}
    with_file = {"main_file": ("a.pdf", PDF, "application/pdf")}
    answer = await person.http.post("/ban-sao", data=form, files=with_file)
    assert (answer.status_code, answer.headers["location"]) == (303, "/ban-sao/C1")
    sent = services.sent("POST registry/v1/copies")["file"]
    assert (sent["name"], sent["sha256"], sent["role"]) == ("a.pdf", SHA, "main")
    services.answers["POST registry/v1/files"] = refusal(415, "not-a-pdf", "Tệp không phải PDF.")
    refused = await person.http.post("/ban-sao", data=form, files=with_file)
    page = await person.see(refused.headers["location"])
    assert "Tệp không phải PDF." in page and "Trích yếu dài" in page


async def test_what_is_wrong_with_a_scan_is_said_and_the_words_typed_stay(person: Person, services: Services) -> None:
    message = "Bản quét “a.pdf” chỉ có 150 dpi. Hãy quét lại từ 200 dpi."
    services.answers["POST registry/v1/copies"] = refusal(422, "scan-too-coarse", message)
    await person.log_in("lanpn")
    answer = await person.send("/ban-sao", way="SY|paper|electronic", issuer="Sở A", subject="Trích yếu dài")
    page = await person.see(answer.headers["location"])
    assert message in page and "Trích yếu dài" in page and 'value="Sở A"' in page
    bad = await person.send("/ban-sao", way="SY|paper|electronic", issued_date="99/99")
    assert "Ngày của văn bản chưa đúng" in await person.see(bad.headers["location"])


@pytest.mark.parametrize(
    ("state", "who", "act"),
    [("ASKED", "kienht", "duyet"), ("APPROVED", "lanpn", "cap-so"), ("NUMBERED", "lanpn", "cap-so")],
)
async def test_a_copy_offers_its_next_act(person: Person, services: Services, state: str, who: str, act: str) -> None:
    services.answers["GET registry/v1/copies/C1"] = copy(state, reason="Khóa chưa bàn giao." if state[0] == "N" else "")
    services.answers["POST registry/v1/copies/C1/decide"] = copy("APPROVED")
    services.answers["POST registry/v1/copies/C1/number"] = copy("NUMBERED")
    await person.log_in(who)
    page = await person.see("/ban-sao/C1")
    assert f"/ban-sao/C1/{act}" in page
    assert ("Khóa chưa bàn giao." in page) == (state == "NUMBERED")
    assert (await person.send(f"/ban-sao/C1/{act}")).status_code == 303
    path = "decide" if act == "duyet" else "number"
    assert services.was_asked(f"POST registry/v1/copies/C1/{path}")


async def test_a_refusal_needs_its_reason(person: Person, services: Services) -> None:
    services.answers["POST registry/v1/copies/C1/decide"] = copy("REFUSED")
    await person.log_in("kienht")
    await person.send("/ban-sao/C1/khong-duyet", reason="")
    assert "Chưa ghi lý do không duyệt" in await person.see("/ban-sao/C1")
    assert not services.was_asked("POST registry/v1/copies/C1/decide")
    await person.send("/ban-sao/C1/khong-duyet", reason="Không đúng mục đích")
    sent = services.sent("POST registry/v1/copies/C1/decide")
    assert sent == {"agree": False, "reason": "Không đúng mục đích"}


async def test_a_registered_document_shows_its_stamp_and_keeps_its_file(person: Person, services: Services) -> None:
    pdf = Response(PDF, media_type="application/pdf")
    services.answers["GET registry/v1/incoming/I1/stamped.pdf"] = pdf
    services.answers["GET registry/v1/incoming/I1/arrival-stamp.pdf"] = pdf
    await person.log_in("lanpn")
    page = await person.see("/den/I1")
    assert "Dấu ĐẾN · số 1274" in page and "/ban-sao/moi?den=I1" in page and f"/tep/{SHA}" in page
    image = await person.http.get("/den/I1/dau-den.png")
    assert image.content.startswith(b"\x89PNG")
    for name in ("dau-den", "ban-co-dau-den"):
        got = await person.http.get(f"/den/I1/{name}.pdf")
        assert got.content == PDF and "attachment" in got.headers["content-disposition"]
    services.answers["GET registry/v1/incoming/I1"] = incoming()
    assert "Dấu ĐẾN" not in await person.see("/den/I1")


async def test_only_an_issued_document_is_copied(person: Person, services: Services) -> None:
    await person.log_in("lanpn")
    services.answers["GET registry/v1/documents/D1"] = outgoing("ISSUED", code="1/QĐ")
    assert "/ban-sao/moi?di=D1" in await person.see("/van-ban/D1")
    services.answers["GET registry/v1/documents/D1"] = outgoing("SIGNED")
    assert "/ban-sao/moi?di=D1" not in await person.see("/van-ban/D1")
