"""The count of annexes on the form of a draft, and the list with ticks before the issue."""

from __future__ import annotations

from tests.unit.portal.conftest import Person
from tests.unit.portal.stand_in import FILE, Services, outgoing


async def test_the_drafter_says_how_many_annexes_the_text_names(person: Person, services: Services) -> None:
    services.answers["POST registry/v1/drafts"] = outgoing()
    services.answers["GET registry/v1/documents/D1"] = outgoing(annex_count=0)
    await person.log_in("tuyetnta")
    form = {"type_name": "Công văn", "subject": "Về việc thử", "template": ""}
    for typed, kept in (("2", 2), ("0", 0), ("", None)):
        await person.send("/soan", **form, annex_count=typed)
        assert services.sent("POST registry/v1/drafts")["annex_count"] == kept
    refused = await person.send("/soan", **form, annex_count="hai")
    assert refused.status_code == 422 and "Số phụ lục chưa đúng" in refused.text
    assert 'name="annex_count" value="0"' in await person.see("/du-thao/D1")


async def test_the_clerk_sees_the_annexes_ticked_before_the_issue(person: Person, services: Services) -> None:
    annex = FILE | {"role": "annex", "name": "Phụ lục I.pdf"}
    services.answers["GET registry/v1/documents/D1"] = outgoing(
        "SEALED", code="1/QĐ", files=[FILE, annex], annex_count=2
    )
    await person.log_in("lanpn")
    page = await person.see("/van-ban/D1")
    assert "Phụ lục 1/2:" in page and "Phụ lục I.pdf" in page
    services.answers["GET registry/v1/documents/D1"] = outgoing("SEALED", code="1/QĐ", annex_count=1)
    page = await person.see("/van-ban/D1")
    assert "Phụ lục 0/1:" in page and "Chưa có tệp phụ lục nào." in page
    services.answers["GET registry/v1/documents/D1"] = outgoing("SEALED", code="1/QĐ")
    assert "Phụ lục 0/" not in await person.see("/van-ban/D1")


async def test_the_clerk_confirms_what_the_text_leaves_in_doubt(person: Person, services: Services) -> None:
    doubt = "Lời văn nhắc đến phụ lục (“Danh sách tại phụ lục”) nhưng chưa có tệp phụ lục nào."
    services.answers["GET registry/v1/documents/D1"] = outgoing(
        "SEALED", code="1/QĐ", annexes_doubt=doubt, warnings=[doubt]
    )
    services.answers["POST registry/v1/documents/D1/issue"] = outgoing("ISSUED")
    await person.log_in("lanpn")
    page = await person.see("/van-ban/D1")
    assert page.count(doubt) == 2 and 'name="annexes_confirmed" value="1" required' in page
    for typed, told in (({"annexes_confirmed": "1"}, True), ({}, False)):
        await person.send("/van-ban/D1/phat-hanh", **typed)
        assert services.sent("POST registry/v1/documents/D1/issue") == {"annexes_confirmed": told}
    services.answers["GET registry/v1/documents/D1"] = outgoing("SEALED", code="1/QĐ")
    assert "annexes_confirmed" not in await person.see("/van-ban/D1")
