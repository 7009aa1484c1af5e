"""From a draft to a file that is ready for the leader's signature, the number, the date and the seal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium

from services.signing.pdf import anchors, fields, images, names, normalise
from services.signing.pdf.anchors import Signer
from services.signing.pdf.byhand import ByHand
from services.signing.pdf.places import MM, Places
from services.signing.pdf.signable import Known, known_of
from shared.problems import Refusal


class TooManySigners(Refusal):
    kind, status = "too-many-signers", 422
    message = "Một văn bản liên tịch có nhiều nhất {most} người ký số. Hãy tách văn bản hoặc bớt người ký."


@dataclass(frozen=True)
class Prepared:
    """The file to sign, where everything will stand on it, and which file it is."""

    pdf: bytes
    places: Places
    known: Known


@dataclass(frozen=True)
class Further:
    """Another leader who signs a joint document; `image` as `signature_image` of `prepare`."""

    name: str
    image: bytes | None = None
    image_mm: float = anchors.SIGNATURE_HEIGHT / MM


def prepare(
    pdf: bytes,
    *,
    signer_name: str,
    places: Places | ByHand | None = None,
    seal_mm: float = 36.0,
    signature_ratio: float = anchors.SIGNATURE_WIDTH / anchors.SIGNATURE_HEIGHT,
    signature_mm: float = anchors.SIGNATURE_HEIGHT / MM,
    signature_image: bytes | None = None,
    seal_image: bytes | None = None,
    further: Sequence[Further] = (),
) -> Prepared:
    """Cleans the draft, finds all places by their words (or takes those given by hand) and adds the fields.

    `seal_mm` is the true diameter of the office's seal; `signature_ratio` the width over height of the signature image,
    `signature_mm` its true height (less where position and name leave less room). Images given here (PNG) go into the
    file unseen, so that signing and sealing need not carry them; the ratio is then the image's own. `further`: the
    leaders of the other offices of a joint document; the seal is the first signer's.
    Refusals: Unreadable, Encrypted, AlreadySigned, HiddenLayers, TooLarge, PlaceNotFound, AlreadyNumbered,
    NoRoomToSign, PlaceOffPage, TooManySigners, ImageUnusable.
    """
    if len(further) >= len(names.LEADERS):
        raise TooManySigners(most=len(names.LEADERS))
    everybody = (Further(signer_name, signature_image, signature_mm), *further)
    pictures = tuple(one.image for one in everybody)
    signers = [
        Signer(one.name, signature_ratio if one.image is None else images.ratio(one.image), one.image_mm * MM)
        for one in everybody
    ]
    draft = normalise.open_draft(pdf)
    try:
        normalise.clean(draft)
        plain = normalise.written(draft)
        if places is None:
            places = found(plain, signers, seal_mm)
        elif isinstance(places, ByHand):
            places = places.on(draft)
        fields.add(draft, places, signatures=pictures, seal=seal_image)
        ready = normalise.written(draft)
    except (pdfium.PdfiumError, *normalise.BROKEN) as error:
        raise normalise.Unreadable from error
    return Prepared(ready, places, known_of(ready))


def found(pdf: bytes, signers: Sequence[Signer], seal_mm: float) -> Places:
    """The places that the words on the pages show."""
    document = pdfium.PdfDocument(pdf)
    try:
        return anchors.find(document, signers, seal_mm)
    finally:
        document.close()
