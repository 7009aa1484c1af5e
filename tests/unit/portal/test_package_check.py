"""The page of the package check: the report of the gateway in words, or the sentence that stands in its place."""

from __future__ import annotations

import io
import re
from pathlib import Path

import httpx

from infra.conformance.packages.documents import document, header_of
from infra.conformance.packages.tree import write
from services.gateway.checking.routes import _told
from services.gateway.edxml.kit.check import check_stream
from tests.unit.portal.conftest import Person
from tests.unit.portal.stand_in import Services, refusal

PATH, GATEWAY = "/truc/kiem-tra-goi-tin", "POST gateway/v1/edxml/check"


def judged(package: bytes) -> dict[str, object]:
    """What the real gateway says about it."""
    return _told(check_stream(io.BytesIO(package), "")).model_dump(mode="json")


async def send(person: Person, *files: tuple[str, bytes]) -> httpx.Response:
    token = re.search(r'data-csrf="([^"]+)"', await person.see(PATH))
    assert token
    parts = [("package", (name, body, "application/xml")) for name, body in files]
    return await person.http.post(PATH, data={"csrf": token[1]}, files=parts or [("x", ("", b""))])


async def test_a_fault_is_shown_with_its_place_and_the_way_to_mend_it(person: Person, services: Services) -> None:
    root = document()
    header_of(root).drop("Subject").set("DueDate", "2026/02/30")
    services.answers[GATEWAY] = judged(write(root))
    await person.log_in("lanpn")
    answer = await send(person, ("sai <b>.edxml", write(root)))
    text = answer.text
    assert answer.status_code == 200
    assert "Không đạt" in text and "sai &lt;b&gt;.edxml" in text
    for shown in (
        "N.MessageHeader.Subject",
        "T.MessageHeader.DueDate",
        "Cách sửa",
        "Expected:",
        "dòng ",
        "SHA-256",
        "7816/BKHCN-VP",
    ):
        assert shown in text, shown


async def test_a_good_package_is_said_to_be_good_and_two_are_two(person: Person, services: Services) -> None:
    services.answers[GATEWAY] = judged(write(document()))
    await person.log_in("lanpn")
    text = (await send(person, ("a.edxml", write(document())), ("b.edxml", write(document())))).text
    assert text.count("đúng mẫu chuẩn từng chữ") == 2 and "Không đạt" not in text
    assert "V/v kết nối, liên thông phần mềm quản lý văn bản" in text


async def test_no_file_too_many_and_a_silent_gateway_are_told(person: Person, services: Services) -> None:
    await person.log_in("lanpn")
    empty = await send(person)
    assert empty.status_code == 422 and "Chưa chọn tệp nào" in empty.text
    many = await send(person, *((f"{n}.edxml", b"<a/>") for n in range(21)))
    assert many.status_code == 422 and "tối đa 20" in many.text and not services.was_asked(GATEWAY)
    services.answers[GATEWAY] = refusal(413, "too-large", "Tệp quá lớn: tối đa 256 MB.")
    assert "tối đa 256 MB" in (await send(person, ("a.edxml", b"<a/>"))).text


async def test_who_does_not_see_the_axes_does_not_see_the_check(person: Person) -> None:
    await person.log_in("tuyetnta")
    await person.see(PATH, 404)
    await person.log_in("lanpn")
    assert PATH in await person.see("/truc")


def test_the_template_has_no_script_or_style_of_its_own() -> None:
    """The pages' policy would not run it."""
    text = (Path(__file__).parents[3] / "services/portal/pages/package_check/check.html").read_text()
    assert "<script" not in text and "style=" not in text
