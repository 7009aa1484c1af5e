"""From a draft to a file that is ready for the leader's signature, the number, the date and the seal."""

from __future__ import annotations

from dataclasses import dataclass

import pypdfium2 as pdfium

from services.signing.pdf import anchors, fields, images, normalise, plan
from services.signing.pdf.places import Places
from services.signing.pdf.plan import Plan


@dataclass(frozen=True)
class Prepared:
    """The file to sign, where everything will stand on it, and what its signers have to know."""

    pdf: bytes
    places: Places
    plan: Plan


def prepare(
    pdf: bytes,
    *,
    signer_name: str,
    places: Places | None = None,
    seal_mm: float = 36.0,
    signature_ratio: float = anchors.SIGNATURE_WIDTH / anchors.SIGNATURE_HEIGHT,
    signature_image: bytes | None = None,
    seal_image: bytes | None = None,
) -> Prepared:
    """Cleans the draft, finds the five places by their words (or takes those given by hand) and adds the fields.

    `seal_mm` is the true diameter of the office's seal; `signature_ratio` the width over height of the signature image.
    Images given here (PNG) go into the file unseen, so that signing and sealing need not carry them; the ratio is then
    the image's own. Refusals: Unreadable, Encrypted, AlreadySigned, HiddenLayers, TooLarge, PlaceNotFound,
    AlreadyNumbered, NoRoomToSign, ImageUnusable.
    """
    if signature_image is not None:
        signature_ratio = images.ratio(signature_image)
    draft = normalise.open_draft(pdf)
    try:
        normalise.clean(draft)
        plain = normalise.written(draft)
        if places is None:
            places = found(plain, signer_name, anchors.Layout(signature_ratio, seal_mm))
        fields.add(draft, places, signature=signature_image, seal=seal_image)
        ready = normalise.written(draft)
    except (pdfium.PdfiumError, *normalise.BROKEN) as error:
        raise normalise.Unreadable from error
    return Prepared(ready, places, plan.read(ready, complete=True))


def found(pdf: bytes, signer_name: str, layout: anchors.Layout) -> Places:
    """The places that the words on the pages show."""
    document = pdfium.PdfDocument(pdf)
    try:
        return anchors.find(document, signer_name, layout)
    finally:
        document.close()
