"""Who comes in, what a form must prove, and what becomes of a refusal."""

from __future__ import annotations

from collections.abc import AsyncIterator

from tests.unit.portal.conftest import Person
from tests.unit.portal.stand_in import FILE, Services, outgoing, refusal, task


async def test_no_page_without_log_in(person: Person) -> None:
    for path in ("/", "/den", "/van-ban/D1", "/so", "/cach-ly", "/tep/" + "0" * 64):
        answer = await person.http.get(path)
        assert answer.status_code == 303 and answer.headers["location"].startswith("/dang-nhap?tiep=/")


async def test_wrong_password_keeps_the_name(person: Person) -> None:
    answer = await person.http.post("/dang-nhap", data={"user_name": "lanpn.skhcn", "password": "sai"})
    assert answer.status_code == 401 and "không đúng" in answer.text and "lanpn.skhcn" in answer.text
    assert "set-cookie" not in answer.headers and 'value="sai"' not in answer.text


async def test_a_form_is_not_read_further_than_it_may_be_long(person: Person, services: Services) -> None:
    """With its length said, and without: then as soon as it is too long."""
    kind, read = {"content-type": "application/x-www-form-urlencoded"}, 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b"&user_name=" + b"x" * 65536

    for body in (b"user_name=" + b"x" * 100_000, endless()):
        answer = await person.http.post("/dang-nhap", content=body, headers=kind)
        assert answer.status_code == 413 and "vượt 16 KB nên hệ thống không nhận" in answer.text
        assert answer.headers["connection"] == "close"
    assert read < 3 and not services.was_asked("POST identity/v1/sessions")
    await person.log_in("lanpn")
    answer = await person.http.post("/van-ban/D1/phat-hanh", content=endless(), headers=kind)
    assert answer.status_code == 413 and "4 MB" in answer.text and read < 100
    one = await person.http.post("/van-ban/D1/phat-hanh", content=b"a=" + b"x" * 3 * 2**20, headers=kind)
    assert one.status_code == 400 and "một ô quá dài" in one.text
    files = {"content-type": "multipart/form-data; boundary=x", "content-length": str(2**31)}
    answer = await person.http.post("/van-ban/D1/phat-hanh", content=b"", headers=files)
    assert answer.status_code == 413 and "1 GB" in answer.text


async def test_the_cookie_is_closed_to_scripts_and_the_token_stays_here(person: Person) -> None:
    answer = await person.log_in("lanpn")
    cookie = answer.headers["set-cookie"].lower()
    assert answer.status_code == 303 and "httponly" in cookie and "samesite=lax" in cookie
    assert "token-lanpn" not in answer.text + cookie and "token-lanpn" not in await person.see("/")


async def test_the_log_in_page_leads_nowhere_else(person: Person) -> None:
    for after in ("//evil.example", "https://evil.example", "/\\evil.example"):
        form = {"user_name": "lanpn.skhcn", "password": "Qlvb@2026", "after": after}
        assert (await person.http.post("/dang-nhap", data=form)).headers["location"] == "/"


async def test_headers_are_strict(person: Person) -> None:
    headers = (await person.http.get("/dang-nhap")).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff" and headers["cache-control"] == "no-store"


async def test_a_form_without_our_token_does_nothing(person: Person, services: Services) -> None:
    await person.log_in("lanpn")
    answer = await person.http.post("/van-ban/D1/phat-hanh", data={"csrf": "guess"})
    assert answer.status_code == 403 and "Biểu mẫu này đã cũ" in answer.text
    assert not services.was_asked("POST registry/v1/documents/D1/issue")


async def test_a_form_of_another_site_does_nothing(person: Person, services: Services) -> None:
    await person.log_in("lanpn")
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = await person.http.post("/den/I1/tu-choi", data={"csrf": "x"}, headers=headers)
        assert answer.status_code == 403
    assert not services.was_asked("POST registry/v1/incoming/I1/refuse")


async def test_an_act_carries_token_and_key_and_leads_back(person: Person, services: Services) -> None:
    services.answers["POST registry/v1/documents/D1/issue"] = outgoing("ISSUED")
    services.answers["GET registry/v1/documents/D1"] = outgoing("ISSUED")
    await person.log_in("lanpn")
    answer = await person.send("/van-ban/D1/phat-hanh")
    assert answer.status_code == 303 and answer.headers["location"] == "/van-ban/D1"
    _, _, headers = next(a for a in services.asked if a[0] == "POST registry/v1/documents/D1/issue")
    assert headers["authorization"] == "Bearer token-lanpn" and headers["idempotency-key"] == "key-1"
    assert "Đã phát hành" in await person.see("/van-ban/D1")
    assert 'role="status"' not in (await person.see("/van-ban/D1")).replace("co-moi", "")


async def test_a_refusal_is_told_and_what_was_typed_stays(person: Person, services: Services) -> None:
    message = "Chưa duyệt được: dự thảo đã sửa sau khi bạn mở. Hãy xem lại."
    services.answers["POST workflow/v1/tasks/T-initial/approve"] = refusal(409, "changed", message)
    services.answers["GET registry/v1/documents/D1"] = outgoing("UNIT_APPROVED")
    services.answers["GET workflow/v1/objects/draft/D1"] = {"steps": [], "my_task": task("initial")}
    await person.log_in("vinhlq")
    await person.send("/viec/T-initial/duyet", back="/van-ban/D1", content_hash="x", note="Đã xem kỹ mục 2")
    page = await person.see("/van-ban/D1")
    assert message in page and "Đã xem kỹ mục 2" in page


async def test_signing_sends_exactly_the_file_that_was_shown(person: Person, services: Services) -> None:
    services.answers["GET registry/v1/documents/D1"] = outgoing("INITIALLED")
    services.answers["POST signing/v1/acts/leader-sign"] = {"state": "signed"}
    await person.log_in("kienht")
    await person.send("/van-ban/D1/ky", content_hash="other", pin="123456")
    assert not services.was_asked("POST signing/v1/acts/leader-sign")
    await person.send("/van-ban/D1/ky", content_hash="h" * 64, pin="123456")
    sent = services.sent("POST signing/v1/acts/leader-sign")
    assert sent == {"draft_id": "D1", "content_hash": "h" * 64, "main_file": FILE, "pin": "123456"}


async def test_assigning_needs_one_lead(person: Person, services: Services) -> None:
    services.answers["POST workflow/v1/incoming/I1/assign"] = {}
    await person.log_in("kienht")
    await person.send("/den/I1/phan-cong", coordinator_ids=["lanpn"])
    assert not services.was_asked("POST workflow/v1/incoming/I1/assign")
    form = {"lead_person_id": "hungtv", "coordinator_ids": ["hungtv", "lanpn"], "due_date": "25/11/2026"}
    await person.send("/den/I1/phan-cong", **form)
    sent = services.sent("POST workflow/v1/incoming/I1/assign")
    assert sent["lead_person_id"] == "hungtv" and sent["coordinator_ids"] == ["lanpn"]
    assert sent["due_date"] == "2026-11-25"


async def test_a_draft_that_is_refused_comes_back_whole(person: Person, services: Services) -> None:
    services.answers["POST registry/v1/drafts"] = refusal(422, "incomplete", "Dự thảo còn thiếu: người ký.")
    await person.log_in("tuyetnta")
    organ = '{"organ_id": "H60", "name": "UBND tỉnh"}'
    answer = await person.send("/soan", subject="Về việc thử", type_name="Quyết định", recipient=[organ], body="")
    assert answer.status_code == 422
    assert "Dự thảo còn thiếu" in answer.text and "Về việc thử" in answer.text and "UBND tỉnh" in answer.text


async def test_a_draft_goes_to_registry_with_its_parts(person: Person, services: Services) -> None:
    services.answers["POST registry/v1/drafts:render"] = FILE
    services.answers["POST registry/v1/drafts"] = outgoing()
    await person.log_in("tuyetnta")
    form = {
        "subject": "Thử",
        "type_name": "Quyết định",
        "template": "decision",
        "body": "Điều 1.",
        "signer_id": "kienht",
    }
    answer = await person.send("/soan", **form, legal_basis="Căn cứ A\nCăn cứ B")
    assert answer.headers["location"] == "/van-ban/D1"
    assert services.sent("POST registry/v1/drafts:render")["data"]["grounds"] == ["Căn cứ A", "Căn cứ B"]
    sent = services.sent("POST registry/v1/drafts")
    assert sent["notation"] == "QĐ-SKHCN" and sent["signer_name"] == "Hoàng Trung Kiên" and sent["files"] == [FILE]


async def test_quarantine_is_not_for_everybody(person: Person) -> None:
    await person.log_in("tuyetnta")
    await person.see("/cach-ly", 404)
    await person.log_in("lanpn")
    assert "Không có gói tin nào bị giữ" in await person.see("/cach-ly")


async def test_who_must_change_the_password_is_led_there(person: Person, services: Services) -> None:
    due = refusal(403, "password-change-due", "Mật khẩu của bạn phải được đổi trước khi làm việc.")
    services.answers["GET registry/v1/documents/D1"] = due
    services.answers["POST identity/v1/me/password"] = {}
    services.answers["POST identity/v1/sessions/refresh"] = {"access_token": "token-2", "expires_in": 900}
    await person.log_in("tuyetnta")
    answer = await person.http.get("/van-ban/D1")
    assert answer.status_code == 303 and answer.headers["location"] == "/toi?doi=1"
    assert "phải được đổi trước khi làm việc" in await person.see("/toi?doi=1")
    await person.send("/toi/mat-khau", old="Qlvb@2026", new="Xuan#2026moi", again="Xuan#2026moi")
    assert "Đã đổi mật khẩu" in await person.see("/toi")
    assert services.was_asked("POST identity/v1/sessions/refresh")


async def test_log_out_ends_the_session(person: Person) -> None:
    await person.log_in("lanpn")
    await person.send("/dang-xuat")
    assert (await person.http.get("/")).status_code == 303
