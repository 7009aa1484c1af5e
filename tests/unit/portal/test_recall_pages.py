"""Recall on the pages: the leader's order, the table of answers, the band over what was given back, the hold by law."""

from __future__ import annotations

from pathlib import Path

from contracts.registry.events import ContentDestroyedV1
from services.portal.consumers import forget_images
from services.portal.pdf_pages import PageImages
from shared.clock import now
from tests.unit.portal.conftest import Person
from tests.unit.portal.stand_in import AT, RECALL_ANSWERS, RECALL_ORDER, SHA, Services, incoming, outgoing


async def test_a_leader_recalls_or_orders_and_a_clerk_without_an_order_cannot(
    person: Person, services: Services
) -> None:
    services.answers["GET registry/v1/documents/D1"] = outgoing("ISSUED")
    await person.log_in("kienht")
    page = await person.see("/van-ban/D1")
    assert all(f"/van-ban/D1/{act}" in page for act in ("thu-hoi", "lenh-thu-hoi", "lay-lai"))
    await person.log_in("lanpn")
    page = await person.see("/van-ban/D1")
    assert "/van-ban/D1/lay-lai" in page and "/van-ban/D1/thu-hoi" not in page and "cần lệnh của lãnh đạo" in page


async def test_a_clerk_carries_an_order_out_and_nobody_recalls_from_nowhere(person: Person, services: Services) -> None:
    ordered = RECALL_ORDER | {"answers": RECALL_ANSWERS}
    services.answers["GET registry/v1/documents/D1"] = outgoing("ISSUED", recall=ordered)
    await person.log_in("lanpn")
    page = await person.see("/van-ban/D1")
    assert "Thực hiện lệnh thu hồi" in page and RECALL_ORDER["reason"] in page
    services.answers["POST registry/v1/documents/D1/recall"] = {}
    await person.send("/van-ban/D1/thu-hoi", reason=RECALL_ORDER["reason"])
    assert services.sent("POST registry/v1/documents/D1/recall") == {"reason": RECALL_ORDER["reason"]}
    await person.send("/van-ban/D1/lay-lai", reason="Gửi nhầm nơi nhận")
    assert "Chưa chọn nơi nào" in await person.see("/van-ban/D1")


async def test_the_table_of_answers_says_who_had_opened_it(person: Person, services: Services) -> None:
    sent = RECALL_ORDER | {"sent_by": "Phan Ngọc Lan", "sent_at": AT, "answers": RECALL_ANSWERS}
    services.answers["GET registry/v1/documents/D1"] = outgoing("RECALLED", recall=sent)
    await person.log_in("kienht")
    page = await person.see("/van-ban/D1")
    assert "1 / 2 nơi đã trả lại" in page and "Đang phục vụ thanh tra" in page
    assert page.index("Đã mở") < page.index("Chưa mở")


async def test_what_was_given_back_shows_its_trace_and_why_and_no_file(person: Person, services: Services) -> None:
    gone = incoming("DESTROYED", arrival_number=12, take_back={"requested": False, "reason": "Gửi nhầm"})
    services.answers["GET registry/v1/incoming/I1"] = gone | {"destroyed_at": AT}
    await person.log_in("lanpn")
    page = await person.see("/den/I1")
    assert "Nơi gửi đã thu hồi văn bản này" in page and "Gửi nhầm" in page and "ý kiến và ghi chú của bạn" in page
    assert f"/tep/{SHA}" not in page and SHA[:16] in page


async def test_a_leader_holds_a_document_by_law(person: Person, services: Services) -> None:
    services.answers["GET registry/v1/incoming/I1"] = incoming("REGISTERED", arrival_number=12)
    await person.log_in("kienht")
    assert "Lưu giữ theo quy định" in await person.see("/den/I1")
    await person.send("/den/I1/luu-giu", reason="Phục vụ thanh tra")
    assert services.sent("PUT registry/v1/incoming/I1/legal-hold") == {"reason": "Phục vụ thanh tra"}


async def test_the_pictures_of_a_destroyed_file_go_with_it(tmp_path: Path) -> None:
    images = PageImages(tmp_path)
    picture = tmp_path / SHA[:2] / SHA / "1-900-v1"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"picture")

    class Here:
        state = {"pages": images}

    message = ContentDestroyedV1(sha256s=(SHA, "f" * 64), at=now())
    await forget_images(Here(), message)  # type: ignore[arg-type]
    await forget_images(Here(), message)  # type: ignore[arg-type]
    assert not picture.parent.exists()
