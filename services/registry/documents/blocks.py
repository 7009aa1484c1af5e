"""Plain text as people type it → the pieces of a document. Nothing in it is ever run as markup."""

from __future__ import annotations

import re
from typing import Any

ARTICLE = re.compile(r"^(Điều\s+\d+[a-z]?\.)\s*(.*)$")
PART = re.compile(r"^(Phần|Chương|Mục|Tiểu mục)\s+([IVXLC]+|\d+|thứ \w+)\.?\s*$", re.IGNORECASE)
ROMAN = re.compile(r"^[IVXLC]+\.\s+\S")
POINT = re.compile(r"^\d+(\.\d+)*\.\s+\S")
LONGEST_HEADING = 120
END = "./."

Piece = dict[str, Any]


def pieces(body: str, tables: list[list[list[str]]] | None = None) -> list[Piece]:
    """One piece a line; `[bảng 1]` alone on a line stands for the first table; its first row is the head."""
    made = []
    for line in body.replace("\r\n", "\n").split("\n"):
        if text := " ".join(line.split()):
            made.append(_table(text, tables or []) or _piece(text))
    return made


def _piece(text: str) -> Piece:
    if article := ARTICLE.match(text):
        return {"kind": "text", "lead": article[1], "text": article[2]}
    if PART.match(text):
        return {"kind": "centre", "text": text}
    short = len(text) <= LONGEST_HEADING and text[-1] not in ".;:,!?…"
    if (short and (ROMAN.match(text) or POINT.match(text))) or (short and text.isupper() and len(text) > 4):
        return {"kind": "strong", "text": text}
    return {"kind": "text", "lead": "", "text": text}


def _table(text: str, tables: list[list[list[str]]]) -> Piece | None:
    """A table whose columns are as wide as their longest cell asks, within reason."""
    named = re.fullmatch(r"\[bảng (\d{1,3})\]", text, re.IGNORECASE)
    if named is None or not 0 < int(named[1]) <= len(tables):
        return None
    rows = [row for row in tables[int(named[1]) - 1] if row]
    if not rows:
        return None
    width = max(map(len, rows))
    full = [row + [""] * (width - len(row)) for row in rows]
    shares = [max(6, min(40, max(len(row[i]) for row in full))) for i in range(width)]
    return {"kind": "table", "columns": shares, "header": full[0], "rows": full[1:]}


def ended(made: list[Piece]) -> list[Piece]:
    """The content ends with "./." (annex III): the last piece of text gets it."""
    if made and made[-1]["kind"] == "text" and not made[-1]["text"].endswith(END):
        last = made[-1]
        return [*made[:-1], last | {"text": last["text"].rstrip(" .;") + END}]
    return made


def listed(lines: list[str]) -> list[str]:
    """Grounds: each ends with ";", the last with "."."""
    kept = [" ".join(line.split()).rstrip(" ;.,") for line in lines if line.strip()]
    return [line + (";" if place < len(kept) else ".") for place, line in enumerate(kept, 1)]
