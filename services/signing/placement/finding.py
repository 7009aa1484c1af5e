"""Where a draft's boxes would go, in a child process: by its words, or where the decree's form has them."""

from __future__ import annotations

from dataclasses import dataclass

import pypdfium2 as pdfium

from services.signing.pdf import byhand, normalise
from services.signing.pdf.anchors import AlreadyNumbered, NoRoomToSign, PlaceNotFound, Signer
from services.signing.pdf.byhand import Marked
from services.signing.pdf.places import MM
from services.signing.pdf.prepare import found

SIGNATURE_MM = (50.0, 23.0)


@dataclass(frozen=True)
class Found:
    """`pages`: width and height in millimetres; `why`: what the words did not tell."""

    pages: tuple[tuple[float, float], ...]
    boxes: dict[str, Marked]
    why: str = ""


def look(pdf: bytes, signer_name: str, seal_mm: float) -> Found:
    """Unreadable, Encrypted, AlreadySigned, HiddenLayers, TooLarge."""
    draft = normalise.open_draft(pdf)
    try:
        normalise.clean(draft)
        plain = normalise.written(draft)
        pages = tuple(_size(page.cropbox) for page in list(draft.pages)[:500])
        try:
            places = found(plain, [Signer(signer_name or "-")], seal_mm)
        except (PlaceNotFound, AlreadyNumbered, NoRoomToSign) as refusal:
            return Found(pages, _usual(pages, seal_mm), refusal.text)
        return Found(pages, byhand.marks(places, draft))
    except (pdfium.PdfiumError, *normalise.BROKEN) as error:
        raise normalise.Unreadable from error


def _size(box: object) -> tuple[float, float]:
    left, bottom, right, top = (float(v) for v in box)  # type: ignore[attr-defined]
    return round((right - left) / MM, 1), round((top - bottom) / MM, 1)


def _usual(pages: tuple[tuple[float, float], ...], seal_mm: float) -> dict[str, Marked]:
    """Where the form of NĐ 30 has them: number and date in the head of page 1, the signature low on the last page."""
    width, height = pages[0]
    last_width, last_height = pages[-1]
    (wide, high), page = SIGNATURE_MM, len(pages)
    left, top = last_width * 0.6, max(last_height - 75, 10)
    return {
        byhand.NUMBER: Marked(1, width * 0.23, min(36, height / 5), 14, 6),
        byhand.DAY: Marked(1, width * 0.66, min(36, height / 5), 9, 6),
        byhand.MONTH: Marked(1, width * 0.78, min(36, height / 5), 9, 6),
        byhand.SIGNATURE: Marked(page, left, top, wide, high),
        byhand.SEAL: Marked(page, left + wide / 3 - seal_mm, top + high / 2 - seal_mm / 2, seal_mm, seal_mm),
    }
