"""The arrival stamp "ĐẾN": 35 × 50 mm, on blank paper near the place of the decree; the original is not touched."""

from __future__ import annotations

import hashlib
import io
from uuid import uuid4

import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import ImageChops

from contracts.message import FileRef
from services.registry.documents import typeset
from services.registry.stamps import blanks, rules
from shared.clock import today
from tests.unit.registry.office import CLERK, STRANGER, arrived, office, ok, upload
from tests.unit.registry.scanned import scan

MM = 72 / 25.4
GIVEN = {
    "parent_name": "Ủy ban nhân dân tỉnh Tuyên Quang", "office_name": "Sở Tài chính", "place": "Tuyên Quang",
    "year": 2026, "subject": "Về việc quyết toán ngân sách năm 2025", "signer_name": "Lê Văn An",
    "signer_position": "Giám đốc", "recipients": ["Như trên"], "body": "Nội dung văn bản có nhiều chữ. " * 90,
}  # fmt: skip


async def registered(system, pdf: bytes, name: str = "vanban.pdf") -> str:
    file = await ok(await upload(system, name, pdf, CLERK))
    key = await arrived(system, files=(FileRef(**file),), code_number=str(uuid4()))
    await ok(await system.client("registry", CLERK).post(f"/v1/incoming/{key}/accept", json={}))
    return key


def red(pdf: bytes) -> tuple[float, float, float, float]:
    """Left, top, width, height in millimetres of what is red on page 1."""
    image = pdfium.PdfDocument(pdf)[0].render(scale=4).to_pil().convert("RGB")
    reds, greens, blues = image.split()
    mask = ImageChops.subtract(reds, ImageChops.lighter(greens, blues)).point(lambda v: 255 if v > 90 else 0)
    box = mask.getbbox()
    assert box is not None
    left, top, right, bottom = (v / 4 / MM for v in box)
    return left, top, right - left, bottom - top


@pytest.mark.parametrize("key", ["decision", "official_letter", "report"])
async def test_the_stamp_lies_in_true_size_on_blank_paper_and_shows_number_and_day(tmp_path, key):
    pdf = typeset.render(key, GIVEN | {"notation": "STC"})
    async with office(tmp_path) as system:
        incoming = await registered(system, pdf)
        clerk = system.client("registry", CLERK)
        made = (await clerk.get(f"/v1/incoming/{incoming}/stamped.pdf")).content
        row = await ok(await clerk.get(f"/v1/incoming/{incoming}"))
    left, top, width, height = red(made)
    assert width == pytest.approx(50, abs=0.6) and height == pytest.approx(35, abs=0.6)
    assert left >= 4.5 and top < 297 * 0.6
    text = " ".join(pdfium.PdfDocument(made)[0].get_textpage().get_text_bounded().split())
    assert "ĐẾN" in text and "SỞ KHCN" in text
    assert f"Số: {row['arrival_number']}" in text and f"Ngày: {today():%d/%m/%Y}" in text
    head = blanks.sheet(pdf).head
    assert top >= head - 2  # names, number and date stay legible


def test_on_a_scan_the_blank_is_found_by_looking():
    sheet = blanks.sheet(scan(words="x"))
    left, top = rules.place(sheet)
    assert rules.EDGE <= left <= 160 and top <= 120


def test_the_emptiest_place_wins_and_of_those_the_nearest_to_the_number():
    rows = [[False] * 105 for _ in range(148)]
    for y in range(20, 60):
        for x in range(20, 80):
            rows[y][x] = True
    page = rules.Sheet(210, 296, 2.0, tuple(map(tuple, rows)), ((40.0, 44.0),))
    left, top = rules.place(page)
    over = not (left + rules.WIDTH <= 40 or left >= 160 or top + rules.HEIGHT <= 40 or top >= 120)
    assert not over
    empty = rules.Sheet(210, 296, 2.0, tuple([(False,) * 105] * 148), ((40.0, 44.0),))
    assert rules.place(empty) == (40.0, 44.0)


async def test_the_label_is_35_by_50_millimetres(tmp_path):
    async with office(tmp_path) as system:
        incoming = await registered(system, scan(words=str(uuid4())))
        label = (await system.client("registry", CLERK).get(f"/v1/incoming/{incoming}/arrival-stamp.pdf")).content
    width, height = pdfium.PdfDocument(label)[0].get_size()
    assert (width / MM, height / MM) == (pytest.approx(50, abs=0.1), pytest.approx(35, abs=0.1))
    text = " ".join(pdfium.PdfDocument(label)[0].get_textpage().get_text_bounded().split())
    for wanted in ("ĐẾN", "Số: 1", "Ngày:", "Chuyển:", "Số và ký hiệu HS:"):
        assert wanted in text


async def test_the_original_stays_and_the_copy_has_no_signature_to_be_judged(tmp_path):
    pdf = typeset.render("report", GIVEN | {"notation": "BC-STC"})
    async with office(tmp_path) as system:
        incoming = await registered(system, pdf)
        clerk = system.client("registry", CLERK)
        made = (await clerk.get(f"/v1/incoming/{incoming}/stamped.pdf")).content
        row = await ok(await clerk.get(f"/v1/incoming/{incoming}"))
        kept = (await clerk.get(f"/v1/files/{row['files'][0]['sha256']}")).content
    assert hashlib.sha256(kept).hexdigest() == hashlib.sha256(pdf).hexdigest() and made != pdf
    with pikepdf.open(io.BytesIO(made)) as file:
        assert "/AcroForm" not in file.Root and all("/Annots" not in page for page in file.pages)


async def test_before_it_is_registered_and_for_strangers_there_is_no_stamp(tmp_path):
    async with office(tmp_path) as system:
        file = await ok(await upload(system, "a.pdf", scan(words=str(uuid4())), CLERK))
        key = await arrived(system, files=(FileRef(**file),))
        for what in ("arrival-stamp.pdf", "stamped.pdf"):
            early = await system.client("registry", CLERK).get(f"/v1/incoming/{key}/{what}")
            assert (early.status_code, early.json()["kind"]) == (409, "not-registered")
            assert (await system.client("registry", STRANGER).get(f"/v1/incoming/{key}/{what}")).status_code == 404


async def test_without_a_pdf_the_label_is_offered(tmp_path):
    async with office(tmp_path) as system:
        key = await arrived(system, files=(FileRef(sha256="a" * 64, size=1, name="a.docx", content_type="text/x"),))
        await ok(await system.client("registry", CLERK).post(f"/v1/incoming/{key}/accept", json={}))
        answer = await system.client("registry", CLERK).get(f"/v1/incoming/{key}/stamped.pdf")
    assert (answer.status_code, answer.json()["kind"]) == (422, "nothing-to-stamp")
