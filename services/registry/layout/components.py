"""Where the components of a document stand on its pages: found by their words and their place. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from services.registry.layout.norms import Norms
from services.registry.layout.sheet import MM, Page, Row, Sheets

NATION = re.compile(r"CỘNGH(ÒA|OÀ)XÃHỘICHỦNGHĨAVIỆTNAM", re.IGNORECASE)
MOTTO = re.compile(r"ĐỘCLẬP[-–—]TỰDO[-–—]HẠNHPHÚC", re.IGNORECASE)
CODE = re.compile(r"SỐ:?[.…_]*\d*[.…_]*/[\wĐ][\w&/.\-–]*", re.IGNORECASE)
DATE = re.compile(r"[^,;]{2,60},ngày[.…_]*\d*[.…_]*tháng[.…_]*\d*[.…_]*năm[.…_]*\d*", re.IGNORECASE)
TO, ABOUT, RECIPIENTS = "kínhgửi", "v/v", "nơinhận"
HEADER, TITLE = 0.45, 0.62  # the shares of page 1, from the top, in which they stand
LEAST_ROOM = 20.0  # points between the position and the name
Found = dict[str, list[Row]]


def find(sheets: Sheets, norms: Norms) -> Found:
    """Every component that is there, with its rows."""
    found = _header(sheets.pages[0])
    found |= _title(sheets.pages[0], norms, found)
    found |= _marks(sheets.pages[0], norms)
    found |= _recipients(sheets)
    found |= _signer(sheets, found)
    found |= _addressees(sheets.pages[0], found)
    found["body"] = list(_body(sheets, found))
    return {key: rows for key, rows in found.items() if rows}


def bare(text: str) -> str:
    return "".join(text.split()).casefold()


def _header(page: Page) -> Found:
    rows = [row for row in page.rows if row.baseline > page.height * (1 - HEADER)]
    nation, motto = _matching(rows, NATION), _matching(rows, MOTTO)
    code, code_row = None, None
    for row in rows:
        if code is None and (match := CODE.search(row.bare)):
            code = _notation(row.cut(match.start(), match.end()))
            code_row = (row, match.start() + len(code.glyphs))
    date = None
    for row in rows:
        rest = row.cut(code_row[1]) if code_row and code_row[0] is row else row
        if date is None and rest.glyphs and (match := DATE.search(rest.bare)):
            date = rest.cut(match.start(), match.end())
    found = {"national_name": _one(nation), "motto": _one(motto), "code": _one(code), "place_and_date": _one(date)}
    return found | _agency(rows, page, nation or motto, motto or nation, code)


def _notation(code: Row) -> Row:
    """Up to the first blank after the stroke: the place of issue may follow on the same line."""
    glyphs = code.glyphs
    for i in range(code.bare.index("/") + 1, len(glyphs)):
        if glyphs[i].left - glyphs[i - 1].right > glyphs[i].size * 0.5:
            return code.cut(0, i)
    return code


def _matching(rows: Sequence[Row], pattern: re.Pattern[str]) -> Row | None:
    for row in rows:
        if match := pattern.search(row.bare):
            return row.cut(match.start(), match.end())
    return None


def _one(row: Row | None) -> list[Row]:
    return [row] if row else []


def _agency(rows: Sequence[Row], page: Page, nation: Row | None, motto: Row | None, code: Row | None) -> Found:
    """The left column above the number: the bold rows at its foot are the issuing agency, those above its parent."""
    edge = min(nation.left, motto.left) - 2 if nation and motto else page.width / 2
    foot = code.baseline + 2 if code else (motto.baseline - 40 if motto else page.height * (1 - HEADER))
    lines: list[Row] = []
    for row in rows:
        if row.baseline > foot and (kept := tuple(g for g in row.glyphs if (g.left + g.right) / 2 < edge)):
            lines.append(Row(row.page, kept))
    lines = [line for line in lines if not line.bare.isdigit()]
    own = len(lines)
    while own > 0 and lines[own - 1].bold:
        own -= 1
    if own == len(lines) and lines:
        own -= 1  # none is bold: the last one is the agency, and is told so
    return {"parent_agency_name": lines[:own], "issuing_agency_name": lines[own:]}


def _title(page: Page, norms: Norms, found: Found) -> Found:
    """Name of type and subject in the middle, or a letter's subject under its number."""
    above = [row for key in ("code", "motto", "national_name") for row in found[key]]
    roof = above[0].baseline if above else page.height
    below = [row for row in page.rows if page.height * (1 - TITLE) < row.baseline < roof - 4]
    names = {bare(name) for name in norms.type_names}
    for place, row in enumerate(below):
        if row.bare.casefold() in names:
            return {"type_name": [row], "subject": _subject(page, row, below[place + 1 :])}
    for place, row in enumerate(below):
        if row.bare.casefold().startswith(ABOUT):
            return {"letter_subject": _left_lines(page, below[place:])}
    return {}


def _subject(page: Page, title: Row, below: Sequence[Row]) -> list[Row]:
    """The centred lines under the name of type, down to a rule or a gap."""
    lines: list[Row] = []
    last = title
    for row in below:
        stops = any(row.baseline < rule.y < last.baseline - 2 for rule in page.rules)
        near = last.baseline - row.baseline < last.size * 2.1
        if stops or not near or abs(row.middle - title.middle) > 12 * MM or row.bare.casefold().startswith(TO):
            break
        if lines and row.bold != lines[0].bold:
            break
        lines.append(row)
        last = row
    return lines


def _left_lines(page: Page, rows: Sequence[Row]) -> list[Row]:
    lines: list[Row] = []
    for row in rows:
        piece = row.pieces(30)[0]
        if lines and lines[-1].baseline - piece.baseline > lines[-1].size * 1.8:
            break
        if piece.left > page.width / 2 or (lines and piece.bare.casefold().startswith(TO)):
            break
        lines.append(piece)
    return lines


def _marks(page: Page, norms: Norms) -> Found:
    """Words that stand alone: urgency, secrecy."""
    urgency = {"".join(mark.split()) for mark in norms.urgency_marks}
    secrecy = {"".join(mark.split()) for mark in norms.secrecy_marks}
    pieces = [piece for row in page.rows for piece in row.pieces(20)]
    return {
        "urgency_mark": [piece for piece in pieces if piece.bare in urgency][:1],
        "secrecy_mark": [piece for piece in pieces if piece.bare in secrecy][:1],
    }


def _recipients(sheets: Sheets) -> Found:
    for page in reversed(sheets.pages):
        for place, row in enumerate(page.rows):
            label = row.pieces(30)[0]
            if label.bare.casefold().startswith(RECIPIENTS):
                return {"recipients_label": [label], "recipients": _list(page, label, page.rows[place + 1 :])}
    return {}


def _list(page: Page, label: Row, below: Sequence[Row]) -> list[Row]:
    lines: list[Row] = []
    last = label
    for row in below:
        piece = row.pieces(30)[0]
        if piece.left > label.left + 25 or piece.middle > page.width * 0.55:
            continue  # the signer's column
        if last.baseline - piece.baseline > label.size * 2:
            break
        lines.append(piece)
        last = piece
        if "lưu:" in piece.bare.casefold() and piece.bare.endswith("."):
            break
    return lines


def _signer(sheets: Sheets, found: Found) -> Found:
    """The lowest name on the right half, under a position with room between, on the last page that has one."""
    for page in reversed(sheets.pages):
        pieces = [p for row in page.rows for p in row.pieces(20) if p.middle > page.width * 0.48]
        for place in range(len(pieces) - 1, 0, -1):
            name, above = pieces[place], pieces[place - 1]
            room = above.baseline - name.baseline - name.size
            if room < LEAST_ROOM or not _a_name(name.text.split()):
                continue
            if abs(name.middle - above.middle) < 25 * MM:
                return {"signer_position": _position(pieces[:place]), "signer_name": [name]}
    return {}


def _a_name(words: Sequence[str]) -> bool:
    return 2 <= len(words) <= 7 and all(word.isalpha() and word.istitle() for word in words)


def _position(pieces: Sequence[Row]) -> list[Row]:
    lines = [pieces[-1]]
    for piece in reversed(pieces[:-1]):
        near = piece.baseline - lines[-1].baseline < lines[-1].size * 1.9
        if not near or abs(piece.middle - lines[-1].middle) > 12 * MM or piece.bold != lines[-1].bold:
            break
        lines.append(piece)
    return lines[::-1]


def _addressees(page: Page, found: Found) -> Found:
    rows = [row for row in page.rows if row.bare.casefold().startswith(TO)]
    return {"addressees": rows[:1]}


def _body(sheets: Sheets, found: Found) -> Iterator[Row]:
    """What stands between the head and the signature."""
    heads = [row for key in ("subject", "letter_subject", "type_name", "place_and_date", "code", "motto")
             for row in found.get(key, []) if row.page == 1]  # fmt: skip
    roof = min((row.baseline for row in heads), default=sheets.pages[0].height)
    ends = [row for key in ("signer_position", "recipients_label") for row in found.get(key, [])]
    last = min((row.page for row in ends), default=sheets.count)
    foot = max((row.baseline for row in ends if row.page == last), default=0.0)
    for page in sheets.pages:
        for row in page.rows:
            below_head = page.number > 1 or row.baseline < roof - 2
            above_end = page.number < last or (page.number == last and row.baseline > foot + 2)
            if below_head and above_end and not is_page_number(page, row):
                yield row


def is_page_number(page: Page, row: Row) -> bool:
    return row.bare.strip("-–").isdigit() and row.baseline > page.height - 25 * MM
