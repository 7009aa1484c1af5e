"""PNG images with transparency, made into image objects of a PDF: colours and mask apart, deflated once."""

from __future__ import annotations

import functools
import io
import zlib
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from shared.problems import Refusal

LARGEST_SIDE = 1600  # pixels; a seal of 36 mm at 1100 dpi


class ImageUnusable(Refusal):
    kind, status = "image-unusable", 422
    message = "Ảnh chữ ký hoặc con dấu phải là tệp .png có nền trong suốt. Hãy tải lên ảnh khác."


@dataclass(frozen=True)
class Picture:
    """Deflated RGB samples and deflated 8-bit mask, with the size in pixels."""

    width: int
    height: int
    colours: bytes
    mask: bytes

    @property
    def ratio(self) -> float:
        """Width over height."""
        return self.width / self.height


Drawing = bytes | Picture  # PNG, or what has been made of one


@functools.lru_cache(256)
def picture(png: bytes) -> Picture:
    """The image, cropped to what is visible. ImageUnusable unless PNG with a transparent background."""
    try:
        with Image.open(io.BytesIO(png), formats=["PNG"]) as source:
            if max(source.size) > LARGEST_SIDE * 4:
                raise ImageUnusable
            image = source.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise ImageUnusable from error
    if image.getchannel("A").getextrema()[0] == 255:
        raise ImageUnusable
    edges = image.getchannel("A").point(lambda alpha: 255 if alpha > 8 else 0).getbbox()
    if edges is None:
        raise ImageUnusable
    image = image.crop(edges)
    if max(image.size) > LARGEST_SIDE:
        image.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    mask = image.getchannel("A")
    # What is transparent has no colour: one value deflates well and leaves no hidden picture behind the mask.
    flat = Image.new("RGB", image.size)
    flat.paste(image.convert("RGB"), mask=mask.point(lambda alpha: 255 if alpha else 0))
    return Picture(image.width, image.height, zlib.compress(flat.tobytes(), 6), zlib.compress(mask.tobytes(), 6))


def ratio(png: bytes) -> float:
    """Width over height of the visible part: what `prepare` wants as `signature_ratio`."""
    return picture(png).ratio
