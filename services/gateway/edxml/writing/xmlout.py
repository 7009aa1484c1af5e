"""Elements as text, with the very prefixes and indents of the axis vendor's library (QCVN 102:2016)."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACE = " \t\r\n"
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})


def escape(text: str) -> str:
    """Text safe between tags."""
    return text.translate(_ESCAPES)


class XmlOut:
    """Collects elements; what is empty is left out."""

    def __init__(self, prefix: str = "edXML:", level: int = 0) -> None:
        self._lines: list[str] = []
        self._prefix, self._level = prefix, level

    def indent(self) -> None:
        """One level deeper from here on."""
        self._level += 1

    def raw(self, line: str) -> None:
        """A whole line as it stands."""
        self._lines.append("  " * self._level + line)

    def leaf(self, name: str, value: object, *, opaque: bool = False, attributes: str = "") -> None:
        """An element with text in NFC; an opaque text (a partner's id) keeps its letters."""
        text = "" if value is None else str(value).strip(_SPACE)
        if text:
            shown = text if opaque else unicodedata.normalize("NFC", text)
            self.raw(f"<{self._prefix}{name}{attributes}>{escape(shown)}</{self._prefix}{name}>")

    @contextmanager
    def inside(self, name: str, attributes: str = "") -> Iterator[None]:
        """An element with children; nothing is written when it has none."""
        at = len(self._lines)
        self.raw(f"<{self._prefix}{name}{attributes}>")
        self._level += 1
        yield
        self._level -= 1
        if len(self._lines) == at + 1:
            self._lines.pop()
        else:
            self.raw(f"</{self._prefix}{name}>")

    def bytes(self) -> bytes:
        """All of it in UTF-8."""
        return "".join(f"{line}\n" for line in self._lines).encode()
