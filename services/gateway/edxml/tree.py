"""Streaming XML to a small tree: attachments go to disk, the rest is counted and bounded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from services.gateway.edxml.dialects import KNOWN, ROOTS, XINCLUDE, canonical
from services.gateway.edxml.errors import EdxmlRefused
from services.gateway.edxml.limits import Limits
from services.gateway.edxml.sink import B64Sink


@dataclass
class Stored:
    """Decoded bytes of one attachment."""

    path: Path
    sha256: str
    size: int


@dataclass
class Node:
    """An element by its canonical name."""

    name: str
    raw: str
    namespace: str
    path: str
    line: int
    attributes: Mapping[str, str]
    parts: list[str] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)
    stored: Stored | None = None
    length: int = 0

    @property
    def text(self) -> str:
        """All the element's own text."""
        return "".join(self.parts)

    def walk(self) -> Iterator["Node"]:
        """The element and all below it, in document order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))


class TreeTarget:
    """The target of lxml's parser. `line` is kept by the feeder, `idle` is what was fed since the last event."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder, self._limits = folder, limits
        self._stack: list[Node] = []
        self._elements = 0
        self._total = 0
        self._chars = 0
        self.sink: B64Sink | None = None
        self.root: Node | None = None
        self.files: list[Path] = []
        self.line = 1
        self.idle = 0

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        """No document type, so no entity of any kind."""
        raise EdxmlRefused("DOCTYPE", self.line)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self.idle = 0
        self._count(attributes)
        namespace, _, raw = tag[1:].partition("}") if tag.startswith("{") else ("", "", tag)
        if namespace == XINCLUDE:
            raise EdxmlRefused("LINK", self.line, raw)
        if self.sink:
            raise EdxmlRefused("BASE64", self.line, "có thẻ bên trong")
        parent = self._stack[-1] if self._stack else None
        if parent is None and raw.rpartition(":")[2] not in ROOTS:
            raise EdxmlRefused("NOT_EDXML", self.line, raw)
        self._push(parent, namespace, raw, attributes)

    def _count(self, attributes: Mapping[str, str]) -> None:
        limits = self._limits
        self._elements += 1
        if self._elements > limits.elements:
            raise EdxmlRefused("TOO_MANY_ELEMENTS", self.line, str(limits.elements))
        if len(self._stack) >= limits.depth:
            raise EdxmlRefused("TOO_DEEP", self.line, str(limits.depth))
        if len(attributes) > limits.attributes:
            raise EdxmlRefused("TOO_MANY_ATTRIBUTES", self.line, str(limits.attributes))
        if any(len(value) > limits.text_chars for value in attributes.values()):
            raise EdxmlRefused("TEXT_TOO_LONG", self.line, "thuộc tính")

    def _push(self, parent: Node | None, namespace: str, raw: str, attributes: Mapping[str, str]) -> None:
        local = canonical(raw, parent.name if parent else "")
        known = namespace in KNOWN or parent is None or namespace == self._root_namespace
        name = local if known else f"{{{namespace}}}{local}"
        path = f"{parent.path}/{local}" if parent else local
        node = Node(name, raw, namespace, path, self.line, dict(attributes))
        if parent:
            parent.children.append(node)
        else:
            self.root = node
        self._stack.append(node)
        if name == "ContentTransferEncoded":
            self._open(node)

    @property
    def _root_namespace(self) -> str:
        return self.root.namespace if self.root else ""

    def _open(self, node: Node) -> None:
        if len(self.files) >= self._limits.attachments:
            raise EdxmlRefused("TOO_MANY_ATTACHMENTS", node.line, str(self._limits.attachments))
        path = self._folder / f"{len(self.files) + 1:04}.bin"
        room = min(self._limits.attachment_bytes, self._limits.total_bytes - self._total)
        self.sink = B64Sink(path, room)
        self.files.append(path)

    def data(self, text: str) -> None:
        """Text, in pieces."""
        self.idle = 0
        if self.sink:
            self.sink.text(text, self.line)
            return
        if self._stack and (not text.isspace() or self._stack[-1].parts):
            node = self._stack[-1]
            node.length += len(text)
            self._chars += len(text)
            if max(node.length, self._chars // 16) > self._limits.text_chars:
                raise EdxmlRefused("TEXT_TOO_LONG", self.line, node.path)
            node.parts.append(text)

    def end(self, _tag: str) -> None:
        """An element ends."""
        self.idle = 0
        node = self._stack.pop()
        if self.sink:
            sha256 = self.sink.finish(self.line)
            node.stored = Stored(self.files[-1], sha256, self.sink.size)
            self._total += self.sink.size
            self.sink = None

    def comment(self, _text: str) -> None:
        """Comments mean nothing."""
        self.idle = 0

    def pi(self, _target: str, _data: str | None = None) -> None:
        """Processing instructions mean nothing."""
        self.idle = 0

    def close(self) -> Node | None:
        """What was read."""
        return self.root

    def abort(self) -> None:
        """Close an open file after a refusal."""
        if self.sink:
            self.sink.abort()
