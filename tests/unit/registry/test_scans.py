"""A scan of a paper: PDF 1.4 or later, in colour, 200 dpi, whole pages (NĐ 30/2020, annex I, part II)."""

from __future__ import annotations

import io

import pikepdf
import pytest

from services.registry.scans import reading, rules
from tests.unit.registry.scanned import scan


def placed(content: bytes, width: float, height: float, version: str = "1.7") -> bytes:
    """The scan's picture as large as this, in points, on an A4 page."""
    with pikepdf.open(io.BytesIO(content)) as file, pikepdf.new() as made:
        page = made.add_blank_page(page_size=(595, 842))
        image = made.copy_foreign(next(iter(file.pages[0].Resources.XObject.values())))
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
        page.Contents = made.make_stream(b"q %g 0 0 %g 0 0 cm /I Do Q" % (width, height))
        out = io.BytesIO()
        made.save(out, force_version=version)
        return out.getvalue()


def test_a_colour_scan_of_whole_pages_fits():
    found = reading.read(scan(pages=3))
    assert len(found.pages) == 3 and found.version >= (1, 4)
    assert all(page.colour and page.dots_per_inch == pytest.approx(200, abs=1) for page in found.pages)
    rules.check(found, "a.pdf")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (scan(dpi=150), "trang 1 chỉ có 150 dpi"),
        (scan(mode="L"), "trang 1 là ảnh đen trắng hoặc thang xám"),
        (scan(mode="1"), "trang 1 là ảnh đen trắng hoặc thang xám"),
        (placed(scan(dpi=300), 595 * 2, 842 * 2), "trang 1 chỉ có 150 dpi"),
        (placed(scan(), 595, 842, "1.3"), "là PDF 1.3"),
    ],
)
def test_what_does_not_fit_is_told_with_its_page(content, why):
    with pytest.raises(rules.ScanNotFit) as refusal:
        rules.check(reading.read(content), "Bản chụp.pdf")
    assert why in refusal.value.text and "200 dpi" in refusal.value.text


def test_a_page_without_a_picture_of_all_of_it_is_no_scan():
    with pikepdf.new() as file:
        file.add_blank_page()
        out = io.BytesIO()
        file.save(out, min_version="1.7")
    for content in (out.getvalue(), placed(scan(), 200, 280)):
        with pytest.raises(rules.NotAScan):
            rules.check(reading.read(content), "a.pdf")
