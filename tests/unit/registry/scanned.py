"""Scans of paper as a scanner makes them: a picture of each page in a PDF."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw


def scan(*, dpi: int = 200, mode: str = "RGB", pages: int = 1, words: str = "", share: float = 1.0) -> bytes:
    """`mode`: RGB, L (grey) or 1 (black and white); `share`: how much of the page's height the picture covers."""
    size = round(8.27 * dpi), round(11.69 * dpi * share)
    sheets = []
    for _ in range(pages):
        image = Image.new("RGB", size, (252, 251, 247))
        ImageDraw.Draw(image).text((dpi, dpi // 2), words or "CỘNG HÒA", fill=(20, 20, 20))
        sheets.append(image.convert(mode))
    out = io.BytesIO()
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:], resolution=dpi)
    return out.getvalue()
