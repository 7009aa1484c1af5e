"""The tolerant reader: any dialect of QCVN 102:2016 in, one model out, dangerous packages refused."""

from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from services.gateway.edxml.dialects import KNOWN, dialect_of
from services.gateway.edxml.errors import EdxmlRefused
from services.gateway.edxml.limits import Limits
from services.gateway.edxml.model import Package, Status
from services.gateway.edxml.reading.feeding import XmlFeed
from services.gateway.edxml.reading.fields import Fields
from services.gateway.edxml.reading.files import Files
from services.gateway.edxml.reading.header import read_document, read_status
from services.gateway.edxml.reading.mime import Multipart, Part, is_mime
from services.gateway.edxml.reading.sink import Shelf
from services.gateway.edxml.reading.target import Node
from services.gateway.edxml.reading.whole import read_whole
from services.gateway.edxml.signature.verdict import Trust, judge

CHUNK = 65536
_DEFAULT = Limits()
_NO_TRUST = Trust()
_HEADERS = frozenset({"edXMLHeader", "Header", "edXMLEnvelope", "edXML"})


def read(stream: BinaryIO, folder: Path, limits: Limits = _DEFAULT, trust: Trust = _NO_TRUST) -> Package | Status:
    """Read one package; attachments become files in `folder` under names that this reader makes.

    Raises EdxmlRefused, after which nothing is left in the folder. Whatever else is wrong is in `problems`. With
    `trust` an XML signature is verified; it is reported and decides nothing.
    """
    reading = _Reading(folder, limits, trust)
    package: Package | Status | None = None
    try:
        package = reading.run(stream)
        return package
    finally:
        if not isinstance(package, Package):
            reading.clear()
        reading.let_go()


class _Reading:
    """One package on its way from bytes to the model."""

    def __init__(self, folder: Path, limits: Limits, trust: Trust) -> None:
        self._folder, self._limits, self._trust = folder, limits, trust
        self._begin()

    def _begin(self) -> None:
        self._shelf = Shelf(self._folder, self._limits)
        self._feed = XmlFeed(self._shelf, self._limits)
        self._multipart: Multipart | None = None

    def run(self, stream: BinaryIO) -> Package | Status:
        """All of it."""
        head = _read_head(stream)
        if len(head) < CHUNK and (root := self._at_once(head)) is not None:
            return self._interpret(root, [])
        if is_mime(head):
            self._multipart = Multipart(head, self._feed.feed, self._shelf, self._limits)
        write = self._multipart.write if self._multipart else self._feed.feed
        if head:
            write(head)
        self._rest(stream, len(head), write)
        parts = self._multipart.close() if self._multipart else []
        return self._interpret(self._feed.close(), parts)

    def _at_once(self, text: bytes) -> Node | None:
        """The tree of a small plain text; None, and as if nothing had happened, of any other."""
        with suppress(EdxmlRefused):  # the stream says where
            if read_whole(text, self._feed.target):
                return self._feed.target.root
        self.clear()
        self._begin()
        return None

    def _rest(self, stream: BinaryIO, total: int, write: object) -> None:
        while chunk := stream.read(CHUNK):
            total += len(chunk)
            if total > self._limits.package_bytes:
                raise EdxmlRefused("OVERSIZE", self._feed.target.line, str(self._limits.package_bytes))
            write(chunk)  # type: ignore[operator]

    def _interpret(self, root: Node, parts: list[Part]) -> Package | Status:
        nodes = self._feed.target.nodes
        fields = Fields(nodes, self._feed.problems)
        if root.namespace not in KNOWN:
            fields.note("UNKNOWN_NAMESPACE", "warning", root, root.namespace)
        header = _header(fields)
        dialect = _dialect(root, fields)
        if header and any(child.name == "StatusCode" for child in header.children):
            return read_status(header, fields, dialect)
        attachments = Files(fields, self._shelf, self._limits, parts).read()
        signature = judge(fields, self._feed.header, attachments, self._trust)
        return read_document(header or root, fields, attachments, signature, dialect)

    def let_go(self) -> None:
        """The tree is freed now: where parents and children hold one another the collector would have to find it."""
        for node in self._feed.target.nodes:
            node.parent = None

    def clear(self) -> None:
        """Nothing is left of a package that was refused, or that has no files."""
        if self._feed.target.sink:
            self._feed.target.sink.abort()
        if self._multipart:
            self._multipart.abort()
        self._shelf.clear()


def _dialect(root: Node, fields: Fields) -> str:
    inside = any(n.parent and n.parent.name == "edXMLEnvelope" for n in fields.named("AttachmentEncoded"))
    marks = bool(fields.named("Boundary")) or any(n.attributes for n in fields.named("TraceHeaderList"))
    return dialect_of(root.raw, root.namespace, inside=inside, boundary=marks)


def _header(fields: Fields) -> Node | None:
    """The message header, first where it belongs, else wherever there is one."""
    found = fields.named("MessageHeader")
    if not found:
        return None
    header = next((n for n in found if n.parent and n.parent.name in _HEADERS), found[0])
    header.met = True
    if header.parent is None or header.parent.name not in _HEADERS:
        fields.note("MISPLACED", "warning", header, header.raw)
    for other in found:
        if other is not header:
            fields.note("DUPLICATE_ELEMENT", "warning", other, other.raw)
    return header


def _read_head(stream: BinaryIO) -> bytes:
    """The first bytes, also from a stream that gives them drop by drop."""
    head = b""
    while len(head) < CHUNK and (part := stream.read(CHUNK - len(head))):
        head += part
    return head
