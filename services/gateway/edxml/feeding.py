"""Bytes to the XML parser: 64 KiB at a time, lines counted, repairs before the declaration, errors given a name."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree

from services.gateway.edxml.errors import EdxmlRefused, problem
from services.gateway.edxml.limits import Limits
from services.gateway.edxml.model import Problem
from services.gateway.edxml.tree import Node, TreeTarget

CHUNK = 65536
_TAG_MISMATCH, _TAG_NOT_FINISHED, _DOCUMENT_END, _UNDECLARED_ENTITY = 76, 77, 5, 26
_ENTITY_CODES = frozenset({_UNDECLARED_ENTITY, 27, 28, 89})
_TRUNCATED_CODES = frozenset({_TAG_NOT_FINISHED, 73, 35, 40, 47, 63})


def _repair(head: bytes) -> tuple[bytes, int, bool]:
    """The head from its first `<`, the lines dropped, and whether that was rubbish."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<"):
        return text, head[: len(head) - len(text)].count(b"\n"), False
    begin = head.find(b"<?xml")
    if begin < 0:
        raise EdxmlRefused("NOT_XML", 1)
    return head[begin:], head[:begin].count(b"\n"), True


class Feeder:
    """One package on its way through the parser."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.target = TreeTarget(folder, limits)
        self.problems: list[Problem] = []
        self._limits = limits
        self._dropped = 0
        target: Any = self.target
        self._parser: Any = etree.XMLParser(
            target=target, huge_tree=True, resolve_entities=False, no_network=True, load_dtd=False
        )

    def parse(self, stream: BinaryIO) -> Node:
        """The tree of the whole stream."""
        try:
            for chunk in self._chunks(stream):
                self._feed(chunk)
            root: Node | None = self._parser.close()
        except etree.XMLSyntaxError as error:
            raise self._named(error) from error
        if root is None:
            raise EdxmlRefused("NOT_XML", 1)
        self._note_prefixes()
        return root

    def _chunks(self, stream: BinaryIO) -> Iterator[bytes]:
        head = _read_head(stream)
        total = len(head)
        text, self._dropped, rubbish = _repair(head)
        self.target.line += self._dropped
        if rubbish:
            self.problems.append(problem("RUBBISH_BEFORE_DECLARATION", "warning", line=1))
        yield text
        while chunk := stream.read(CHUNK):
            total += len(chunk)
            if total > self._limits.package_bytes:
                raise EdxmlRefused("OVERSIZE", self.target.line, str(self._limits.package_bytes))
            yield chunk

    def _feed(self, chunk: bytes) -> None:
        """Line by line outside attachments, so that a problem knows its line; whole inside them."""
        start = 0
        while start < len(chunk):
            end = len(chunk) if self.target.sink else chunk.find(b"\n", start) + 1 or len(chunk)
            piece = chunk[start:end]
            self.target.idle += len(piece)
            self._parser.feed(piece)
            if self.target.idle > self._limits.token_bytes:
                raise EdxmlRefused("TOKEN_TOO_LONG", self.target.line)
            self.target.line += piece.count(b"\n")
            start = end

    def _named(self, error: etree.XMLSyntaxError) -> EdxmlRefused:
        line = (error.lineno or 0) + self._dropped
        code: int = getattr(error, "code", 0)
        if code in _ENTITY_CODES:
            return EdxmlRefused("ENTITY", line)
        if code == _TAG_MISMATCH:
            return EdxmlRefused("TAG_MISMATCH", line, str(error.msg))
        cut = code in _TRUNCATED_CODES or (code == _DOCUMENT_END and self.target.root is not None)
        return EdxmlRefused("TRUNCATED" if cut else "NOT_WELL_FORMED", line, str(error.msg))

    def _note_prefixes(self) -> None:
        for entry in self._parser.feed_error_log:
            if entry.domain_name == "NAMESPACE":
                self.problems.append(problem("UNBOUND_PREFIX", "warning", line=entry.line + self._dropped))
                return


def _read_head(stream: BinaryIO) -> bytes:
    """The first bytes, also from a stream that gives them drop by drop."""
    head = b""
    while len(head) < CHUNK and (part := stream.read(CHUNK - len(head))):
        head += part
    return head
