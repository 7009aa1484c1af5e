"""Images for demonstrations, drawn by this code: a handwritten signature in blue, a round seal in red."""

from __future__ import annotations

import functools
import hashlib
import io
import math
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from services.signing.pdf.fonts import PLACES

BLUE, RED = (22, 62, 165, 255), (215, 25, 32, 255)
SCALE = 3  # drawn larger, then reduced: smooth edges


def _png(image: Image.Image, colour: tuple[int, int, int, int], dots_per_mm: float) -> bytes:
    """One colour everywhere, the shape in the transparency: what is reduced keeps its exact red or blue."""
    flat = [Image.new("L", image.size, value) for value in colour[:3]]
    image = Image.merge("RGBA", [*flat, image.getchannel("A")])
    target = io.BytesIO()
    dpi = dots_per_mm * 25.4
    image.save(target, "PNG", optimize=True, dpi=(dpi, dpi))
    return target.getvalue()


@functools.lru_cache(64)
def signature(name: str, dots_per_mm: int = 12) -> bytes:
    """PNG of a signature, about 50 × 23 mm, whose strokes follow from the name: the same name, the same hand."""
    seed = hashlib.sha256(name.encode()).digest()
    width, height = 50 * dots_per_mm * SCALE, 23 * dots_per_mm * SCALE
    image = Image.new("RGBA", (width, height), (*BLUE[:3], 0))
    pen = ImageDraw.Draw(image)
    loops, phase, lean = 5 + seed[0] % 4, seed[1] / 40, 0.5 + seed[2] / 400
    steps = 1400
    for step in range(steps + 1):
        t = step / steps
        swing = math.sin(2 * math.pi * loops * t + phase)
        fade = (1 - t) ** 0.7
        x = (0.08 + 0.80 * t + 0.055 * math.cos(2 * math.pi * loops * t + phase) + lean * 0.06 * swing * fade) * width
        y = (0.52 - 0.36 * swing * fade * (0.65 + 0.35 * math.sin(seed[3] + 9 * t)) - 0.10 * t) * height
        _dot(pen, x, y, (0.28 + 0.24 * (1 - swing) / 2) * dots_per_mm * SCALE)
    for step in range(700):
        t = step / 699
        x = (0.10 + 0.84 * t) * width
        y = (0.84 - 0.20 * t + 0.035 * math.sin(7 * t + seed[4])) * height
        _dot(pen, x, y, (0.42 - 0.30 * t) * dots_per_mm * SCALE)
    reduced = image.resize((width // SCALE, height // SCALE), Image.Resampling.LANCZOS)
    return _png(reduced, BLUE, dots_per_mm)


def _dot(pen: ImageDraw.ImageDraw, x: float, y: float, thickness: float) -> None:
    half = thickness / 2
    pen.ellipse((x - half, y - half, x + half, y + half), fill=BLUE)


@functools.lru_cache(64)
def seal(office: str, place: str = "", millimetres: float = 36.0, dots_per_mm: int = 12) -> bytes:
    """PNG of a round seal of this diameter: two rings, a star, the office in the middle, `place` around."""
    side = round(millimetres * dots_per_mm * SCALE)
    image = Image.new("RGBA", (side, side), (*RED[:3], 0))
    pen = ImageDraw.Draw(image)
    for inset, thickness in ((0.0, 0.022), (0.035, 0.007), (0.235, 0.007)):
        edge = inset * side
        pen.ellipse((edge, edge, side - 1 - edge, side - 1 - edge), outline=RED, width=max(1, round(thickness * side)))
    _around(image, (place or "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM").upper(), side)
    _star(pen, side / 2, side * 0.855, side * 0.055)
    _middle(pen, office.upper(), side)
    reduced = image.resize((round(side / SCALE),) * 2, Image.Resampling.LANCZOS)
    return _png(reduced, RED, dots_per_mm)


def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for place in PLACES:
        path = Path(place.format(face="Bold"))
        if path.exists():
            return ImageFont.truetype(str(path), round(size))
    return ImageFont.load_default(size)


def _around(image: Image.Image, text: str, side: int) -> None:
    """The text on the ring, from lower left over the top to lower right."""
    font = _font(side * 0.088)
    start, end = math.radians(218), math.radians(-38)
    advances = [font.getlength(letter) for letter in text]
    total, radius, gone = sum(advances), side * 0.367, 0.0
    spread = min(1.0, (start - end) * radius / total * 0.98) if total else 1.0
    span = total * spread / radius
    first = math.pi / 2 + span / 2
    for letter, advance in zip(text, advances, strict=True):
        angle = first - (gone + advance / 2) * spread / radius
        gone += advance
        tile = Image.new("RGBA", (round(side * 0.16),) * 2, (*RED[:3], 0))
        middle = tile.width / 2
        ImageDraw.Draw(tile).text((middle, middle * 1.38), letter, font=font, fill=RED, anchor="ms")
        tile = tile.rotate(math.degrees(angle) - 90, Image.Resampling.BICUBIC)
        x, y = side / 2 + radius * math.cos(angle), side / 2 - radius * math.sin(angle)
        image.alpha_composite(tile, (round(x - middle), round(y - middle)))


def _star(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    points = []
    for corner in range(10):
        length = radius if corner % 2 == 0 else radius * 0.382
        angle = math.pi / 2 + corner * math.pi / 5
        points.append((x + length * math.cos(angle), y - length * math.sin(angle)))
    pen.polygon(points, fill=RED)


def _middle(pen: ImageDraw.ImageDraw, text: str, side: int) -> None:
    """The office's name in at most four centred lines inside the inner ring."""
    words, size = text.split(), side * 0.092
    while True:
        font, lines = _font(size), [""]
        for word in words:
            longer = f"{lines[-1]} {word}".strip()
            if font.getlength(longer) <= side * 0.46 or not lines[-1]:
                lines[-1] = longer
            else:
                lines.append(word)
        if (len(lines) <= 4 and max(font.getlength(line) for line in lines) <= side * 0.48) or size < side * 0.03:
            break
        size *= 0.92
    top = side / 2 - (len(lines) - 1) * size * 0.56
    for index, line in enumerate(lines):
        pen.text((side / 2, top + index * size * 1.12), line, font=font, fill=RED, anchor="mm")
