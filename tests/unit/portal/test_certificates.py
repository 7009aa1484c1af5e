"""The register of certificates: lamps, a loss, renewal, hand-over of the office's key, pictures."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import Response

from tests.unit.portal.conftest import Person
from tests.unit.portal.stand_in import AT, ROLES, Services, refusal

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def certificate(key: str, **more: Any) -> dict[str, Any]:
    base: dict[str, Any] = {"fingerprint": key * 64, "owner_kind": "person", "owner_id": "kienht", "state": "active"}
    base |= {"owner_name": "Hoàng Trung Kiên", "subject": "CN=Hoàng Trung Kiên", "issuer": "CA của Chính phủ"}
    base |= {"serial": "0a1b", "valid_from": AT, "valid_to": AT, "device": "token", "days_left": 400, "alarm": None}
    return base | {"device_name": "thiết bị USB của người ký"} | more


def image(key: str, **more: Any) -> dict[str, Any]:
    base = {"id": key, "owner_kind": "person", "owner_id": "kienht", "owner_name": "Hoàng Trung Kiên", "note": ""}
    base |= {"width_mm": 50.0, "height_mm": 23.0, "state": "proposed", "proposed_at": AT, "proposed_by": "Văn thư"}
    return base | more


@pytest.fixture
def services(services: Services) -> Services:
    services.answers |= {
        "GET signing/v1/certificates": [
            certificate("a", state="lost", blocked_reason="Rơi ở chợ", blocked_at=AT),
            certificate("b", days_left=5, alarm=7, owner_kind="office", owner_id="O1", owner_name="Sở KH&CN"),
            certificate("c", days_left=20, alarm=30, owner_id="vinhlq", owner_name="Lê Quang Vinh"),
            certificate("d", days_left=55, alarm=60),
            certificate("e"),
        ],
        "GET signing/v1/images": [image("A1"), image("A2", state="active", holder_at=AT, holder_by="Kiên")],
    }
    return services


async def test_each_certificate_wears_its_lamp_and_the_counts_lead_to_their_rows(person: Person) -> None:
    await person.log_in("lanpn")
    page = await person.see("/chung-thu")
    for words in ("Đã báo mất", "Rơi ở chợ", "Còn 5 ngày", "Còn 20 ngày", "Còn 55 ngày", "Còn 400 ngày"):
        assert words in page, words
    for key, count in (("blocked", 1), ("7", 1), ("30", 1), ("60", 1), ("good", 1)):
        assert f'href="/chung-thu?loc={key}"' in page and f"<b>{count}</b>" in page
        only = await person.see(f"/chung-thu?loc={key}")
        assert only.count('<div class="title"><h2>') == count + 1  # and the pictures' own heading
    assert page.count("Giấy đề nghị gia hạn") == 3 and page.count("Giấy đề nghị cấp lại") == 1


async def test_who_does_not_answer_for_the_office_sees_only_the_own_ones(person: Person) -> None:
    await person.log_in("vinhlq")
    page = await person.see("/chung-thu")
    assert "Còn 20 ngày" in page and "Còn 5 ngày" not in page and "Còn 400 ngày" not in page


async def test_a_loss_is_reported_with_its_reason(person: Person, services: Services) -> None:
    key = "e" * 64
    services.answers[f"POST signing/v1/certificates/{key}/lost"] = certificate("e", state="lost")
    await person.log_in("kienht")
    assert f'action="/chung-thu/{key}/mat"' in await person.see("/chung-thu")
    assert (await person.send(f"/chung-thu/{key}/mat", reason="Mất ví ngày 20/11")).status_code == 303
    assert services.sent(f"POST signing/v1/certificates/{key}/lost") == {"reason": "Mất ví ngày 20/11"}
    assert "Đã khóa chứng thư" in await person.see("/chung-thu")


async def test_the_letter_of_renewal_is_filled_in(person: Person, services: Services) -> None:
    letter = {
        "title": "GIẤY ĐỀ NGHỊ GIA HẠN CHỨNG THƯ SỐ",
        "to": "Cục Chứng thực số",
        "serial": "0a1b",
        "date": "20/11",
    }
    services.answers[f"GET signing/v1/certificates/{'b' * 64}/renewal-letter"] = letter
    await person.log_in("lanpn")
    page = await person.see(f"/chung-thu/{'b' * 64}/de-nghi")
    assert "GIẤY ĐỀ NGHỊ GIA HẠN" in page and "Kính gửi: Cục Chứng thực số" in page and "0a1b" in page


async def test_a_certificate_is_registered_with_the_fields_of_its_device(person: Person, services: Services) -> None:
    services.answers["POST signing/v1/certificates"] = certificate("f")
    await person.log_in("kienht")
    await person.send("/chung-thu/dang-ky", owner="office O1", device="pkcs11", token="SKHCN", label="dau", pem="")
    sent = services.sent("POST signing/v1/certificates")
    assert sent == {"owner_kind": "office", "owner_id": "O1", "device": "pkcs11", "pem": "",
                    "place": {"token": "SKHCN", "label": "dau"}}  # fmt: skip
    message = "Không đọc được chứng thư. Hãy dán đúng nội dung PEM."
    services.answers["POST signing/v1/certificates"] = refusal(422, "not-a-certificate", message)
    await person.send("/chung-thu/dang-ky", owner="person kienht", device="token", pem="abc")
    page = await person.see("/chung-thu")
    assert message in page and ">abc</textarea>" in page


async def test_only_the_administrator_hands_the_offices_key_over(
    person: Person, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    await person.log_in("kienht")
    assert "Bàn giao khóa" not in await person.see("/chung-thu")
    monkeypatch.setitem(ROLES, "hungtv", "unit_admin")
    services.answers["POST signing/v1/key-holdings"] = {}
    await person.log_in("hungtv")
    assert "Bàn giao khóa" in await person.see("/chung-thu")
    await person.send("/chung-thu/ban-giao", person_id="lanpn", basis="Biên bản 02/BB")
    sent = services.sent("POST signing/v1/key-holdings")
    assert sent == {"person_id": "lanpn", "basis": "Biên bản 02/BB"}


async def test_a_picture_is_sent_looked_at_and_decided(person: Person, services: Services) -> None:
    services.answers["POST signing/v1/images"] = image("A3")
    services.answers["GET signing/v1/images/A1/png"] = Response(PNG, media_type="image/png")
    services.answers["POST signing/v1/images/A1/approve"] = image("A1", state="active")
    services.answers["POST signing/v1/images/A1/refuse"] = image("A1", state="refused")
    await person.log_in("kienht")
    page = await person.see("/chung-thu")
    assert "Chờ người giữ duyệt" in page and "/chung-thu/anh/A1/duyet" in page and "anh/A2/duyet" not in page
    assert (await person.http.get("/chung-thu/anh/A1.png")).content == PNG
    await person.send("/chung-thu/anh", owner="person kienht")
    assert "Chưa chọn ảnh" in await person.see("/chung-thu")
    csrf = page.partition('data-csrf="')[2].partition('"')[0]
    form = {"csrf": csrf, "idempotency": "k2", "owner": "person kienht", "width_mm": "36,5"}
    answer = await person.http.post("/chung-thu/anh", data=form, files={"png": ("a.png", PNG, "image/png")})
    assert answer.status_code == 303 and services.was_asked("POST signing/v1/images")
    await person.send("/chung-thu/anh/A1/duyet")
    await person.send("/chung-thu/anh/A1/tu-choi", reason="Mờ quá")
    assert services.was_asked("POST signing/v1/images/A1/approve")
    assert services.sent("POST signing/v1/images/A1/refuse") == {"reason": "Mờ quá"}
