"""Every page in every state: renders, names its act, hides what is not allowed, says failures in Vietnamese."""

from __future__ import annotations

import gzip
import re

import pytest

from services.portal import assets
from services.portal.pages.registers import routes as registers
from services.registry.registers import rows
from tests.unit.portal.conftest import Person
from tests.unit.portal.stand_in import AT, COMPARISON, REASONS, SHA, Services, incoming, outgoing, refusal, task

PLACES = ("/", "/den", "/di", "/du-thao", "/soan", "/so", "/so?loai=di", "/truc", "/toi", "/tim-kiem?q=a", "/tro-giup")


@pytest.mark.parametrize("path", PLACES)
async def test_every_place_renders_empty(person: Person, path: str) -> None:
    await person.log_in("tuyetnta")
    page = await person.see(path)
    assert '<html lang="vi">' in page and "</main>" in page
    assert "None" not in page and "Undefined" not in page


async def test_my_work_groups_by_urgency_and_names_the_act(person: Person, services: Services) -> None:
    items = [task("initial"), task("handle", urgency=3, object_type="incoming", object_id="I1", due_at=AT)]
    services.answers["GET workflow/v1/tasks"] = {"items": items, "next": None}
    await person.log_in("vinhlq")
    page = await person.see("/")
    assert page.index("HỎA TỐC") < page.index("Ký nháy")
    assert 'href="/den/I1"' in page and 'href="/van-ban/D1"' in page and "2 việc đang mở" in page


@pytest.mark.parametrize(
    ("state", "who", "act"),
    [
        ("DRAFT", "tuyetnta", "/van-ban/D1/trinh"),
        ("SIGNED", "lanpn", "/van-ban/D1/cap-so"),
        ("NUMBERED", "lanpn", "/van-ban/D1/dong-dau-lai"),
        ("NUMBERED", "lanpn", "/van-ban/D1/huy-so"),
        ("SEALED", "lanpn", "/van-ban/D1/phat-hanh"),
        ("ISSUED", "kienht", "/van-ban/D1/thu-hoi"),
    ],
)
async def test_the_document_offers_its_act_to_the_right_person_only(
    person: Person, services: Services, state: str, who: str, act: str
) -> None:
    services.answers["GET registry/v1/documents/D1"] = outgoing(state, code="128/QĐ-SKHCN")
    await person.log_in(who)
    assert act in await person.see("/van-ban/D1")
    await person.log_in("hungtv")
    assert act not in await person.see("/van-ban/D1")


@pytest.mark.parametrize("kind", ["approve_content", "initial", "sign", "opinion"])
async def test_a_task_shows_its_form(person: Person, services: Services, kind: str) -> None:
    services.answers["GET registry/v1/documents/D1"] = outgoing("UNIT_APPROVED")
    services.answers["GET workflow/v1/objects/draft/D1"] = {"steps": [], "opinions": [], "my_task": task(kind)}
    await person.log_in("kienht")
    page = await person.see("/van-ban/D1")
    wanted = {"sign": "Mã PIN", "opinion": "/y-kien", "initial": "Ký nháy", "approve_content": "Duyệt nội dung"}
    assert wanted[kind] in page
    if kind == "sign":
        assert f'/tep/{SHA}/1?rong=900"' in page and "h" * 64 in page


async def test_the_journey_stands_trouble_first(person: Person, services: Services) -> None:
    services.answers["GET registry/v1/documents/D1"] = outgoing("ISSUED")
    services.answers["GET gateway/v1/deliveries"] = [
        {"id": "1", "name": "Sở Tài chính", "channel": "local", "state": "03", "statuses": []},
        {
            "id": "2",
            "name": "Bộ KH&CN",
            "channel": "national",
            "state": "02",
            "statuses": [{"at": AT, "description": "Sai"}],
        },
    ]
    await person.log_in("lanpn")
    page = await person.see("/van-ban/D1")
    assert "1 / 2 đã tiếp nhận · 1 từ chối" in page
    assert page.index("<b>Bộ KH&amp;CN</b>") < page.index("<b>Sở Tài chính</b>")


@pytest.mark.parametrize("kind", ["assign", "handle", "coordinate", "information"])
async def test_incoming_by_task(person: Person, services: Services, kind: str) -> None:
    services.answers["GET registry/v1/incoming/I1"] = incoming("REGISTERED", arrival_number=1274)
    services.answers["GET workflow/v1/objects/incoming/I1"] = {"my_task": task(kind), "steps": [], "opinions": []}
    await person.log_in("kienht")
    page = await person.see("/den/I1")
    wanted = {"assign": "Xử lý chính", "handle": "Nhận việc", "coordinate": "Gửi ý kiến", "information": "Đã xem"}
    assert wanted[kind] in page and "Số đến 1274" in page
    assert "Hoàng Minh Khôi ký; tệp không bị sửa sau đó." in page


async def test_receiving_is_the_clerks(person: Person, services: Services) -> None:
    services.answers["GET registry/v1/incoming/I1"] = incoming()
    await person.log_in("lanpn")
    assert "/den/I1/tiep-nhan" in await person.see("/den/I1")
    await person.log_in("tuyetnta")
    assert "/den/I1/tiep-nhan" not in await person.see("/den/I1")


async def test_reference_only_is_said(person: Person, services: Services) -> None:
    verdict = {"valid": False, "reasons": ["Thiếu chữ ký số của cơ quan."], "signatures": []}
    services.answers["GET registry/v1/incoming/I1"] = incoming(legal_state="REFERENCE_ONLY", verdict=verdict)
    await person.log_in("lanpn")
    page = await person.see("/den/I1")
    assert "Để biết, tham khảo" in page and "Thiếu chữ ký số của cơ quan." in page


async def test_a_silent_service_leaves_the_rest_of_the_page(person: Person, services: Services) -> None:
    services.answers["GET registry/v1/incoming/I1"] = incoming()
    services.answers["GET workflow/v1/objects/incoming/I1"] = refusal(503, "down", "x")
    await person.log_in("lanpn")
    page = await person.see("/den/I1")
    assert "Chưa tải được quá trình xử lý" in page and "4821/BKHCN-CĐSQG" in page


async def test_missing_and_forbidden_look_the_same(person: Person, services: Services) -> None:
    await person.log_in("tuyetnta")
    services.answers["GET registry/v1/documents/D2"] = refusal(403, "forbidden", "Cấm")
    first, second = await person.see("/van-ban/D2", 404), await person.see("/van-ban/D3", 404)
    assert "hoặc bạn không có quyền xem" in first and "hoặc bạn không có quyền xem" in second


async def test_words_of_people_are_not_markup(person: Person, services: Services) -> None:
    bad = "<script>alert(1)</script>" + "ộ" * 200
    services.answers["GET registry/v1/incoming/I1"] = incoming(subject=bad, note=bad, sender_name=bad)
    services.answers["GET registry/v1/incoming"] = {"items": [incoming(subject=bad)], "next": "c"}
    await person.log_in("lanpn")
    for path in ("/den/I1", "/den"):
        assert "<script>alert" not in await person.see(path)


async def test_page_images_ask_the_right_each_time(person: Person, services: Services) -> None:
    await person.log_in("tuyetnta")
    answer = await person.http.get(f"/tep/{SHA}/1?rong=900")
    assert answer.content.startswith(b"\x89PNG") and answer.headers["cache-control"] == "private, max-age=86400"
    asked = len(services.asked)
    again = await person.http.get(f"/tep/{SHA}/1?rong=900", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304 and len(services.asked) == asked + 1
    assert (await person.http.get(f"/tep/{'0' * 64}/1")).status_code == 404


async def test_sizes_of_pages_are_within_budget_and_no_other_host(person: Person, services: Services) -> None:
    services.answers["GET workflow/v1/tasks"] = {"items": [task("initial", id=str(i)) for i in range(8)], "next": None}
    services.answers["GET registry/v1/incoming/I1"] = incoming()
    await person.log_in("lanpn")
    for path in ("/", "/den/I1"):
        page = await person.see(path)
        assert len(gzip.compress(page.encode())) < 15_000
        assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page)
        assert not re.findall(r"<script(?! type=\"module\" src)|\sstyle=|\son[a-z]+=", page)
    for name, most in (("app.css", 12_000), ("app.js", 35_000)):
        assert len(gzip.compress(assets.content_of(name) or b"")) < most


def test_the_screen_names_the_columns_that_registry_fills() -> None:
    assert list(registers.OUTGOING) == rows.OUTGOING_COLUMNS
    assert list(registers.INCOMING) == rows.INCOMING_COLUMNS


@pytest.mark.requirement("R05.2")
async def test_a_document_without_both_signatures_wears_its_badge_on_its_page_and_in_search_results(
    person: Person, services: Services
) -> None:
    weak = incoming("REGISTERED", legal_state="REFERENCE_ONLY", arrival_number=7)
    services.answers["GET registry/v1/incoming/I1"] = weak
    services.answers["GET registry/v1/incoming"] = {"items": [weak], "next": None}
    await person.log_in("lanpn")
    for path in ("/den/I1", "/den?q=bao+cao"):
        assert "Để biết, tham khảo" in await person.see(path), path
    services.answers["GET registry/v1/incoming"] = {"items": [incoming("REGISTERED")], "next": None}
    assert "Để biết, tham khảo" not in await person.see("/den?q=bao+cao")


async def test_a_refusal_offers_ready_made_reasons_and_the_proper_office(person: Person, services: Services) -> None:
    services.answers |= {"GET registry/v1/incoming/I1": incoming(), "GET registry/v1/refusal-reasons": REASONS}
    services.answers["POST registry/v1/incoming/I1/refuse"] = incoming("REJECTED")
    await person.log_in("lanpn")
    page = await person.see("/den/I1")
    assert "Văn bản gửi nhầm nơi nhận." in page and 'name="proper_organ_id"' in page
    form = {"reason_key": "wrong-addressee", "reason": "", "proper_organ_id": "H60.20", "proper_name": ""}
    assert (await person.send("/den/I1/tu-choi", **form)).status_code == 303
    assert services.sent("POST registry/v1/incoming/I1/refuse") == form


async def test_several_are_ticked_and_accepted_and_what_was_not_is_named(person: Person, services: Services) -> None:
    rows = [incoming(id=f"I{n}") for n in (3, 2, 1)]
    services.answers["GET registry/v1/incoming"] = {"items": rows, "next": None}
    services.answers["POST registry/v1/incoming:accept"] = [
        {"id": "I1", "arrival_number": 41},
        {"id": "I3", "kind": "duplicate", "message": "Văn bản này đã vào sổ với số đến 7."},
    ]
    await person.log_in("lanpn")
    assert 'name="ids" value="I2"' in await person.see("/den?trang_thai=CHECKED")
    await person.send("/den/tiep-nhan", ids=["I3", "I1"])
    assert services.sent("POST registry/v1/incoming:accept") == {"ids": ["I1", "I3"]}
    page = await person.see("/den?trang_thai=CHECKED")
    assert "1 văn bản" in page and "số đến 7" in page
    await person.send("/den/tiep-nhan")
    assert "Chưa chọn văn bản nào" in await person.see("/den?trang_thai=CHECKED")
    await person.log_in("hungtv")
    assert 'name="ids"' not in await person.see("/den?trang_thai=CHECKED")


async def test_two_copies_stand_side_by_side_and_the_second_is_linked(person: Person, services: Services) -> None:
    services.answers["GET registry/v1/incoming/I1/duplicates/I9"] = COMPARISON
    services.answers["GET registry/v1/incoming/I1"] = incoming(duplicates_of=[COMPARISON["other"]])
    services.answers["POST registry/v1/incoming/I1/link"] = incoming("LINKED")
    await person.log_in("lanpn")
    assert "/den/I1/so-sanh/I9" in await person.see("/den/I1")
    page = await person.see("/den/I1/so-sanh/I9")
    assert "Gắn với số đến 41" in page and page.count('class="differs"') == 3
    await person.send("/den/I1/gan", to="I9", note="")
    assert services.sent("POST registry/v1/incoming/I1/link") == {"to": "I9", "note": ""}
    await person.log_in("hungtv")
    assert "Gắn với số đến" not in await person.see("/den/I1/so-sanh/I9")


async def test_the_quarantine_offers_what_may_be_done_with_each_package(person: Person, services: Services) -> None:
    base = {"id": "Q1", "reason": "Trùng.", "from": "Bộ", "arrived_at": AT, "state": "held", "subject": "Kế hoạch"}
    may = {"reason_code": "CONFLICT", "reason_name": "Trùng mã", "can_release": True, "can_return": True}
    bad = {"id": "Q2", "reason_code": "MALWARE", "reason_name": "Có mã độc", "can_release": False, "can_return": True}
    closed = {"id": "Q3", "state": "refused", "can_reopen": True}
    services.answers["GET gateway/v1/quarantine"] = [base | may, base | bad, base | closed]
    services.answers["GET gateway/v1/quarantine/scanner"] = {"configured": False}
    await person.log_in("lanpn")
    page = await person.see("/cach-ly")
    assert "Chưa nối máy quét mã độc" in page
    for offered in ("Q1/giai-phong", "Q1/tra-lai", "Q1/tu-choi", "Q2/tra-lai", "Q2/tu-choi", "Q3/hoan-tac"):
        assert f"/cach-ly/{offered}" in page, offered
    for not_offered in ("Q2/giai-phong", "Q3/tu-choi", "Q1/hoan-tac"):
        assert f"/cach-ly/{not_offered}" not in page, not_offered
    services.answers["POST gateway/v1/quarantine/Q1/return"] = base
    await person.send("/cach-ly/Q1/tra-lai", note="Gửi lại bản đúng")
    assert services.sent("POST gateway/v1/quarantine/Q1/return") == {"note": "Gửi lại bản đúng"}
    await person.send("/cach-ly/Q1/tra-lai", note="")
    assert "Chưa ghi lý do" in await person.see("/cach-ly")


async def test_who_owes_an_answer_is_reminded_from_the_page(person: Person, services: Services) -> None:
    services.answers["GET registry/v1/documents/D1"] = outgoing("ISSUED")
    services.answers["GET gateway/v1/deliveries"] = [
        {"id": "1", "name": "Sở Tài chính", "channel": "local", "state": "01", "owed_since": AT, "late": True},
        {"id": "2", "name": "Bộ KH&CN", "channel": "national", "state": "06"},
    ]
    told = {"delivery_id": "1", "organ_id": "H60.20", "name": "Sở Tài chính", "how": "told", "message": "Đã nhắc."}
    by_hand = told | {"how": "by-hand", "message": "Hãy gọi điện cho Bộ X."}
    services.answers["POST gateway/v1/reminders"] = [told, by_hand]
    await person.log_in("lanpn")
    page = await person.see("/van-ban/D1")
    assert "Quá hạn trả lời" in page and "Nhắc tất cả 1 nơi chưa trả lời" in page
    only = await person.see("/van-ban/D1?noi=qua-han")
    assert "Sở Tài chính" in only.partition('id="hanh-trinh"')[2] and "<b>Bộ KH&amp;CN</b>" not in only
    await person.send("/van-ban/D1/nhac")
    assert services.sent("POST gateway/v1/reminders") == {"document_id": "D1"}
    assert "Đã nhắc 1 nơi. Hãy gọi điện cho Bộ X." in await person.see("/van-ban/D1")
    await person.send("/di/cho-tra-loi/nhac", ids=["4"])
    assert services.sent("POST gateway/v1/reminders") == {"delivery_ids": ["4"]}
    await person.send("/di/cho-tra-loi/nhac")
    assert "Chưa chọn nơi nào" in await person.see("/di/cho-tra-loi")
    await person.log_in("tuyetnta")
    assert "Nhắc tất cả" not in await person.see("/van-ban/D1")
