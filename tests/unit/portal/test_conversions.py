"""Pages of the archival format: the archivist converts each file, everybody reads what was done."""

from __future__ import annotations

import pytest

from tests.unit.portal.conftest import Person
from tests.unit.portal.stand_in import AT, SHA, Services, conversion, incoming, outgoing, refusal


@pytest.fixture
def services(services: Services) -> Services:
    services.answers |= {
        "GET registry/v1/documents/D1": outgoing("ISSUED", code="128/QĐ-SKHCN"),
        "GET registry/v1/incoming/I1": incoming("REGISTERED", arrival_number=7, registered_at=AT),
        "GET registry/v1/conversions/D1": [conversion()],
        "GET registry/v1/conversions/I1": [],
    }
    return services


@pytest.mark.parametrize(("base", "key"), [("/van-ban/D1", "D1"), ("/den/I1", "I1")])
async def test_the_archivist_converts_from_the_document(person: Person, services: Services, base, key) -> None:
    services.answers["POST registry/v1/conversions"] = conversion()
    await person.log_in("luubt")
    assert f'href="{base}/dinh-dang"' in await person.see(base)
    assert 'data-busy="Đang chuyển đổi' in await person.see(f"{base}/dinh-dang")
    answer = await person.send(f"{base}/dinh-dang", sha256=SHA)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{base}/dinh-dang")
    kind = "incoming" if key == "I1" else "outgoing"
    assert services.sent("POST registry/v1/conversions") == {"kind": kind, "object_id": key, "sha256": SHA}
    assert "Tệp gốc được giữ nguyên" in await person.see(f"{base}/dinh-dang")


async def test_what_was_done_is_read_by_all_and_done_by_the_archivist_only(person: Person, services: Services) -> None:
    await person.log_in("tuyetnta")
    assert "/dinh-dang" not in await person.see("/van-ban/D1")
    page = await person.see("/van-ban/D1/dinh-dang")
    for words in ("Ghostscript 10.00.0", "Chữ ký hợp lệ", "SHA-256 trước", SHA, "c" * 64, "Lê Quang Vinh ký"):
        assert words in page
    assert "Đang chuyển đổi" not in page
    assert "Lưu trữ viên thực hiện" in await person.see("/den/I1/dinh-dang")


async def test_a_refusal_is_said_and_destroyed_content_is_not_offered(person: Person, services: Services) -> None:
    words = "Máy chủ chưa cài Ghostscript nên chưa chuyển được sang PDF/A."
    services.answers["POST registry/v1/conversions"] = refusal(503, "archival-tool-missing", words)
    await person.log_in("luubt")
    await person.send("/den/I1/dinh-dang", sha256=SHA)
    assert words in await person.see("/den/I1/dinh-dang")
    services.answers["GET registry/v1/incoming/I1"] = incoming("DESTROYED", arrival_number=7)
    services.answers["GET registry/v1/conversions/I1"] = [conversion()]
    page = await person.see("/den/I1/dinh-dang")
    assert "Nội dung văn bản đã hủy" in page and "Tải bản PDF/A" not in page and "Ghostscript" in page
