"""From a draft to a file that is ready for the leader's signature, the number, the date and the seal."""

from __future__ import annotations

from dataclasses import dataclass

import pikepdf
import pypdfium2 as pdfium

from services.signing.pdf import anchors, fields, normalise
from services.signing.pdf.places import Places


@dataclass(frozen=True)
class Prepared:
    """The file to sign, and where everything will stand on it."""

    pdf: bytes
    places: Places


def prepare(
    pdf: bytes,
    *,
    signer_name: str,
    places: Places | None = None,
    seal_mm: float = 36.0,
    signature_ratio: float = anchors.SIGNATURE_WIDTH / anchors.SIGNATURE_HEIGHT,
) -> Prepared:
    """Cleans the draft, finds the five places by their words (or takes those given by hand) and adds the fields.

    `seal_mm` is the true diameter of the office's seal; `signature_ratio` the width over height of the signature image.
    Refusals: Unreadable, Encrypted, AlreadySigned, HiddenLayers, TooLarge, PlaceNotFound, AlreadyNumbered,
    NoRoomToSign.
    """
    draft = normalise.open_draft(pdf)
    try:
        normalise.clean(draft)
        plain = normalise.written(draft)
        if places is None:
            places = found(plain, signer_name, anchors.Layout(signature_ratio, seal_mm))
        fields.add(draft, places)
        return Prepared(normalise.written(draft), places)
    except (pikepdf.PdfError, pdfium.PdfiumError, RecursionError, TypeError, KeyError, AttributeError) as error:
        raise normalise.Unreadable from error


def found(pdf: bytes, signer_name: str, layout: anchors.Layout) -> Places:
    """The places that the words on the pages show."""
    document = pdfium.PdfDocument(pdf)
    try:
        return anchors.find(document, signer_name, layout)
    finally:
        document.close()
