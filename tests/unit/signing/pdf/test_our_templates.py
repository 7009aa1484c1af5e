"""On documents made from our own templates the five places are exact, for every one of the 29 types."""

from __future__ import annotations

import pypdfium2 as pdfium
import pytest

from services.registry.documents import catalogue, typeset
from services.signing.pdf.places import MM
from services.signing.pdf.prepare import prepare

SIGNER = "Nguyễn Thị Phương Thảo"
GIVEN = {
    "parent_name": "Ủy ban nhân dân tỉnh Tuyên Quang",
    "office_name": "Ban Quản lý các khu công nghiệp và khu kinh tế cửa khẩu tỉnh",
    "place": "Tuyên Quang",
    "year": 2026,
    "subject": "Về việc ban hành Quy chế",
    "signer_name": SIGNER,
    "signer_position": "Phó Trưởng ban",
    "signer_capacity": "KT. Trưởng ban",
    "recipients": ["Như trên"],
}
ROOM_FOR_NUMBER, LEAST_ROOM_FOR_DAY = 14 * MM, 5.5 * MM  # of forms/nd30.typ


def edges(pdf: bytes, word: str) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of a word on page 1."""
    reading = pdfium.PdfDocument(pdf)[0].get_textpage()
    start, count = reading.search(word, match_case=True).get_next()
    boxes = [reading.get_charbox(i, loose=True) for i in range(start, start + count)]
    return boxes[0][0], min(b[1] for b in boxes), boxes[-1][2], max(b[3] for b in boxes)


@pytest.mark.parametrize("key", [entry.key for entry in catalogue.on().templates])
def test_number_date_signature_and_seal_have_their_exact_places(key):
    entry = catalogue.entry(key)
    pdf = typeset.render(key, GIVEN | {"notation": "QĐ-BQL"} | entry.skeleton | {"signer_position": "Phó Trưởng ban"})
    places = prepare(pdf, signer_name=SIGNER).places
    number, stroke = edges(pdf, "Số:"), edges(pdf, "/QĐ-BQL")
    assert places.number.box.left == pytest.approx(number[2], abs=0.3)
    assert places.number.box.right == pytest.approx(stroke[0], abs=0.3)
    assert places.number.box.width == pytest.approx(ROOM_FOR_NUMBER, abs=0.5)
    assert (places.number.size, places.day.size) == (13, 13)
    assert places.day.italic and places.month.italic and not places.number.italic
    assert min(places.day.box.width, places.month.box.width) >= LEAST_ROOM_FOR_DAY - 0.5
    assert places.day.box.width == pytest.approx(places.month.box.width, abs=0.3)
    assert places.year == 2026
    baseline = places.number.box.bottom + places.number.baseline
    assert places.day.box.bottom + places.day.baseline == pytest.approx(baseline, abs=0.5)

    position, name, signature = edges(pdf, "PHÓ TRƯỞNG BAN"), edges(pdf, SIGNER), places.signature
    assert (signature.left + signature.right) / 2 == pytest.approx((name[0] + name[2]) / 2, abs=0.5)
    assert name[3] - 6 < signature.bottom < signature.top < position[1] + 6
    assert signature.height >= 20 * MM
    covered = (places.seal.right - signature.left) / signature.width
    assert 0.28 <= covered <= 0.38
    assert places.seal.width == pytest.approx(36 * MM, abs=0.5 * MM)
    assert abs((places.seal.top + places.seal.bottom) - (signature.top + signature.bottom)) / 2 <= 5 * MM
