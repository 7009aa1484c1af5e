"""What a reader sees of a file, measured on the picture of its page."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2 as pdfium
from PIL import Image, ImageChops

from services.signing.pdf.places import MM

SCALE = 4  # pixels a point
RED, GREEN, BLUE = range(3)
Box = tuple[int, int, int, int]  # pixels: left, top, right, bottom


def seen(pdf: bytes, number: int) -> Image.Image:
    """The page with its stamps."""
    document = pdfium.PdfDocument(pdf)
    document.init_forms()
    return document[number].render(scale=SCALE, may_draw_forms=True).to_pil().convert("RGB")


def flat(pdf: bytes) -> pdfium.PdfDocument:
    """The file with what its fields show drawn into the pages."""
    target = io.BytesIO()
    with pikepdf.Pdf.open(io.BytesIO(pdf)) as document:
        document.flatten_annotations("all")
        for page in document.pages:
            page.Annots = pikepdf.Array()
        document.save(target)
    return pdfium.PdfDocument(target.getvalue())


def box_of(before: Image.Image, after: Image.Image, more: int, less: int) -> Box:
    """Where something was drawn with more of one colour than of the other."""
    new = ImageChops.difference(before, after).convert("L").point(lambda value: 255 if value > 16 else 0)
    channels = after.split()
    strong = ImageChops.subtract(channels[more], channels[less]).point(lambda value: 255 if value > 24 else 0)
    found = ImageChops.darker(new, strong).getbbox()
    assert found is not None, "nothing was drawn in its colour"
    return found


def seal_stands_right(prepared: bytes, signed: bytes, sealed: bytes, number: int) -> tuple[Box, Box]:
    """Red, 36 mm, over the left 28 to 38 % of the blue signature, on its height. Where both are."""
    before, blue, red = (seen(pdf, number) for pdf in (prepared, signed, sealed))
    pen, seal = box_of(before, blue, BLUE, RED), box_of(blue, red, RED, GREEN)
    millimetre = MM * SCALE
    width, height = (seal[2] - seal[0]) / millimetre, (seal[3] - seal[1]) / millimetre
    assert abs(width - 36) <= 0.5 and abs(height - 36) <= 0.5, (width, height)
    share = (seal[2] - pen[0]) / (pen[2] - pen[0])
    assert 0.28 <= share <= 0.38, share
    assert abs((seal[1] + seal[3]) - (pen[1] + pen[3])) / 2 <= 5 * millimetre
    return pen, seal
