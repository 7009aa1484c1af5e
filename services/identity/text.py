"""Vietnamese text without accents: for user names and for search."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Lower case, without accents, single spaces. Composed (NFC) and decomposed (NFD) input give the same."""
    spread = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(c for c in spread if not unicodedata.combining(c)).split())


def letters(text: str) -> str:
    """Only the letters a-z and the digits of the folded text."""
    return "".join(c for c in fold(text) if c.isascii() and c.isalnum())
