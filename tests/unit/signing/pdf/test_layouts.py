"""Issued documents in five layouts, of the system's own forms and of word processors, as a reader sees them.

The seal and the signature are measured on the picture of the page, number and date in its text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import pypdfium2 as pdfium
import pytest

from services.registry.documents import typeset
from services.signing.pdf.leader import sign_leader
from services.signing.pdf.places import MM, Places
from services.signing.pdf.prepare import Further, prepare
from services.signing.pdf.text import Glyph, Row, font_at, glyphs_of, italic_at, rows_of, size_at
from tests.unit.signing import documents, flow, pki
from tests.unit.signing.documents import SECOND, SIGNER
from tests.unit.signing.looking import BLUE, RED, SCALE, box_of, flat, seal_stands_right, seen

DECISION = {
    "parent_name": "Ủy ban nhân dân tỉnh Tuyên Quang",
    "office_name": "Sở Khoa học và Công nghệ",
    "notation": "QĐ-SKHCN",
    "place": "Tuyên Quang",
    "year": 2026,
    "subject": "Về việc ban hành Quy chế văn bản điện tử",
    "signer_name": SIGNER,
    "signer_position": "Phó Giám đốc",
    "signer_capacity": "KT. Giám đốc",
    "recipients": ["Như Điều 3", "UBND tỉnh (b/c)"],
    "body": "Điều 1. Ban hành kèm theo Quyết định này Quy chế.\nĐiều 2. Có hiệu lực kể từ ngày ký.",
}
TIMES = ("Tinos", "TimesNewRoman", "LiberationSerif")  # one design: the same shapes and widths
LONG_OFFICE = {
    "office_name": "Ban Quản lý các khu công nghiệp và khu kinh tế cửa khẩu tỉnh",
    "notation": "QĐ-BQLKCNKKT",
}
OTHER_SIDE = {"other_signer": {"name": SECOND, "position": "Chủ tịch", "capacity": "Hội Nông dân tỉnh"}}


def block_alone() -> bytes:
    """A decision just so long that its last page has nothing but the block of the signature."""
    for lines in range(18, 60):
        pdf = typeset.render("decision", DECISION | {"body": "\n".join(["Điều này có một dòng."] * lines)})
        document = pdfium.PdfDocument(pdf)
        if len(document) == 2 and "Điều này" not in document[1].get_textpage().get_text_range():
            return pdf
    raise AssertionError("the block of the signature never stood alone")


LAYOUTS: dict[str, Callable[[], bytes]] = {
    "own form: one page": partial(typeset.render, "decision", DECISION),
    "own form: block alone": block_alone,
    "own form: long office": partial(typeset.render, "decision", DECISION | LONG_OFFICE),
    "own form: two signers": partial(typeset.render, "agreement", DECISION | OTHER_SIDE),
    **{f"uploaded: {name}": partial(documents.layouts().__getitem__, name) for name in documents.layouts()},
}


@dataclass(frozen=True)
class Issued:
    """The file at each step. `other`: with the signature of a joint document's other leader, who signs first."""

    places: Places
    prepared: bytes
    other: bytes
    signed: bytes
    sealed: bytes


async def issued(layout: str) -> Issued:
    world, joint = pki.world(), "two signers" in layout.replace("-", " ")
    ready = prepare(
        LAYOUTS[layout](), signer_name=SIGNER, signature_image=flow.signature_image(), seal_image=flow.seal_image(),
        further=[Further(SECOND, flow.signature_image(SECOND))] if joint else [],
    )  # fmt: skip
    other = await sign_leader(ready.pdf, pki.second(world), place=1) if joint else ready.pdf
    signed = await sign_leader(other, world.leader)
    sealed = await flow.sealed(world, signed, number="123")
    return Issued(ready.places, ready.pdf, other, signed, sealed)


@pytest.fixture(params=LAYOUTS)
async def files(request: pytest.FixtureRequest) -> Issued:
    return await issued(request.param)


async def test_it_looks_right(files: Issued) -> None:
    page = files.places.signature.page
    pen, seal = seal_stands_right(files.other, files.signed, files.sealed, page)
    pens = {SIGNER: pen}
    if files.other != files.prepared:
        pens[SECOND] = box_of(seen(files.prepared, page), seen(files.other, page), BLUE, RED)
        assert pens[SECOND][2] < seal[0], "the seal is over the signature of its own office alone"
    for name, drawn in pens.items():
        between_position_and_name(files, drawn, name)
    text = flat(files.sealed)[0].get_textpage()
    rows = rows_of(glyphs_of(text))
    for written in ("Số:123/", "ngày05tháng11năm2026"):
        on_the_line_as_its_words(text, rows, written)


def between_position_and_name(files: Issued, pen: tuple[int, int, int, int], name: str) -> None:
    """The signature stands in the middle above the name, and touches neither it nor the position in capitals."""
    page = pdfium.PdfDocument(files.prepared)[files.places.signature.page]
    height = page.get_height() * SCALE
    pieces = [piece for row in rows_of(glyphs_of(page.get_textpage())) for piece in row.pieces(40)]
    (below,) = (piece for piece in pieces if piece.text == name.replace(" ", ""))
    above = min(
        (one for one in pieces if one.bottom > below.top and one.left < below.right and one.right > below.left),
        key=lambda one: one.bottom,
    )
    assert above.text.isupper()
    assert height - above.bottom * SCALE <= pen[1] and pen[3] <= height - below.top * SCALE
    assert abs((pen[0] + pen[2]) / 2 / SCALE - (below.left + below.right) / 2) <= 2 * MM


def on_the_line_as_its_words(text: pdfium.PdfTextPage, rows: list[Row], written: str) -> None:
    """Figures on the baseline of the words around them, as large, as slanted, of the same kind, over none of them."""
    row = next((row for row in rows if written in row.text), None)
    assert row is not None, (written, [row.text for row in rows[:8]])
    at = row.text.index(written)
    part = row.glyphs[at : at + len(written)]
    for looked_at in (partial(_size, text), partial(_slant, text), partial(_family, text)):
        assert len({looked_at(glyph) for glyph in part}) == 1, (written, {looked_at(glyph) for glyph in part})
    assert max(one.baseline for one in part) - min(one.baseline for one in part) < 0.1
    edges = [(a, b) for a, b in pairwise(part) if a.text.isdigit() != b.text.isdigit()]
    assert all(a.right <= b.left + 0.6 for a, b in edges), "a figure over a letter"


def _size(text: pdfium.PdfTextPage, glyph: Glyph) -> float:
    return round(size_at(text, glyph.index), 1)


def _slant(text: pdfium.PdfTextPage, glyph: Glyph) -> bool:
    return italic_at(text, glyph.index)


def _family(text: pdfium.PdfTextPage, glyph: Glyph) -> str:
    name = font_at(text, glyph.index)[0].replace(" ", "")
    return "Times" if any(one in name for one in TIMES) else name
