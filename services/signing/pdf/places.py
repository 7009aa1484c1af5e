"""Where things stand on the pages: boxes in points from the lower left corner of the page."""

from __future__ import annotations

from dataclasses import dataclass

MM = 72 / 25.4  # points in a millimetre


@dataclass(frozen=True)
class Box:
    """A rectangle on page `page` (from 0), in points, origin at the lower left."""

    page: int
    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom


@dataclass(frozen=True)
class Line:
    """Room for one line of text: its box, the baseline above the box's bottom, the size in points, upright or not."""

    box: Box
    baseline: float
    size: float
    italic: bool = False


@dataclass(frozen=True)
class Places:
    """The places of a document that will be signed; `year` is the one printed in its date, if any.

    `further` are the signatures of a joint document's other leaders. The seal goes over `signature`.
    """

    number: Line
    day: Line
    month: Line
    signature: Box
    seal: Box
    year: int | None = None
    further: tuple[Box, ...] = ()

    @property
    def signatures(self) -> tuple[Box, ...]:
        """Of every leader, in the order of the preparation."""
        return (self.signature, *self.further)
