"""File names: at most fifty letters and digits, without accents (QĐ 28 Đ7 k4). The written name stays for display."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

LONGEST = 50


def plain(text: str) -> str:
    """Without Vietnamese accents: "Báo cáo quý" → "Bao cao quy"."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def display_name(name: str) -> str:
    """The last part of the name as written, without control characters, in composed form."""
    last = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    return "".join(c for c in last if c.isprintable())[:200] or "tep"


def safe_name(name: str) -> str:
    """ "Báo cáo quý III.pdf" → "BaoCaoQuyIII.pdf"; shortened before its extension."""
    path = PurePosixPath(plain(display_name(name)))
    extension = "".join(c for c in path.suffix.lower() if c == "." or (c.isascii() and c.isalnum()))
    kept = "".join(c if c.isascii() and c.isalnum() else " " for c in path.stem)
    stem = "".join(word[0].upper() + word[1:] for word in kept.split()) or "TepTin"
    return stem[: LONGEST - len(extension)] + extension


def distinct(names: Iterable[str]) -> list[str]:
    """The names in order; a name which is there already gets a digit and stays within the limit."""
    taken: set[str] = set()
    result = []
    for name in names:
        result.append(_free(name, taken))
        taken.add(result[-1].lower())
    return result


def _free(name: str, taken: set[str]) -> str:
    candidate, digit, path = name, 1, PurePosixPath(name)
    while candidate.lower() in taken:
        digit += 1
        ending = f"{digit}{path.suffix}"
        candidate = path.stem[: LONGEST - len(ending)] + ending
    return candidate
