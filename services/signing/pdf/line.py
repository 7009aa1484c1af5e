"""One line of text at the top right of what is seen of page 1, cut where the page is narrow: where, and how drawn."""

from __future__ import annotations

from collections.abc import Sequence

from services.signing.pdf.fonts import Face, face
from services.signing.pdf.places import MM, Box
from services.signing.pdf.revision import number

SIZE, LEADING = 10.0, 13.0  # points: NĐ 30 PL I.II.8b
TOP, RIGHT = 8 * MM, 15 * MM  # from the edges of the page


def box(seen: Sequence[float], line: str) -> Box:
    """The room of the text in the corner of what is seen of the page; digits are equally wide, so any moment fits."""
    left, bottom, right, top = seen
    lines = _lines(line, right - left - 2 * RIGHT)
    width = max(face().width(one, SIZE) for one in lines) + 4
    edge, roof = right - min(RIGHT, (right - left) / 20), top - min(TOP, (top - bottom) / 20)
    return Box(0, edge - width, roof - LEADING * len(lines), edge, roof)


def _lines(text: str, width: float) -> list[str]:
    """The text cut after semicolons where one line is wider than the page allows."""
    font, lines = face(), [""]
    for part in text.split("; "):
        longer = f"{lines[-1]}; {part}" if lines[-1] else part
        if lines[-1] and font.width(longer, SIZE) > width:
            lines[-1] += ";"
            lines.append(part)
        else:
            lines[-1] = longer
    return lines


def drawn(font: Face, text: str, width: float, height: float) -> bytes:
    """Black, upright, against the right edge."""
    parts = []
    for row, line in enumerate(_lines(text, width - 2)):
        x = max(width - 2 - font.width(line, SIZE), 0.0)
        y = height - LEADING * row - SIZE
        parts.append(b"BT 0 g /F %s Tf %s %s Td <%s> Tj ET" % (number(SIZE), number(x), number(y), font.shown(line)))
    return b"q %s Q" % b" ".join(parts)
