"""How number, date, receivers, marks and the text itself are written (annex I, part II). Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from services.registry.layout.sheet import MM, Row
from services.registry.layout.sight import POINT, Finding, Place, Sight, at, page_told, told


def code_form(sight: Sight) -> Iterator[Finding]:
    """ "Số: 05/QĐ-UBND": a stroke, hyphens, no blanks, numbers under ten with a zero (II.3)."""
    rows = sight.found.get("code")
    if not rows:
        return
    match = re.match(r"S[ốỐ](:?)[.…_]*(\d*)[.…_]*/(.*)", rows[0].bare, re.IGNORECASE)
    assert match is not None
    colon, number, notation = match.groups()
    if not colon:
        yield told(sight, "code", "colon", rows, "sau từ “Số” phải có dấu hai chấm.")
    if number and len(number) < 2 and int(number) < sight.norms.numbers_padded_below:
        yield told(sight, "code", "zero", rows, f"số nhỏ hơn 10 phải ghi thêm số 0 phía trước (0{number}).")
    groups = re.split(r"[-/]", notation)
    if "–" in notation or any(not group[:1].isalnum() or group == group.lower() for group in groups if group):
        message = f"ký hiệu “{notation}” phải in hoa, các nhóm cách nhau bằng dấu gạch nối ngắn, không cách chữ."
        if not all(group.isdigit() for group in groups):
            yield told(sight, "code", "notation", rows, message)


def date_form(sight: Sight) -> Iterator[Finding]:
    """Days under ten and the months 1 and 2 carry a zero (II.4)."""
    rows = sight.found.get("place_and_date")
    if not rows:
        return
    match = re.search(r"ngày(\d*)tháng(\d*)năm(\d*)", rows[0].bare, re.IGNORECASE)
    if match is None:
        return
    day, month, year = match.groups()
    if day and len(day) < 2 and int(day) < sight.norms.days_padded_below:
        yield told(sight, "place_and_date", "day", rows, f"ngày nhỏ hơn 10 phải ghi 0{day}.")
    if month and len(month) < 2 and int(month) in sight.norms.months_padded:
        yield told(sight, "place_and_date", "month", rows, f"tháng 1, 2 phải ghi 0{month}.")
    if len(year) != 4:
        yield told(sight, "place_and_date", "year", rows, "phải ghi đủ năm (bốn chữ số).")


def recipients_form(sight: Sight) -> Iterator[Finding]:
    """Each receiver after a hyphen and before a semicolon; the last line is "Lưu: …." (II.9)."""
    rows = sight.found.get("recipients", [])
    starts = [row for row in rows if row.bare.startswith(("-", "–"))]
    if rows and not starts:
        yield told(sight, "recipients", "hyphens", rows[:1], "mỗi nơi nhận phải có gạch đầu dòng (-).")
    if not rows:
        return
    if not any("lưu:" in row.bare.casefold() for row in rows[-2:]):
        yield told(sight, "recipients", "archive", rows[-1:], "dòng cuối phải là “Lưu: VT, …”.")
    elif not rows[-1].bare.endswith("."):
        yield told(sight, "recipients", "full-stop", rows[-1:], "dòng “Lưu” phải kết thúc bằng dấu chấm.")


def marks(sight: Sight) -> Iterator[Finding]:
    rows = sight.found.get("urgency_mark", [])
    if rows and all(glyph.black for glyph in rows[0].glyphs):
        yield told(sight, "urgency_mark", "colour", rows, "phải màu đỏ tươi, trong khung viền đơn.")
    if secret := sight.found.get("secrecy_mark"):
        message = "Văn bản có dấu chỉ độ mật: không được soạn thảo, gửi trên Hệ thống này."
        yield page_told("secrecy.mark", "Độ mật", message, "mục II.10", at(sight, secret))


def body(sight: Sight) -> Iterator[Finding]:
    """Size 13 to 14, upright, justified, indents of 1 or 1.27 cm, single to 1.5 line spacing (II.6)."""
    rows = [row for row in sight.found.get("body", []) if row.page not in sight.sheets.unread]
    if not rows:
        yield told(sight, "body", "missing", Place(1), "không tìm thấy phần nội dung.")
        return
    low, high = sight.norms.component("body").sizes
    sizes: Counter[float] = Counter()
    for row in rows:
        sizes[row.size] += len(row.glyphs)
    size = sizes.most_common(1)[0][0]
    if not low - POINT <= size <= high + POINT:
        first = next(row for row in rows if row.size == size)
        yield told(sight, "body", "size", [first], f"cỡ chữ {size:g}; phải từ {low:g} đến {high:g}.")
    lines = [row for row in rows if row.size == size and len(row.pieces(18)) == 1]  # no rows of tables
    if lines:
        yield from _paragraphs(sight, lines, size)


def _paragraphs(sight: Sight, lines: Sequence[Row], size: float) -> Iterator[Finding]:
    left, right = min(r.left for r in lines), max(r.right for r in lines)
    wide = right - left
    full = [r for r in lines if r.right - r.left > wide * 0.86 and len(r.bare) > 30]
    ragged = [r for r in full if right - r.right > 3]
    if len(full) >= 6 and len(ragged) * 2 > len(full):
        yield told(sight, "body", "justified", ragged[:1], "phải được canh đều cả hai lề.")
    indents = [r for r in full if 2 * MM < r.left - left < 22 * MM]
    wanted = sight.norms.indents_mm
    wrong = [r for r in indents if all(abs((r.left - left) / MM - one) > 1.2 for one in wanted)]
    if len(indents) >= 3 and len(wrong) * 2 > len(indents):
        mm = (wrong[0].left - left) / MM
        yield told(sight, "body", "indent", wrong[:1], f"chữ đầu dòng lùi {mm:.0f} mm; phải lùi 1 cm hoặc 1,27 cm.")
    low, high = sight.norms.line_pitch
    whole = {(r.page, r.baseline) for r in full}
    within = [(a, (a.baseline - b.baseline) / size) for a, b in pairwise(lines)
              if a.page == b.page and (a.page, a.baseline) in whole and abs(b.left - left) < 2]  # fmt: skip
    if len(within) >= 4:
        pitch = sorted(p for _, p in within)[len(within) // 2]
        if not low <= pitch <= high:
            message = f"khoảng cách giữa các dòng bằng {pitch:.2f} cỡ chữ; phải từ dòng đơn đến 1,5 dòng."
            yield told(sight, "body", "line-spacing", [within[0][0]], message)
