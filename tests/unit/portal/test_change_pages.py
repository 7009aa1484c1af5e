"""An issued document has a mistake: the pages lead to the right way, and the old one shows what changed it."""

from __future__ import annotations

import pytest

from tests.unit.portal.conftest import Person
from tests.unit.portal.stand_in import Services, incoming, outgoing

CODE = "128/QĐ-SKHCN"


async def test_the_wizard_asks_what_is_wrong_and_leads_the_right_way(person: Person, services: Services) -> None:
    services.answers["GET registry/v1/documents/D1"] = outgoing("ISSUED", code=CODE)
    await person.log_in("tuyetnta")
    assert "/van-ban/D1/sua-sai" in await person.see("/van-ban/D1")
    page = await person.see("/van-ban/D1/sua-sai")
    assert all(f"/soan?sua=D1&amp;cach={way}" in page for way in ("amend", "replace", "correct"))


@pytest.mark.parametrize(
    ("way", "words", "form"),
    [("amend", "Sửa đổi, bổ sung quyết định", "Quyết định"), ("replace", "Thay thế quyết định", "Quyết định"),
     ("correct", "V/v đính chính quyết định", "Công văn")],
)  # fmt: skip
async def test_the_draft_comes_filled_in_and_goes_out_with_its_link(
    person: Person, services: Services, way: str, words: str, form: str
) -> None:
    services.answers["GET registry/v1/documents/D1"] = outgoing("ISSUED", code=CODE)
    services.answers["GET registry/v1/templates"] = [
        {"key": name, "type_name": name, "abbreviation": ""} for name in ("Quyết định", "Công văn")
    ]
    services.answers["POST registry/v1/drafts"] = outgoing(id="D2")
    await person.log_in("tuyetnta")
    page = await person.see(f"/soan?sua=D1&cach={way}")
    assert f"{words} {CODE}" in page and "UBND tỉnh Tuyên Quang" in page and f"<option selected>{form}" in page
    assert 'name="changes_document_id" value="D1"' in page and f'name="change" value="{way}"' in page
    await person.send("/soan", type_name=form, subject=words, changes_document_id="D1", change=way)
    body = services.sent("POST registry/v1/drafts")
    assert (body["changes_document_id"], body["change"], body["type_name"]) == ("D1", way, form)


async def test_the_changed_document_says_so_on_its_page_and_in_the_lists(person: Person, services: Services) -> None:
    note = "Được thay thế bởi 130/QĐ-SKHCN"
    newer = {"id": "D2", "code": "130/QĐ-SKHCN", "subject": "Kế hoạch mới", "change": "replace"}
    old = outgoing("ISSUED", code=CODE, changed_note=note, changed_by=[newer])
    services.answers["GET registry/v1/documents/D1"] = old
    services.answers["GET registry/v1/documents"] = {"items": [old], "next": None}
    came = incoming("REGISTERED", changed_note=note, changed_by=[newer | {"id": "I2"}])
    services.answers["GET registry/v1/incoming/I1"] = came
    services.answers["GET registry/v1/incoming"] = {"items": [came], "next": None}
    await person.log_in("lanpn")
    assert note in await person.see("/di") and note in await person.see("/den")
    page = await person.see("/van-ban/D1")
    assert note in page and '<a href="/van-ban/D2">' in page
    page = await person.see("/den/I1")
    assert note in page and '<a href="/den/I2">' in page
