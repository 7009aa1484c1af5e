"""Partners administered in the portal: added, changed, switched off, their keys shown once, refusals in words."""

from __future__ import annotations

from typing import Any

import pytest

from services.gateway.axes.kinds import kinds
from services.gateway.partners.queries import kind_view
from services.portal.pages.partners import fields, wording
from tests.unit.portal.conftest import Person
from tests.unit.portal.stand_in import AT, Services, refusal

PLACE = "/truc/doi-tac"
KINDS = [kind_view(kind).model_dump(mode="json") for kind in kinds().values()]
SECRET = "x-9-very-secret-x"


def partner(**more: Any) -> dict[str, Any]:
    base = {"id": "P1", "name": "bhxh", "title": "Bảo hiểm xã hội tỉnh", "kind": "mailbox", "version": 4}
    base |= {"settings": {"requests_per_minute": 90}, "secrets": ["webhook_secret"], "is_default": False}
    base |= {"codes": [{"code": "G09", "tree": True}, {"code": "G09.1", "tree": False}], "package_limit_mb": 20}
    base |= {"signature_rule": "valid", "poll_seconds": None, "valid_from": "2026-01-01", "valid_to": None}
    return base | {"paused": False, "pause_reason": "", "from_environment": False, "changed_at": AT} | more


def key(**more: Any) -> dict[str, Any]:
    base = {"id": "K1", "kind": "oauth2", "client_id": "bhxh-1", "scopes": ["send"], "label": "", "created_at": AT}
    return base | {"expires_at": None, "revoked_at": None, "used_at": None, "in_force": True} | more


HOOK = {"id": "H1", "type": "edoc.waiting", "state": "given-up", "attempts": 10, "next_at": AT, "created_at": AT}
HOOK |= {"last_error": "HTTP 500", "told_at": None}


@pytest.fixture
async def admin(person: Person, services: Services) -> Person:
    services.answers |= {
        "GET gateway/v1/partner-kinds": KINDS,
        "GET gateway/v1/partners": [partner(), partner(id="P2", name="cu", valid_to="2026-02-01", codes=[])],
        "GET gateway/v1/partners/P1": partner(),
        "GET gateway/v1/partners/P1/credentials": [key(), key(id="K2", revoked_at=AT, in_force=False)],
        "GET gateway/v1/partners/P1/hooks": [HOOK],
    }
    await person.log_in("quanmt")
    return person


def test_every_setting_of_every_kind_has_its_words() -> None:
    for kind in KINDS:
        for name in kind["settings"]["properties"]:
            assert name in fields.LABELS, f"{kind['name']}.{name}"


async def test_the_list_says_how_and_with_whom_and_offers_every_kind(admin: Person) -> None:
    page = await admin.see(PLACE)
    for words in ("Bảo hiểm xã hội tỉnh", "Đang dùng", "Hết hiệu lực", "Chưa có mã nào", "G09, G09.1"):
        assert words in page, words
    for kind in KINDS:
        assert f"/truc/doi-tac/moi?loai={kind['name']}" in page and kind["title"] in page


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind["name"]))
async def test_each_kind_has_its_form(admin: Person, kind: dict[str, Any]) -> None:
    page = await admin.see(f"{PLACE}/moi?loai={kind['name']}")
    for name in kind["settings"]["properties"]:
        prefix = fields.SECRET if name in kind["secrets"] else fields.SETTING
        assert f'name="{prefix}{name}"' in page
    assert page.count('type="password"') == len(kind["secrets"])


async def test_an_unknown_kind_is_not_found(admin: Person) -> None:
    await admin.see(f"{PLACE}/moi?loai=pigeon", 404)


async def test_a_partner_is_added_with_numbers_as_numbers_and_codes_as_written(
    admin: Person, services: Services
) -> None:
    services.answers["POST gateway/v1/partners"] = partner()
    form = {"kind": "national", "name": "truc-qg", "title": "Trục quốc gia", "codes": "H60\n=H60.1\n\nH60"}
    form |= {"s-endpoint": "https://truc.gov.vn", "s-system_id": "VXP-1", "secret-secret": SECRET, "is_default": "1"}
    form |= {"s-timeout_seconds": "12,5", "package_limit_mb": "30", "valid_from": "5/1/2027", "signature_rule": ""}
    answer = await admin.send(f"{PLACE}/moi", **form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PLACE}/P1")
    sent = services.sent("POST gateway/v1/partners")
    assert sent["settings"] == {
        "endpoint": "https://truc.gov.vn", "system_id": "VXP-1", "secret": SECRET, "timeout_seconds": 12.5,
    }  # fmt: skip
    assert sent["codes"] == [{"code": "H60", "tree": True}, {"code": "H60.1", "tree": False}]
    assert (sent["valid_from"], sent["package_limit_mb"], sent["poll_seconds"]) == ("2027-01-05", 30, None)
    assert sent["is_default"] is True and sent["name"] == "truc-qg"


async def test_a_refusal_names_the_fields_keeps_what_was_typed_and_never_a_secret(
    admin: Person, services: Services
) -> None:
    message = "Cấu hình đối tác chưa đúng ở: endpoint, system_id. Hãy kiểm tra lại các ô này."
    services.answers["POST gateway/v1/partners"] = refusal(422, "bad-partner-settings", message)
    form = {"kind": "national", "name": "truc-qg", "title": "Trục <b>", "s-endpoint": "ftp://x"}
    await admin.send(f"{PLACE}/moi", **form, **{"secret-secret": SECRET})
    page = await admin.see(f"{PLACE}/moi?loai=national")
    assert "chưa đúng ở: “Địa chỉ của đối tác”, “Mã hệ thống”." in page
    assert 'value="truc-qg"' in page and "ftp://x" in page and "Trục &lt;b&gt;" in page
    assert SECRET not in page


async def test_what_is_no_day_or_no_number_is_refused_before_anybody_is_asked(
    admin: Person, services: Services
) -> None:
    for field, typed, words in (
        ("valid_to", "mai", "“mai” không phải là ngày"),
        ("package_limit_mb", "nhiều", "“nhiều” không phải là số nguyên"),
    ):
        await admin.send(f"{PLACE}/moi", kind="national", name="a1", title="A", **{field: typed})
        assert words in await admin.see(f"{PLACE}/moi?loai=national")
    assert not services.was_asked("POST gateway/v1/partners")


async def test_a_partner_is_changed_by_the_version_that_was_read(admin: Person, services: Services) -> None:
    page = await admin.see(f"{PLACE}/P1")
    assert 'name="version" value="4"' in page and "G09\n=G09.1" in page and 'value="01/01/2026"' in page
    services.answers["PUT gateway/v1/partners/P1"] = partner(version=5)
    form = {"kind": "mailbox", "version": "4", "title": "BHXH", "codes": "G09", "s-requests_per_minute": "120"}
    await admin.send(f"{PLACE}/P1", **form)
    sent = services.sent("PUT gateway/v1/partners/P1")
    assert (sent["version"], sent["settings"]) == (4, {"requests_per_minute": 120})
    services.answers["PUT gateway/v1/partners/P1"] = refusal(412, "changed-meanwhile", "Người khác vừa sửa.")
    await admin.send(f"{PLACE}/P1", **form)
    page = await admin.see(f"{PLACE}/P1")
    assert "Người khác vừa sửa." in page and 'value="BHXH"' in page


async def test_it_is_switched_off_with_a_reason_and_on_again(admin: Person, services: Services) -> None:
    services.answers["POST gateway/v1/partners/P1/pause"] = partner(paused=True)
    services.answers["POST gateway/v1/partners/P1/resume"] = partner()
    await admin.send(f"{PLACE}/P1/tat", reason="")
    assert "Chưa ghi lý do tắt" in await admin.see(f"{PLACE}/P1")
    assert not services.was_asked("POST gateway/v1/partners/P1/pause")
    await admin.send(f"{PLACE}/P1/tat", reason="Bảo trì")
    assert services.sent("POST gateway/v1/partners/P1/pause") == {"reason": "Bảo trì"}
    services.answers["GET gateway/v1/partners/P1"] = partner(paused=True, pause_reason="Bảo trì")
    assert "Bật lại" in await admin.see(f"{PLACE}/P1")
    await admin.send(f"{PLACE}/P1/bat")
    assert services.was_asked("POST gateway/v1/partners/P1/resume")


async def test_the_connection_is_tried_and_told(admin: Person, services: Services) -> None:
    for result, words in (
        ({"ok": True, "seconds": 0.25, "explanation": "Kết nối được."}, "Kết nối được. (sau 0,2 giây)"),
        ({"ok": False, "seconds": 1, "explanation": "Sai khóa."}, "Không kết nối được: Sai khóa."),
    ):
        services.answers["POST gateway/v1/partners/P1/test"] = result
        await admin.send(f"{PLACE}/P1/kiem-tra")
        assert words in await admin.see(f"{PLACE}/P1")


async def test_the_web_hook_is_tried_and_its_answer_shown(admin: Person, services: Services) -> None:
    services.answers["GET gateway/v1/partners/P1"] = partner(settings={"webhook_url": "https://bhxh.test/hook"})
    base = {"ok": True, "status": 200, "seconds": 0.25, "answer": "<ok>", "explanation": "Đối tác nhận được."}
    for result, words in (
        (base, "Đối tác nhận được. (sau 0,2 giây) Nội dung trả lời: “&lt;ok&gt;”"),
        (base | {"ok": False, "answer": "", "explanation": "Chưa nhận."}, "Chưa nhận. (sau 0,2 giây)"),
        (refusal(409, "no-hook", "Chưa có địa chỉ."), "Chưa có địa chỉ."),
    ):
        services.answers["POST gateway/v1/partners/P1/hooks/test"] = result
        await admin.send(f"{PLACE}/P1/bao-tin-thu")
        page = await admin.see(f"{PLACE}/P1")
        assert words in page and 'action="/truc/doi-tac/P1/bao-tin-thu"' in page
    services.answers["GET gateway/v1/partners/P1"] = partner(settings={})
    assert "bao-tin-thu" not in await admin.see(f"{PLACE}/P1")


async def test_a_key_is_shown_once_and_nothing_keeps_it(admin: Person, services: Services) -> None:
    path = "POST gateway/v1/partners/P1/credentials"
    services.answers[path] = key(secret=SECRET, expires_at="2027-12-31T16:59:59+00:00")
    form: dict[str, str | list[str]] = {"key_kind": "oauth2", "scopes": ["send", "receive"], "expires": "31/12/2027"}
    answer = await admin.send(f"{PLACE}/P1/khoa", **form)
    assert answer.status_code == 200 and SECRET in answer.text and "chỉ hiện một lần" in answer.text
    assert answer.headers["cache-control"] == "no-store" and "31/12/2027 23:59" in answer.text
    sent = services.sent(path)
    assert (sent["expires_at"], sent["scopes"]) == ("2027-12-31T23:59:59+07:00", ["send", "receive"])
    assert SECRET not in await admin.see(f"{PLACE}/P1")
    services.answers[path] = refusal(409, "already-done", "Đã làm rồi.")
    again = await admin.send(f"{PLACE}/P1/khoa", **form)
    assert again.status_code == 303 and "không hiện lại" in await admin.see(f"{PLACE}/P1")


async def test_a_key_without_any_right_or_with_a_bad_day_is_not_made(admin: Person, services: Services) -> None:
    await admin.send(f"{PLACE}/P1/khoa", key_kind="oauth2")
    assert "Chưa chọn quyền nào" in await admin.see(f"{PLACE}/P1")
    await admin.send(f"{PLACE}/P1/khoa", key_kind="oauth2", scopes=["send"], expires="31/02/2027")
    assert "không phải là ngày" in await admin.see(f"{PLACE}/P1")
    assert not services.was_asked("POST gateway/v1/partners/P1/credentials")


async def test_keys_are_replaced_and_taken_back(admin: Person, services: Services) -> None:
    base = "gateway/v1/partners/P1/credentials/K1"
    services.answers |= {f"POST {base}/rotate": key(secret=SECRET), f"DELETE {base}": key(revoked_at=AT)}
    answer = await admin.send(f"{PLACE}/P1/khoa/K1/doi", overlap="24", expires="")
    assert SECRET in answer.text
    assert services.sent(f"POST {base}/rotate") == {"overlap_hours": 24, "expires_at": None}
    await admin.send(f"{PLACE}/P1/khoa/K1/doi", overlap="99999")
    assert "Chưa chọn khóa cũ còn dùng bao lâu" in await admin.see(f"{PLACE}/P1")
    await admin.send(f"{PLACE}/P1/khoa/K1/thu-hoi")
    assert services.was_asked(f"DELETE {base}")
    page = await admin.see(f"{PLACE}/P1")
    assert "Đã thu hồi" in page and "/khoa/K2/thu-hoi" not in page


async def test_the_key_of_the_web_hook_is_made_here_and_shown_once(admin: Person, services: Services) -> None:
    from services.gateway.webhooks.rules import key_of

    services.answers["POST gateway/v1/partners/P1/secrets"] = partner()
    answer = await admin.send(f"{PLACE}/P1/khoa-bao-tin")
    made = services.sent("POST gateway/v1/partners/P1/secrets")["secrets"]["webhook_secret"]
    assert len(key_of(made)) == 32 and f">{made}</textarea>" in answer.text
    page = await admin.see(f"{PLACE}/P1")
    assert made not in page and "HTTP 500" in page and "Không báo được" in page


async def test_secrets_are_replaced_and_empty_ones_stay(admin: Person, services: Services) -> None:
    services.answers["POST gateway/v1/partners/P1/secrets"] = partner()
    await admin.send(f"{PLACE}/P1/khoa-bi-mat", kind="lgsp", **{"secret-password": SECRET, "secret-secret_key": ""})
    assert services.sent("POST gateway/v1/partners/P1/secrets") == {"secrets": {"password": SECRET}}
    await admin.send(f"{PLACE}/P1/khoa-bi-mat", kind="lgsp")
    page = await admin.see(f"{PLACE}/P1")
    assert "Chưa nhập giá trị mới nào" in page and SECRET not in page


async def test_one_made_by_the_environment_is_read_only(admin: Person, services: Services) -> None:
    services.answers["GET gateway/v1/partners/P1"] = partner(kind="national", from_environment=True, secrets=["secret"])
    page = await admin.see(f"{PLACE}/P1")
    assert "QLVB_AXIS_NATIONAL" in page and 'name="version"' not in page and "Kiểm tra kết nối" in page


async def test_only_who_looks_after_the_system_comes_in(person: Person, services: Services) -> None:
    for who in ("lanpn", "kienht"):
        await person.log_in(who)
        for path in (PLACE, f"{PLACE}/moi?loai=national", f"{PLACE}/P1"):
            await person.see(path, 404)
        for act in ("moi", "P1", "P1/tat", "P1/bat", "P1/kiem-tra", "P1/khoa", "P1/khoa/K1/doi", "P1/khoa-bao-tin"):
            assert (await person.send(f"{PLACE}/{act}", kind="national")).status_code == 404, act
    assert not any("partner" in asked for asked, _, _ in services.asked)


def test_keys_that_end_soon_are_said() -> None:
    assert wording.ends_soon(key(expires_at=AT)) and not wording.ends_soon(key())
    assert wording.key_tag(key(in_force=False)).word == "Hết hạn"
