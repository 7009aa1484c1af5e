"""The pictures of signature and seal in their fields: put into the file with the preparation, so that they cost the
signer nothing, or with the signature where they were not known before."""

from __future__ import annotations

import hashlib

from services.signing.pdf import objects
from services.signing.pdf.images import Drawing, ImageUnusable, Picture, picture
from services.signing.pdf.revision import Revision, number

KEPT = b"/QLVBImage"  # of a field: << /Shown (the image) /Ratio (width over height) /Of (SHA-256 of the PNG) >>


def drawn(revision: Revision, field: dict[bytes, bytes], png: Drawing | None) -> bytes:
    """The field's appearance: the picture in true proportion, as large as the box allows, in its middle.

    ImageUnusable without any picture.
    """
    left, bottom, right, top = objects.numbers(field[b"/Rect"])
    width, height = right - left, top - bottom
    shown, ratio = _shown(revision, field, png)
    wide = min(width, height * ratio)
    high = wide / ratio
    content = b"q %s 0 0 %s %s %s cm /I Do Q" % tuple(
        map(number, (wide, high, (width - wide) / 2, (height - high) / 2))
    )
    return b"<< /N %d 0 R >>" % revision.appearance(width, height, b"/XObject << /I %d 0 R >>" % shown, content)


def _shown(revision: Revision, field: dict[bytes, bytes], png: Drawing | None) -> tuple[int, float]:
    """The image object and its ratio: the kept one, unless another picture is given."""
    if isinstance(png, Picture):
        return revision.image(png), png.ratio
    if KEPT in field:
        kept, _ = objects.dictionary(field[KEPT])
        if png is None or kept[b"/Of"] == objects.string(hashlib.sha256(png).hexdigest()):
            return objects.reference(kept[b"/Shown"]), float(kept[b"/Ratio"])
    if png is None:
        raise ImageUnusable
    image = picture(png)
    return revision.image(image), image.ratio
