"""The components: there, in their size and style, in their place, with their rules (annex I, part II). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.registry.layout.norms import Component
from services.registry.layout.sheet import MM, Page, Row, Rule, widest
from services.registry.layout.sight import POINT, Finding, Place, Sight, told


def presence(sight: Sight) -> Iterator[Finding]:
    """The components of Đ8 k2 which are not there."""
    letter = "letter_subject" in sight.found
    for norm in sight.norms.components:
        if not norm.required or norm.key in sight.found or norm.key == "body":
            continue
        if norm.key == ("subject" if letter else "letter_subject"):
            continue
        message = "không tìm thấy. Hãy bổ sung theo mẫu."
        if norm.key == "subject":
            message = "không tìm thấy dưới tên loại; nếu là công văn thì ghi “V/v …” dưới số, ký hiệu."
        yield told(sight, norm.key, "missing", Place(1), message)
    if "subject" in sight.found and "type_name" not in sight.found:
        yield told(sight, "type_name", "missing", Place(1), "không tìm thấy.")


def styles(sight: Sight) -> Iterator[Finding]:
    """Size, weight, slant and capitals of each component (part II)."""
    for norm in sight.norms.components:
        rows = sight.found.get(norm.key, [])
        if not rows or norm.key == "body":
            continue
        low, high = norm.sizes
        if wrong := [row for row in rows if not low - POINT <= row.size <= high + POINT]:
            wanted = f"{low:g}" if low == high else f"từ {low:g} đến {high:g}"
            yield told(sight, norm.key, "size", wrong, f"cỡ chữ {wrong[0].size:g}; phải {wanted}.")
        if unlike := [row for row in rows if _style(norm, row)]:
            yield told(sight, norm.key, "style", unlike, f"{_style(norm, unlike[0])}.")


def _style(norm: Component, row: Row) -> str:
    wrong = []
    if row.bold != norm.bold:
        wrong.append("phải in đậm" if norm.bold else "không in đậm")
    if row.italic != norm.italic:
        wrong.append("phải in nghiêng" if norm.italic else "phải kiểu chữ đứng")
    letters = "".join(c for c in row.bare if c.isalpha())
    if norm.upper is True and letters != letters.upper():
        wrong.append("phải viết in hoa")
    if norm.upper is False and len(letters) > 3 and letters == letters.upper():
        wrong.append("phải viết in thường")
    return ", ".join(wrong)


def positions(sight: Sight) -> Iterator[Finding]:
    """Left or right, above or below (the scheme of part IV)."""
    middle, found = sight.first.width / 2, sight.found
    for key in ("national_name", "motto", "place_and_date", "signer_position", "signer_name"):
        if (rows := found.get(key)) and rows[0].middle < middle * 0.95:
            yield told(sight, key, "place", rows, "phải ở nửa bên phải trang.")
    for key in ("issuing_agency_name", "code", "recipients_label", "letter_subject"):
        if (rows := found.get(key)) and rows[0].middle > middle:
            yield told(sight, key, "place", rows, "phải ở nửa bên trái trang.")
    code, date = found.get("code"), found.get("place_and_date")
    if code and date and abs(code[0].baseline - date[0].baseline) > 4:
        yield told(sight, "place_and_date", "line", date, "phải trên cùng một dòng với số, ký hiệu.")
    if (title := found.get("type_name")) and abs(title[0].middle - _centre(sight)) > 10 * MM:
        yield told(sight, "type_name", "place", title, "phải đặt canh giữa.")


def _centre(sight: Sight) -> float:
    margins = sight.norms.margins_mm
    return (margins["left"][0] * MM + sight.first.width - margins["right"][0] * MM) / 2


def lines_below(sight: Sight) -> Iterator[Finding]:
    """The rules: as long as the motto; a third to a half of the agency's name and of the subject."""
    low, high = sight.norms.short_rule
    for key in ("motto", "issuing_agency_name", "subject"):
        rows = sight.found.get(key)
        if not rows:
            continue
        line = _rule_under(sight.first, rows)
        shortest, longest = min(r.right - r.left for r in rows), widest(rows)
        if line is None:
            yield told(sight, key, "rule", rows, "thiếu đường kẻ ngang, nét liền ở dưới.")
        elif key == "motto" and abs(line.length - longest) > longest * 0.12:
            yield told(sight, key, "rule-length", rows, "đường kẻ phải dài bằng dòng chữ.")
        elif key != "motto" and not shortest * low * 0.92 <= line.length <= longest * high * 1.08:
            share = line.length / longest
            message = f"đường kẻ dài {share:.0%} dòng chữ; phải từ 1/3 đến 1/2 và đặt cân đối."
            yield told(sight, key, "rule-length", rows, message)


def _rule_under(page: Page, rows: Sequence[Row]) -> Rule | None:
    foot, middle = rows[-1].baseline, sum(r.middle for r in rows) / len(rows)
    near = [r for r in page.rules if 0 < foot - r.y < 20 and abs((r.left + r.right) / 2 - middle) < 12 * MM]
    return min(near, key=lambda r: foot - r.y, default=None)
