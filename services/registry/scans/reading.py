"""A PDF → what its pages' pictures are. The file went through the checks of uploads before."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from typing import Any

import pikepdf

from services.registry.scans.rules import Picture, Scan

MOST_PAGES = 2000
DEEPEST = 4  # forms in forms
GREY = ("/DeviceGray", "/CalGray", "/G")
Matrix = tuple[float, float, float, float, float, float]


def read(content: bytes) -> Scan:
    """Raises pikepdf.PdfError for what is no PDF."""
    with pikepdf.open(io.BytesIO(content)) as file:
        major, _, minor = file.pdf_version.partition(".")
        pages = tuple(_largest(page) for page in list(file.pages)[:MOST_PAGES])
    return Scan((int(major), int(minor or 0)), pages)


def _largest(page: pikepdf.Page) -> Picture | None:
    left, bottom, right, top = (float(v) for v in page.cropbox)
    area = max((right - left) * (top - bottom), 1.0)
    shown = []
    for image, width, height in _images(page.obj):
        dots = min(int(image.Width) / max(width, 0.1), int(image.Height) / max(height, 0.1)) * 72
        shown.append(Picture(round(dots, 1), _coloured(image), round(width * height / area, 3)))
    return max(shown, key=lambda one: one.covered, default=None)


def _images(holder: Any, here: Matrix = (1, 0, 0, 1, 0, 0), depth: int = 0) -> Iterator[tuple[Any, float, float]]:
    """The pictures that a page (or a form on it) draws, with width and height on the page in points."""
    things = holder.get("/Resources", pikepdf.Dictionary()).get("/XObject", pikepdf.Dictionary())
    kept: list[Matrix] = []
    for instruction in pikepdf.parse_content_stream(holder, "q Q cm Do"):
        operands, name = instruction.operands, str(instruction.operator)
        if name == "q":
            kept.append(here)
        elif name == "Q" and kept:
            here = kept.pop()
        elif name == "cm":
            here = _times(_matrix(operands), here)
        elif name == "Do" and str(operands[0]) in things:
            thing = things[str(operands[0])]
            if thing.get("/Subtype") == "/Image":
                yield thing, math.hypot(here[0], here[1]), math.hypot(here[2], here[3])
            elif depth < DEEPEST:
                inner = _times(_matrix(thing.get("/Matrix", (1, 0, 0, 1, 0, 0))), here)
                yield from _images(thing, inner, depth + 1)


def _matrix(values: Any) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in values)
    return a, b, c, d, e, f


def _times(a: Matrix, b: Matrix) -> Matrix:
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )


def _coloured(image: Any) -> bool:
    """Three colours or more, whatever they show: a colour scan of a black text is one."""
    if image.get("/ImageMask", False) or int(image.get("/BitsPerComponent", 8)) == 1:
        return False
    space = image.get("/ColorSpace")
    if space is None:
        return True  # told inside a JPEG 2000
    while isinstance(space, pikepdf.Array):
        if str(space[0]) == "/ICCBased":
            return int(space[1].get("/N", 3)) >= 3
        if str(space[0]) != "/Indexed":
            return str(space[0]) not in GREY
        space = space[1]
    return str(space) not in GREY
