"""Where number, date, signature and seal go: found, typed, kept for the file and its type, put back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.portal.conftest import Person
from tests.unit.portal.stand_in import FILE, SHA, Services, outgoing, refusal

BOXES = {
    "number": {"page": 1, "left": 48.0, "top": 36.0, "width": 14.0, "height": 6.0},
    "day": {"page": 1, "left": 138.0, "top": 36.0, "width": 9.0, "height": 6.0},
    "month": {"page": 1, "left": 163.0, "top": 36.0, "width": 9.0, "height": 6.0},
    "signature": {"page": 2, "left": 126.0, "top": 220.0, "width": 50.0, "height": 23.0},
    "seal": {"page": 2, "left": 106.5, "top": 213.5, "width": 36.0, "height": 36.0},
}
FIELDS = {f"{name}-{side}": str(value) for name, box in BOXES.items() for side, value in box.items()}


def found(source: str, why: str = "") -> dict[str, Any]:
    return {"sha256": SHA, "source": source, "why": why, "boxes": BOXES, "pages": [{"width": 210, "height": 297}] * 2}


@pytest.fixture
def services(services: Services) -> Services:
    services.answers |= {
        "GET registry/v1/documents/D1": outgoing(),
        "POST signing/v1/placements/find": found("usual", "Không thấy họ tên người ký."),
        f"PUT signing/v1/placements/{SHA}": {},
        f"DELETE signing/v1/placements/{SHA}": {},
    }
    return services


async def test_the_page_shows_every_box_in_millimetres_and_says_how_they_were_found(person: Person) -> None:
    await person.log_in("tuyetnta")
    assert "/van-ban/D1/vi-tri" in await person.see("/van-ban/D1")
    page = await person.see("/van-ban/D1/vi-tri")
    assert "hãy dời cho đúng. Không thấy họ tên người ký." in page and page.count('class="sheet"') == 2
    for field, value in FIELDS.items():
        assert f'name="{field}" value="{value.removesuffix(".0").replace(".", ",")}"' in page, field


async def test_boxes_are_kept_for_this_file_and_on_wish_for_its_type(person: Person, services: Services) -> None:
    await person.log_in("tuyetnta")
    answer = await person.send("/van-ban/D1/vi-tri", sha256=SHA, **FIELDS | {"number-left": "48,5"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/van-ban/D1")
    sent = services.sent(f"PUT signing/v1/placements/{SHA}")
    assert sent["boxes"] == BOXES | {"number": BOXES["number"] | {"left": 48.5}} and sent["type_name"] == ""
    await person.send("/van-ban/D1/vi-tri", sha256=SHA, for_type="1", **FIELDS)
    assert services.sent(f"PUT signing/v1/placements/{SHA}")["type_name"] == "Quyết định"


async def test_what_the_form_forbids_is_said_and_what_was_typed_stays(person: Person, services: Services) -> None:
    message = "Con dấu phải trùm khoảng 1/3 chữ ký về bên trái, cùng hàng (hiện trùm 70 %). Hãy dời ô con dấu."
    services.answers[f"PUT signing/v1/placements/{SHA}"] = refusal(422, "placement-seal", message)
    await person.log_in("tuyetnta")
    await person.send("/van-ban/D1/vi-tri", sha256=SHA, **FIELDS | {"seal-left": "125"})
    page = await person.see("/van-ban/D1/vi-tri")
    assert message in page and 'name="seal-left" value="125"' in page
    await person.send("/van-ban/D1/vi-tri", sha256=SHA, **FIELDS | {"seal-left": "xa"})
    assert "Mỗi ô cần đủ trang" in await person.see("/van-ban/D1/vi-tri")
    await person.send("/van-ban/D1/vi-tri", sha256="0" * 64, **FIELDS)
    assert "tệp văn bản đã đổi sau khi bạn mở trang" in await person.see("/van-ban/D1/vi-tri")


async def test_the_boxes_go_back_to_where_the_words_say(person: Person, services: Services) -> None:
    await person.log_in("tuyetnta")
    await person.send("/van-ban/D1/vi-tri/tu-dong")
    assert services.was_asked(f"DELETE signing/v1/placements/{SHA}")


async def test_a_signed_document_has_no_page_for_it_and_an_office_file_says_what_to_do(
    person: Person, services: Services
) -> None:
    await person.log_in("tuyetnta")
    services.answers["GET registry/v1/documents/D1"] = outgoing("SIGNED")
    await person.see("/van-ban/D1/vi-tri", 404)
    assert "/vi-tri" not in await person.see("/van-ban/D1")
    word = FILE | {"content_type": "application/msword"}
    services.answers["GET registry/v1/documents/D1"] = outgoing(files=[word])
    assert "chưa phải PDF" in await person.see("/van-ban/D1/vi-tri", 422)
