"""A list of codes as an authority hands it out: CSV, TSV or XLSX, read line by line, each line judged (R08.6)."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook

from contracts.gateway.directory import CodeLine
from services.gateway.directory.words import fold
from services.gateway.routing.codes import LONGEST, QCVN102, QD20, is_well_formed, normal, scheme
from shared.problems import Invalid

HEADINGS = {
    "code": ("ma dinh danh", "ma moi", "ma dinh danh moi", "ma qd20", "ma", "code", "code moi"),
    "old_code": ("ma cu", "ma dinh danh cu", "ma qcvn 102", "ma qcvn102", "code102", "old code", "oldcode", "ma qcvn"),
    "name": ("ten co quan", "ten don vi", "ten", "ten co quan, don vi", "name"),
    "parent": ("ma cap tren", "ma co quan cap tren", "truc thuoc", "parent", "pcode"),
    "since": ("tu ngay", "ngay hieu luc", "hieu luc tu", "since", "valid from"),
    "legal_basis": ("can cu", "can cu phap ly", "quyet dinh", "legal basis"),
}
DATES = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y", "%Y/%m/%d", "%d-%m-%Y")
MOST_LINES = 200_000
UNPACKED = 300 * 2**20
ENCODINGS = ("utf-8-sig", "utf-16", "cp1258")

BAD_CODE = "Mã “{code}” không đúng mẫu QĐ 20/2020/QĐ-TTg (H60.10) hoặc QCVN 102 (000.00.10.H60)."
TOO_LONG = "Mã dài {length} ký tự; tối đa {most}."
NO_CODE, NO_NAME = "Thiếu mã định danh.", "Thiếu tên cơ quan."
TWICE = "Mã “{code}” đã có ở dòng {line}."
BAD_OLD = "Mã cũ “{code}” không đúng mẫu."
SAME = "Mã cũ trùng mã mới."
BAD_DATE = "Ngày “{text}” không đọc được; viết dạng ngày/tháng/năm."


class BadList(Invalid):
    kind = "bad-code-list"
    message = "Không đọc được danh sách mã: {reason}"


def read(content: bytes, name: str) -> list[CodeLine]:
    """Every line with what is wrong with it. Raises BadList where there is no list to read."""
    rows = _xlsx(content) if content[:4] == b"PK\x03\x04" else _text(content)
    columns: dict[str, int] | None = None
    lines: list[CodeLine] = []
    first: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        if number > MOST_LINES:
            raise BadList(reason=f"quá {MOST_LINES} dòng.")
        if columns is None:
            columns = _columns(row)
        elif any(str(cell or "").strip() for cell in row):
            lines.append(_line(number, row, columns, first))
    if columns is None:
        raise BadList(reason="không thấy dòng tiêu đề có cột “Mã định danh” và “Tên cơ quan”.")
    if not lines:
        raise BadList(reason=f"tệp {name[:80]} không có dòng nào.")
    return lines


def _columns(row: Sequence[Any]) -> dict[str, int] | None:
    """The heading line, wherever it stands: titles may come before it."""
    found: dict[str, int] = {}
    for index, cell in enumerate(row):
        heading = " ".join(fold(str(cell or "")).replace(".", " ").split())
        for field, names in HEADINGS.items():
            if heading in names:
                found.setdefault(field, index)
    return found if {"code", "name"} <= found.keys() else None


def _line(number: int, row: Sequence[Any], columns: dict[str, int], first: dict[str, int]) -> CodeLine:
    def cell(field: str) -> Any:
        index = columns.get(field)
        return row[index] if index is not None and index < len(row) and row[index] is not None else ""

    text = {field: " ".join(str(cell(field)).split()) for field in HEADINGS}
    since, bad_date = _date(cell("since"))
    code, old = normal(text["code"]), normal(text["old_code"])
    problems = [*_code_problems(code, old, text["name"]), *([BAD_DATE.format(text=text["since"])] if bad_date else [])]
    if code in first:
        problems.append(TWICE.format(code=code, line=first[code]))
    first.setdefault(code, number)
    return CodeLine(
        line=number,
        code=code[:64],
        old_code=old[:64],
        name=text["name"][:300],
        parent=normal(text["parent"])[:64],
        since=since,
        legal_basis=text["legal_basis"][:300],
        problems=tuple(problems),
    )


def _code_problems(code: str, old: str, name: str) -> Iterator[str]:
    if not code:
        yield NO_CODE
    elif len(code) > LONGEST:
        yield TOO_LONG.format(length=len(code), most=LONGEST)
    elif not is_well_formed(code):
        yield BAD_CODE.format(code=code)
    if not name:
        yield NO_NAME
    if old and (scheme(old) not in (QD20, QCVN102, "OLD") or len(old) > LONGEST):
        yield BAD_OLD.format(code=old)
    elif old and old == code:
        yield SAME


def _date(value: Any) -> tuple[date | None, bool]:
    """The day, and whether there is one that cannot be read."""
    if isinstance(value, datetime):
        return value.date(), False
    text = str(value).strip()
    for form in DATES:
        try:
            return datetime.strptime(text, form).date(), False
        except ValueError:
            continue
    return None, bool(text)


def _xlsx(content: bytes) -> Iterable[Sequence[Any]]:
    """The first sheet. A file that unpacks to hundreds of megabytes is not opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > UNPACKED:
                raise BadList(reason="tệp nén bung ra quá lớn.")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        return list(book.worksheets[0].iter_rows(values_only=True, max_row=MOST_LINES + 2))
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError, SyntaxError) as error:
        raise BadList(reason="tệp XLSX bị hỏng hoặc không đúng định dạng.") from error


def _text(content: bytes) -> Iterable[Sequence[Any]]:
    text = _decoded(content)
    head = "\n".join(text.splitlines()[:20])
    counts = {mark: head.count(mark) for mark in ("\t", ";", ",", "|")}
    mark = max(counts, key=lambda found: counts[found])
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    except csv.Error as error:
        raise BadList(reason="tệp văn bản không phải CSV hay TSV.") from error


def _decoded(content: bytes) -> str:
    for encoding in ENCODINGS:
        if encoding == "utf-16" and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            continue
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadList(reason="bảng mã ký tự lạ; hãy lưu tệp dạng UTF-8.")
