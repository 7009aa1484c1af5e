"""Places that a person marked on the pages: millimetres from the upper left corner of the page as it is seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pikepdf

from services.signing.pdf.anchors import seal_beside
from services.signing.pdf.places import MM, Box, Line, Places
from shared.problems import Refusal

SIZE = 13.0  # points: number, day and month (NĐ 30 PL I.II.3, 4)
NUMBER, DAY, MONTH, SIGNATURE, SEAL = "number", "day", "month", "signature", "seal"
NAMES = (NUMBER, DAY, MONTH, SIGNATURE, SEAL)


class PlaceOffPage(Refusal):
    kind, status = "place-off-page", 422
    message = "Vị trí đặt tay ở trang {page} không nằm trong trang nào của tệp này. Hãy đặt lại vị trí rồi ký."


@dataclass(frozen=True)
class Marked:
    """A box on page `page` (from 1)."""

    page: int
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class ByHand:
    """The five boxes of a document with one signer. The seal keeps its true size about the middle of its box."""

    boxes: Mapping[str, Marked]
    seal_mm: float = 36.0

    def on(self, draft: pikepdf.Pdf) -> Places:
        """As places of this cleaned draft. PlaceOffPage."""
        found = {name: _box(draft, self.boxes[name]) for name in NAMES}
        return Places(
            number=_line(found[NUMBER], italic=False),
            day=_line(found[DAY], italic=True),
            month=_line(found[MONTH], italic=True),
            signature=found[SIGNATURE],
            seal=_true_size(found[SEAL], found[SIGNATURE], self.seal_mm),
        )


def _box(draft: pikepdf.Pdf, mark: Marked) -> Box:
    if not 1 <= mark.page <= len(draft.pages):
        raise PlaceOffPage(page=mark.page)
    x0, y0, x1, y1 = (float(v) for v in draft.pages[mark.page - 1].cropbox)
    left, top = x0 + mark.left * MM, y1 - mark.top * MM
    box = Box(mark.page - 1, left, top - mark.height * MM, left + mark.width * MM, top)
    if box.left < x0 - 1 or box.bottom < y0 - 1 or box.right > x1 + 1 or box.top > y1 + 1:
        raise PlaceOffPage(page=mark.page)
    return box


def _line(box: Box, *, italic: bool) -> Line:
    """The text in the middle of the height, smaller where the box is low."""
    size = min(SIZE, box.height / 1.1)
    return Line(box, max((box.height - 0.66 * size) / 2, 0.22 * size), round(size, 2), italic)


def _true_size(seal: Box, signature: Box, millimetres: float) -> Box:
    """About the same right edge and middle; over the signature's left third where the box was not moved at all."""
    size = millimetres * MM
    middle = (seal.bottom + seal.top) / 2
    box = Box(seal.page, max(seal.right - size, 0.0), max(middle - size / 2, 0.0), seal.right, middle + size / 2)
    return box if seal.page == signature.page else seal_beside(signature, millimetres)


def marked(box: Box, page: tuple[float, float, float, float]) -> Marked:
    """The other way round: a place found by its words, as a person sees it."""
    x0, _, _, y1 = page
    values = (box.left - x0, y1 - box.top, box.width, box.height)
    return Marked(box.page + 1, *(round(v / MM, 1) for v in values))


def marks(places: Places, draft: pikepdf.Pdf) -> dict[str, Marked]:
    boxes = {
        NUMBER: places.number.box, DAY: places.day.box, MONTH: places.month.box, SIGNATURE: places.signature,
        SEAL: places.seal,
    }  # fmt: skip
    return {name: marked(box, _crop(draft, box.page)) for name, box in boxes.items()}


def _crop(draft: pikepdf.Pdf, page: int) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (float(v) for v in draft.pages[page].cropbox)
    return x0, y0, x1, y1
