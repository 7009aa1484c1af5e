"""Words by which an organ is found while somebody types: without accents, by their beginnings, by initials, by code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

CONNECTING = frozenset({"va", "cua", "cac", "ve", "cho", "tai", "trong", "thuoc"})  # left out of initials: KH&CN
LONGEST = 40
_PARTS = re.compile(r"[a-z0-9]+(?:\.[a-z0-9]+)*")


def fold(text: str) -> str:
    """Lower case, without accents, single spaces."""
    spread = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(c for c in spread if not unicodedata.combining(c)).split())


def terms(text: str) -> list[str]:
    """The words of a question or of a name; a code is one word."""
    return list(dict.fromkeys(word[:LONGEST] for word in _PARTS.findall(fold(text))))


def initials(name: str) -> set[str]:
    """Of all its words, and without the connecting ones: 'Sở Khoa học và Công nghệ' is skhvcn and skhcn."""
    words = [word for word in terms(name) if word[0].isalpha()]
    found = {"".join(w[0] for w in words), "".join(w[0] for w in words if w not in CONNECTING)}
    return {letters[:LONGEST] for letters in found if len(letters) > 1}


def words_of(name: str, codes: Iterable[str]) -> set[str]:
    """Everything by whose beginning an organ is found."""
    return {*terms(name), *initials(name), *(fold(code)[:LONGEST] for code in codes if code)}


def after(word: str) -> str:
    """The first text which does not begin with this one: the end of a range of an index."""
    return word[:-1] + chr(ord(word[-1]) + 1)
