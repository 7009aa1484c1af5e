"""Where the arrival stamp goes: 35 × 50 mm, on the blank nearest to the place which the decree names. Pure.

NĐ 30/2020 annex IV, part V: under number and notation; under a letter's subject; or under place and date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil

from shared.problems import Refusal

WIDTH, HEIGHT = 50.0, 35.0  # millimetres
EDGE = 5.0  # from the edges of the page: what printers leave white
LOWEST = 0.6  # the share of the page, from the top, in which the stamp may begin
HEAD_WEIGHS = 40
COVERED = 1000.0  # a covered cell weighs more than any way


class NotRegistered(Refusal):
    kind = "not-registered"
    message = "Văn bản chưa vào sổ nên chưa có số đến. Hãy tiếp nhận, vào sổ rồi đóng dấu ĐẾN."


class NothingToStamp(Refusal):
    kind, status = "nothing-to-stamp", 422
    message = "Văn bản không có tệp PDF để đóng dấu ĐẾN. Hãy in nhãn dấu ĐẾN và dán lên bản giấy."


@dataclass(frozen=True)
class Sheet:
    """Page 1: its size, what is printed on it as rows of cells from the top, and the places the decree names."""

    width: float
    height: float
    cell: float
    rows: tuple[tuple[bool, ...], ...]
    wanted: tuple[tuple[float, float], ...]  # left and top of the stamp, best first
    head: float = 0.0  # down to here stand names, number and date, which weigh more than other words


def place(sheet: Sheet) -> tuple[float, float]:
    """Left and top in millimetres: where the stamp covers least, and of those the nearest to a wanted place."""
    sums = _sums(sheet.rows, int(sheet.head / sheet.cell))
    wide, high, edge = (ceil(mm / sheet.cell) for mm in (WIDTH, HEIGHT, EDGE))
    best, cheapest = (EDGE, EDGE), float("inf")
    for top in range(edge, len(sheet.rows) - high):
        if top * sheet.cell > max(sheet.height * LOWEST - HEIGHT, EDGE):
            break
        for left in range(edge, len(sheet.rows[0]) - wide):
            at = (left * sheet.cell, top * sheet.cell)
            if at[0] + WIDTH > sheet.width - EDGE:
                break
            covered = _within(sums, left, top, wide, high)
            way = min(abs(at[0] - x) + abs(at[1] - y) for x, y in sheet.wanted)
            if (cost := covered * COVERED + way) < cheapest:
                best, cheapest = at, cost
    return best


def _sums(rows: Sequence[Sequence[bool]], head: int) -> list[list[int]]:
    """How much is printed above and left of each corner."""
    sums = [[0] * (len(rows[0]) + 1)]
    for number, row in enumerate(rows):
        line = [0, *accumulate(cell * (HEAD_WEIGHS if number < head else 1) for cell in row)]
        sums.append([above + here for above, here in zip(sums[-1], line, strict=True)])
    return sums


def _within(sums: Sequence[Sequence[int]], left: int, top: int, wide: int, high: int) -> int:
    upper, lower = sums[top], sums[top + high]
    return lower[left + wide] - lower[left] - upper[left + wide] + upper[left]
