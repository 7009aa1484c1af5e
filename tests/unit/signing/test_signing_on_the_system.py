"""The leader signs on the system: whose certificate, what the page shows, when the button is off, what is logged."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import ImageChops
from pyhanko.pdf_utils.reader import PdfFileReader

from services.signing.certificates import actions
from tests.unit.portal.conftest import Person
from tests.unit.portal.stand_in import Services, browser, outgoing, portal_with, task
from tests.unit.signing.house import CLERK, DEPUTY, LEADER, House, house
from tests.unit.signing.looking import BLUE, RED, SCALE, Box, box_of, seen
from tests.unit.signing.test_register import ends_in, listed

STEPS_OF_THE_LAW = ["certificate", "path", "signed", "time-stamp", "shown"]  # NĐ 68/2024 Đ29


@pytest.mark.requirement("R12.9")
async def test_a_leader_signs_with_the_own_certificate_and_only_while_it_is_good(tmp_path: Path) -> None:
    async with house(tmp_path / "house") as office:
        draft = await office.approved()
        before = await office.pdf(draft)
        assert await _button(await _may(office, draft), tmp_path)
        assert (await _may(office, draft, DEPUTY))["obstacles"][0]["code"] == "not-the-signer"
        assert (await office.sign(draft, DEPUTY)).status_code in (403, 404)
        assert (await office.sign(draft)).status_code == 200
        document = await office.document(draft["id"])
        signed = await office.pdf(document)
        await _is_the_leaders_own(office, signed)
        _stands_between_position_and_name(before, signed)
        await _steps_are_logged(office, draft)
        await _off_when_the_certificate_is_not_good(office, tmp_path)


async def _may(office: House, draft: dict[str, Any], who: Any = LEADER) -> dict[str, Any]:
    found: dict[str, Any] = await office.done(who, "signing", "GET", "/v1/can-sign", params={"draft_id": draft["id"]})
    return found


async def _button(answer: dict[str, Any], folder: Path) -> bool:
    """Whether the page offers to sign when signing answers so; if not, it says every reason."""
    services = Services()
    services.answers |= {
        "GET registry/v1/documents/D1": outgoing("INITIALLED"),
        "GET workflow/v1/objects/draft/D1": {"steps": [], "opinions": [], "my_task": task("sign")},
        "GET signing/v1/can-sign": answer,
    }
    async with portal_with(services, folder / "portal") as runtime, browser(runtime) as http:
        person = Person(http)
        await person.log_in("kienht")
        page = await person.see("/van-ban/D1")
    assert all(one["message"] in page for one in answer["obstacles"])
    off = re.search(r'<button class="wide" disabled>.*?Ký số', page) is not None
    assert ("Mã PIN chữ ký số" in page) is not off
    return not off


async def _is_the_leaders_own(office: House, pdf: bytes) -> None:
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    mine = (await listed(office, LEADER))["person"]
    assert signature.signer_cert.sha256.hex() == mine["fingerprint"] and mine["owner_id"] == LEADER.id
    assert signature.signer_cert.subject.native["common_name"] == LEADER.name
    verdict = await office.done(CLERK, "signing", "POST", "/v1/validate", content=pdf)
    assert [(one["role"], one["signer"], one["valid"]) for one in verdict["signatures"] if one["role"] == "leader"] == [
        ("leader", LEADER.name, True)
    ]


def _stands_between_position_and_name(before: bytes, signed: bytes) -> None:
    """Measured on the picture of the page: blue, under the position, over the name; the paper is seen through it."""
    number = len(pdfium.PdfDocument(before)) - 1
    paper, inked = seen(before, number), seen(signed, number)
    left, top, right, bottom = box_of(paper, inked, BLUE, RED)
    position, name = _words(before, number, "GIÁM ĐỐC"), _words(before, number, LEADER.name)
    assert position[3] <= top and bottom <= name[1]
    middle = (name[0] + name[2]) / 2
    assert left < middle < right
    new = ImageChops.difference(paper, inked).convert("L").crop((left, top, right, bottom))
    share = sum(new.histogram()[17:]) / (new.width * new.height)
    assert 0.01 < share < 0.5, "strokes, and between them the paper"
    with pikepdf.Pdf.open(io.BytesIO(signed)) as document:
        field = next(f for f in document.Root.AcroForm.Fields if f.T == "LeaderSignature")
        assert "/SMask" in field.AP.N.Resources.XObject.I


def _words(pdf: bytes, number: int, words: str) -> Box:
    """Where the last of these words stand, in pixels of the picture."""
    page = pdfium.PdfDocument(pdf)[number]
    text = page.get_textpage()
    at = text.get_text_range().rindex(words)
    boxes = [text.get_charbox(at + i) for i, letter in enumerate(words) if letter != " "]
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    high = page.get_height()
    corners = (min(lefts), high - max(tops), max(rights), high - min(bottoms))
    return tuple(round(one * SCALE) for one in corners)  # type: ignore[return-value]


async def _steps_are_logged(office: House, draft: dict[str, Any]) -> None:
    (act,) = await office.acts(draft["id"])
    (signature,) = act["signatures"]
    steps = [one["step"] for one in signature["steps"]]
    assert [one for one in steps if one in STEPS_OF_THE_LAW] == STEPS_OF_THE_LAW
    assert all(one["at"] and one["text"] for one in signature["steps"])


async def _off_when_the_certificate_is_not_good(office: House, folder: Path) -> None:
    draft = await office.approved()
    found = await listed(office, CLERK)
    mine = found["person"]["fingerprint"]
    others = await office.sign(draft, certificate="0" * 64)
    assert others.status_code == 404  # a certificate that is not the user's does not exist for him
    for days, kind in ((-1, "certificate-expired"), (400, "")):
        await ends_in(office, mine, days)
        may = await _may(office, draft)
        assert [one["code"] for one in may["obstacles"]] == ([kind] if kind else [])
        assert await _button(may, folder) is (not kind)
        if kind:
            refused = await office.sign(draft)
            assert (refused.status_code, refused.json()["kind"]) == (403, kind)
    async with office.runtime.work() as work:
        await actions.found_revoked(work, mine, "Bị thu hồi theo danh sách của nơi cấp.")
    may = await _may(office, draft)
    assert [one["code"] for one in may["obstacles"]] == ["certificate-blocked"]
    assert not await _button(may, folder)
    assert (await office.sign(draft)).json()["kind"] == "certificate-blocked"
