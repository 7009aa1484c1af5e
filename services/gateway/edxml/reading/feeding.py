"""Bytes to the XML parser: repairs before the declaration, encodings, lines counted, errors given a name."""

import re
from typing import Any

from lxml import etree

from services.gateway.edxml.errors import EdxmlRefused, problem
from services.gateway.edxml.limits import Limits
from services.gateway.edxml.model import Problem
from services.gateway.edxml.reading.sink import Shelf
from services.gateway.edxml.reading.target import Node, TreeTarget

_TAG_MISMATCH, _DOCUMENT_END = 76, 5
_ENTITY_CODES = frozenset({26, 27, 28, 89})
_FOUND_LATE = frozenset({9, 38, 42, 62})  # faults in the text, which the parser may tell only at its end
_ENCODING_CODES = frozenset({31, 32, 79, 81, 1544, 6003})

_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_DECLARED = re.compile(rb"""^<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
# What Vietnamese systems have written. Anything else is refused: no decoder guesses at a document of the state.
_ENCODINGS = frozenset(
    {"utf-8", "utf8", "us-ascii", "ascii", "utf-16", "utf-16le", "utf-16be", "windows-1258", "cp1258", "iso-8859-1"}
    | {"windows-1252", "cp1252", "tcvn", "viscii"}
)
_BROKEN_TAG = re.compile(rb"<[^<>\n]*\n")
_PROLOGUE = re.compile(rb"(?:\s*<\?.*?\?>)*\s*", re.DOTALL)
_TAG = re.compile(rb"<[^<>]*>")


class XmlFeed:
    """One XML text on its way through the parser, in pieces of any size."""

    def __init__(self, shelf: Shelf, limits: Limits) -> None:
        self.target = TreeTarget(shelf, limits)
        self.problems: list[Problem] = []
        self.header: list[bytes] | None = []  # the text up to the end of the envelope, for a signature over it
        self._limits = limits
        self._kept = self._dropped = self._pieces = 0
        self._whole = self._closing = False
        target: Any = self.target
        self._parser: Any = etree.XMLParser(
            target=target, huge_tree=True, resolve_entities=False, no_network=True, load_dtd=False
        )

    def feed(self, piece: bytes) -> None:
        """The next piece."""
        try:
            if not self._pieces:
                piece = self._begin(piece)
            self._pieces += 1
            self._keep(piece)
            if self.target.counting:
                self._feed_whole(piece)
            else:
                self._feed_lines(piece)
        except etree.XMLSyntaxError as error:
            raise self._named(error) from error

    def close(self) -> Node:
        """The tree of all that was fed."""
        try:
            if not self._pieces:
                raise EdxmlRefused("NOT_XML", 1)
            self._closing = True
            root: Node | None = self._parser.close()
        except etree.XMLSyntaxError as error:
            raise self._named(error) from error
        if root is None:
            raise EdxmlRefused("NOT_XML", 1)
        self._note_prefixes()
        return root

    def _begin(self, piece: bytes) -> bytes:
        """The first piece: rubbish dropped, encoding known, and how lines will be counted."""
        text = self._repaired(piece)
        self._note_encoding(text)
        self.target.counting = not _misleads(text)
        self.target.line += self._dropped + (_prologue_lines(text) if self.target.counting else 0)
        return text

    def _repaired(self, piece: bytes) -> bytes:
        if piece.startswith(_UTF16):
            return piece
        if piece.startswith(_UTF8_BOM):
            self.problems.append(problem("ENCODING", "info", line=1, detail="UTF-8 có BOM"))
        text = piece.removeprefix(_UTF8_BOM).lstrip()
        begin = len(piece) - len(text)
        if not text.startswith(b"<"):
            begin = piece.find(b"<?xml")
            if begin < 0:
                raise EdxmlRefused("NOT_XML", 1)
            rubbish = piece[:begin].decode("utf-8", "replace")
            self.problems.append(problem("RUBBISH_BEFORE_DECLARATION", "warning", line=1, detail=rubbish))
        self._dropped = piece.count(b"\n", 0, begin)
        return piece[begin:]

    def _note_encoding(self, text: bytes) -> None:
        found = _DECLARED.match(text)
        name = found[1].decode("ascii") if found else "utf-16" if text.startswith(_UTF16) else "utf-8"
        if name.lower() not in _ENCODINGS:
            raise EdxmlRefused("ENCODING_REFUSED", 1 + self._dropped, name)
        if name.lower() not in ("utf-8", "utf8", "us-ascii", "ascii"):
            self.problems.append(problem("ENCODING", "warning", line=1 + self._dropped, detail=name))

    def _keep(self, piece: bytes) -> None:
        """The header stays at hand while it may still have a signature, or has one."""
        if self.header is None or self._whole:
            return
        self._kept += len(piece)
        self.header.append(piece)
        ended = self.target.enveloped or self.target.sink is not None
        self._whole = ended and self.target.signed and not self.target.signs_all
        if (ended and not self.target.signed) or self._kept > self._limits.header_bytes:
            self.header = None

    def _feed_whole(self, piece: bytes) -> None:
        target = self.target
        target.idle += len(piece)
        self._parser.feed(piece)
        if target.idle > self._limits.token_bytes:
            raise EdxmlRefused("TOKEN_TOO_LONG", target.line)
        if self._pieces > 1 and b"<" in piece and _BROKEN_TAG.search(piece):  # lines that were not in the text
            target.line += sum(tag.count(b"\n") for tag in _TAG.findall(piece))

    def _feed_lines(self, piece: bytes) -> None:
        """Line by line outside attachments, so that a problem knows its line; whole inside them."""
        target, start = self.target, 0
        while start < len(piece):
            end = len(piece) if target.sink else piece.find(b"\n", start) + 1 or len(piece)
            line = piece[start:end]
            target.idle += len(line)
            self._parser.feed(line)
            if target.idle > self._limits.token_bytes:
                raise EdxmlRefused("TOKEN_TOO_LONG", target.line)
            target.line += line.count(b"\n")
            start = end

    def _named(self, error: etree.XMLSyntaxError) -> EdxmlRefused:
        line = (error.lineno or 0) + self._dropped
        code, text = int(getattr(error, "code", 0) or 0), str(error.msg)
        path = self.target.deepest()
        if code in _ENTITY_CODES:
            return EdxmlRefused("ENTITY", line, path=path)
        if code == _TAG_MISMATCH:
            return EdxmlRefused("TAG_MISMATCH", line, text, path)
        if code in _ENCODING_CODES or ("UTF-8" in text and not self._closing):
            return EdxmlRefused("ENCODING_REFUSED", line, text, path)
        if code == _DOCUMENT_END and self.target.root and not self.target.open:
            return EdxmlRefused("AFTER_END", line)
        late = (code in _FOUND_LATE and "UTF-8" not in text) or "EntityRef" in text
        cut = self._closing and not late
        return EdxmlRefused("TRUNCATED" if cut else "NOT_WELL_FORMED", line, text, path)

    def _note_prefixes(self) -> None:
        for entry in self._parser.feed_error_log:
            if entry.domain_name == "NAMESPACE":
                self.problems.append(problem("UNBOUND_PREFIX", "warning", line=entry.line + self._dropped))
                return


def _misleads(text: bytes) -> bool:
    """A tag broken over lines, a character reference, or more than the declaration before the root.

    Then lines cannot be counted from the text alone.
    """
    if _BROKEN_TAG.search(text) or (b"&" in text and b"&#" in text):
        return True
    prologue = _plain(text)
    return prologue.startswith(b"<!", _PROLOGUE.match(prologue).end())  # type: ignore[union-attr]


def _prologue_lines(text: bytes) -> int:
    """Lines before the root, which the parser does not tell."""
    prologue = _plain(text)
    return prologue.count(b"\n", 0, _PROLOGUE.match(prologue).end())  # type: ignore[union-attr]


def _plain(text: bytes) -> bytes:
    """The beginning, of UTF-16 too, as ASCII tells it."""
    return text[:4096].lstrip(b"\xff\xfe").replace(b"\0", b"")
