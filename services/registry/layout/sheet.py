"""What stands on the pages of a document: rows of letters with their style, and straight lines. Points, y upwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

MM = 72 / 25.4  # points in a millimetre


@dataclass(frozen=True, slots=True)
class Glyph:
    """A visible letter: edges, baseline, size as it is seen, style, font without its subset tag."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool
    italic: bool
    font: str
    black: bool = True


@dataclass(frozen=True)
class Row:
    """Letters on one baseline, or some of them; `bare` is their text without blanks, one character a letter."""

    page: int
    glyphs: tuple[Glyph, ...]

    @property
    def bare(self) -> str:
        return "".join(g.text for g in self.glyphs)

    @property
    def left(self) -> float:
        return self.glyphs[0].left

    @property
    def right(self) -> float:
        return self.glyphs[-1].right

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def baseline(self) -> float:
        return self.glyphs[0].baseline

    @property
    def size(self) -> float:
        """The size of most letters."""
        return Counter(g.size for g in self.glyphs).most_common(1)[0][0]

    @property
    def bold(self) -> bool:
        return sum(g.bold for g in self.glyphs) * 2 > len(self.glyphs)

    @property
    def italic(self) -> bool:
        return sum(g.italic for g in self.glyphs) * 2 > len(self.glyphs)

    @property
    def text(self) -> str:
        """As it is read: a blank where letters stand apart."""
        words, last = "", None
        for glyph in self.glyphs:
            words += (" " if last is not None and glyph.left - last.right > last.size * 0.12 else "") + glyph.text
            last = glyph
        return words

    def cut(self, start: int, end: int | None = None) -> Row:
        return Row(self.page, self.glyphs[start:end])

    def pieces(self, gap: float) -> list[Row]:
        """Cut where more than `gap` points are blank."""
        starts = [0] + [i for i in range(1, len(self.glyphs)) if self.glyphs[i].left - self.glyphs[i - 1].right > gap]
        return [self.cut(a, b) for a, b in zip(starts, [*starts[1:], None], strict=True)]


@dataclass(frozen=True)
class Rule:
    """A straight horizontal line."""

    left: float
    right: float
    y: float

    @property
    def length(self) -> float:
        return self.right - self.left


@dataclass(frozen=True)
class Page:
    number: int  # from 1
    width: float
    height: float
    rows: tuple[Row, ...]
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Sheets:
    """A document as measured. `unread`: pages whose letters cannot be read (scans, fonts without ToUnicode)."""

    pages: tuple[Page, ...]
    count: int
    unread: tuple[int, ...] = field(default=())


def rows_of(page: int, glyphs: Iterable[Glyph], tolerance: float = 2.0) -> tuple[Row, ...]:
    """Rows from the top of the page to its foot; what lies within `tolerance` points is one row."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: -g.baseline):
        if rows and rows[-1][0].baseline - glyph.baseline <= tolerance:
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return tuple(Row(page, tuple(sorted(row, key=lambda g: g.left))) for row in rows)


def widest(rows: Sequence[Row]) -> float:
    return max(row.right - row.left for row in rows)
