"""What a picture of a signature or a seal has to be (NĐ 30/2020 Đ13 k7, PL I.II.7d and 8a)."""

from __future__ import annotations

import colorsys
import io
from dataclasses import dataclass

from PIL import Image

from services.signing.pdf import images
from shared.problems import Invalid

SIGNATURE_MM, SEAL_MM = (15.0, 90.0), (20.0, 50.0)  # widths that are believed
ROUND = 0.03  # how far a seal may be from round: width over height
SHARE = 0.9  # of the visible pixels that have the prescribed colour
HUES = {"person": (0.52, 0.72, "xanh", "chữ ký"), "office": (0.94, 0.05, "đỏ", "con dấu")}
PALE = 0.25  # below this saturation a pixel has no colour of its own: the soft edge of a stroke


class WrongColour(Invalid):
    kind = "image-colour"
    message = "Ảnh {what} phải màu {colour} (NĐ 30/2020, Phụ lục I). Hãy quét lại bằng mực {colour}, nền trong suốt."


class WrongSize(Invalid):
    kind = "image-size"
    message = "Chiều rộng {width} mm không hợp với ảnh {what} (từ {least:g} đến {most:g} mm). Hãy đo lại trên giấy."


class NotRound(Invalid):
    kind = "image-not-round"
    message = "Ảnh con dấu phải tròn đều nhưng ảnh này rộng {width:g} × cao {height:g} mm. Hãy cắt sát mép dấu."


@dataclass(frozen=True)
class Size:
    """In millimetres, as on paper."""

    width: float
    height: float


def check(png: bytes, kind: str, width_mm: float | None) -> Size:
    """The true size of the visible part. Without `width_mm` the file has to say how dense it is.

    ImageUnusable, WrongColour, WrongSize, NotRound.
    """
    picture = images.picture(png)
    low, high, colour, what = HUES[kind]
    if _share(png, low, high) < SHARE:
        raise WrongColour(colour=colour, what=what)
    width = width_mm or _told_by_file(png, picture.width) or 0.0
    least, most = SIGNATURE_MM if kind == "person" else SEAL_MM
    if not least <= width <= most:
        raise WrongSize(width=f"{width:g}" if width else "chưa rõ", what=what, least=least, most=most)
    size = Size(round(width, 2), round(width / picture.ratio, 2))
    if kind == "office" and abs(picture.ratio - 1) > ROUND:
        raise NotRound(width=size.width, height=size.height)
    return size


def _share(png: bytes, low: float, high: float) -> float:
    """Of the visible, coloured pixels, those whose hue lies between `low` and `high` (round the circle for red)."""
    with Image.open(io.BytesIO(png), formats=["PNG"]) as source:
        image = source.convert("RGBA")
    image.thumbnail((300, 300))
    fit = seen = 0
    for red, green, blue, alpha in zip(*[iter(image.tobytes())] * 4, strict=True):
        hue, saturation, _ = colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)
        if alpha < 128 or (saturation < PALE and max(red, green, blue) > 60):
            continue
        seen += 1
        fit += saturation >= PALE and (low <= hue <= high if low < high else hue >= low or hue <= high)
    return fit / seen if seen else 0.0


def _told_by_file(png: bytes, pixels: int) -> float | None:
    """Width in millimetres by the density that the PNG names."""
    with Image.open(io.BytesIO(png), formats=["PNG"]) as source:
        dpi = source.info.get("dpi")
    return pixels / dpi[0] * 25.4 if dpi and dpi[0] > 1 else None
