"""Streaming XML to a small tree: attachments to their sinks, the rest counted and bounded."""

from collections import Counter
from collections.abc import Mapping, Sequence

from services.gateway.edxml.dialects import DSIG, KNOWN, ROOTS, XINCLUDE, canonical
from services.gateway.edxml.errors import EdxmlRefused
from services.gateway.edxml.limits import Limits
from services.gateway.edxml.reading.sink import B64Sink, Shelf, Stored
from services.gateway.edxml.standard import dotted

_CONTENT = frozenset({"Content", "FileContent"})
_SPECIAL = frozenset({"ContentTransferEncoded", "Signature", "Reference"}) | _CONTENT | ROOTS
_SPACE = " \t\r\n"


class Node:
    """An element by its canonical name; `raw` is what its dialect calls it."""

    # Most elements never have these: they stay on the class, so that making a node is cheap.
    attributes: Mapping[str, str] | None = None
    children: Sequence["Node"] = ()
    hidden = False  # within a signature
    stored: Stored | None = None
    taken = False  # somebody made a value of the text
    met = False  # somebody asked for it
    aliased = False  # its other spelling was noted
    places: dict["Node", str] | None = None  # of its children, made when a path is asked for
    text = ""

    def __init__(self, name: str, raw: str, namespace: str, parent: "Node | None", line: int) -> None:
        self.name, self.raw, self.namespace, self.parent, self.line = name, raw, namespace, parent, line
        if parent is not None:
            if parent.children:
                parent.children.append(self)  # type: ignore[attr-defined]
            else:
                parent.children = [self]
            if parent.hidden:
                self.hidden = True

    @property
    def path(self) -> str:
        """Where it stands, by local names: `edXML/edXMLEnvelope/…/To[2]/OrganId`."""
        parts = []
        node: Node | None = self
        while node:
            parts.append(node.parent.place(node) if node.parent else node.raw)
            node = node.parent
        return "/".join(reversed(parts))

    def place(self, child: "Node") -> str:
        """The name of a child with its number where there are several."""
        if self.places is None or child not in self.places:
            counts = Counter(c.raw for c in self.children)
            seen: Counter[str] = Counter()
            self.places = {}
            for node in self.children:
                seen[node.raw] += 1
                self.places[node] = node.raw if counts[node.raw] == 1 else f"{node.raw}[{seen[node.raw]}]"
        return self.places[child]

    @property
    def rule_path(self) -> str:
        """The dotted path of the standard that rule ids name."""
        names = []
        node: Node | None = self
        while node:
            names.append(node.name)
            node = node.parent
        return dotted(names[::-1])


_NAMES: dict[str, tuple[str, str, str, bool]] = {}
_KEPT_NAMES = 4096


def _names(tag: str) -> tuple[str, str, str, bool]:
    """(namespace, raw local name, canonical name, whether it is an ordinary element) of a tag."""
    namespace, _, raw = tag[1:].partition("}") if tag.startswith("{") else ("", "", tag)
    name = canonical(raw)
    found = namespace, raw, name, namespace in KNOWN and name not in _SPECIAL
    if len(_NAMES) < _KEPT_NAMES:
        _NAMES[tag] = found
    return found


class TreeTarget:
    """The target of lxml's parser. `idle` is what was fed since the last event.

    `line` is the line of the event: kept by the feeder, or counted here from the text when `counting`.
    """

    def __init__(self, shelf: Shelf, limits: Limits) -> None:
        self._shelf, self._limits = shelf, limits
        self._depth, self._most = limits.depth, limits.elements
        self._stack: list[Node] = []
        self._chars = 0
        self._pieces: list[str] = []
        self._length = 0
        self._namespace = ""
        self.nodes: list[Node] = []
        self.sink: B64Sink | None = None
        self.line = 1
        self.idle = 0
        self.counting = True
        self.enveloped = False  # the envelope is closed
        self.signed = False  # there is a signature in the XML-DSig namespace
        self.hides = False  # there is a signature of any kind
        self.signs_all = False  # a signature speaks about the whole package

    @property
    def root(self) -> Node | None:
        """The root element, once it was met."""
        return self.nodes[0] if self.nodes else None

    @property
    def open(self) -> bool:
        """An element still waits for its end."""
        return bool(self._stack)

    def deepest(self) -> str:
        """The path of the element that is open now."""
        return self._stack[-1].path if self._stack else ""

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        """No document type, so no entity of any kind."""
        raise EdxmlRefused("DOCTYPE", self.line)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins. Nearly all of them are ordinary; the others are looked at first."""
        self.idle = 0
        stack, nodes = self._stack, self.nodes
        namespace, raw, name, ordinary = _NAMES.get(tag) or _names(tag)
        if (
            attributes
            or not ordinary
            or not stack
            or self.sink
            or len(stack) >= self._depth
            or len(nodes) >= self._most
        ):
            name = self._look(namespace, raw, name, attributes)
        parent = stack[-1] if stack else None
        if self._pieces:
            self._settle(parent)
        node = Node(name, raw, namespace, parent, self.line)
        stack.append(node)
        nodes.append(node)
        if attributes:
            # libxml2 without entities leaves "&amp;" of an attribute as "&#38;"
            node.attributes = {name: value.replace("&#38;", "&") for name, value in attributes.items()}
        if not ordinary:
            self._special(node, parent)

    def leaf(self, tag: str, text: str, line: int) -> bool:
        """An ordinary element that holds nothing but text, all at once. False: it has to be told as any other."""
        namespace, raw, name, ordinary = _NAMES.get(tag) or _names(tag)
        stack, nodes = self._stack, self.nodes
        if not ordinary or not stack or self.sink or len(stack) >= self._depth or len(nodes) >= self._most:
            return False
        if len(text) > self._limits.text_chars or self._too_much():
            return False
        if self._pieces:
            self._settle(stack[-1])
        node = Node(name, raw, namespace, stack[-1], line)
        if text and not text.isspace():
            node.text = text
            self._chars += len(text)
        nodes.append(node)
        return True

    def _look(self, namespace: str, raw: str, name: str, attributes: Mapping[str, str]) -> str:
        """Bounds, foreign namespaces and names that mean something else here; gives the name to use."""
        self._check_bounds(raw, attributes)
        parent = self._stack[-1] if self._stack else None
        if parent is None:
            self._namespace = namespace
            if raw.rpartition(":")[2] not in ROOTS:
                raise EdxmlRefused("NOT_EDXML", self.line, raw)
        if namespace not in KNOWN and namespace != self._namespace:
            if namespace == XINCLUDE:
                raise self._refusal("LINK", raw)
            return f"{{{namespace}}}{name}"
        if parent is not None and parent.name == "Attachment" and name in _CONTENT:
            return "ContentTransferEncoded"
        return name

    def _check_bounds(self, raw: str, attributes: Mapping[str, str]) -> None:
        limits = self._limits
        if self.sink:
            raise self._refusal("BASE64", "có thẻ bên trong")
        if len(self.nodes) >= limits.elements:
            raise self._refusal("TOO_MANY_ELEMENTS", str(limits.elements))
        if len(self._stack) >= limits.depth:
            raise self._refusal("TOO_DEEP", str(limits.depth))
        if not attributes:
            return
        self._chars += sum(len(value) + len(name) for name, value in attributes.items())
        if len(attributes) > limits.attributes:
            raise self._refusal("TOO_MANY_ATTRIBUTES", str(limits.attributes))
        if any(len(value) > limits.text_chars for value in attributes.values()) or self._too_much():
            raise self._refusal("TEXT_TOO_LONG", f"{raw}/@")

    def _refusal(self, code: str, detail: str) -> EdxmlRefused:
        return EdxmlRefused(code, self.line, detail, self.deepest())

    def _too_much(self) -> bool:
        return self._chars > 16 * self._limits.text_chars

    def _special(self, node: Node, parent: Node | None) -> None:
        """Content goes to a sink; a signature is hidden, and may need what it signs."""
        if node.name == "ContentTransferEncoded":
            if parent is not None and parent.name == "Attachment":
                self.sink = self._shelf.sink(self.line)
        elif node.name == "Signature":
            node.hidden = self.hides = True
            self.signed = self.signed or node.namespace == DSIG
        elif node.hidden and node.attributes and node.attributes.get("URI") == "":
            self.signs_all = True

    def data(self, text: str) -> None:
        """Text, in pieces."""
        self.idle = 0
        if self.counting:
            self.line += text.count("\n")
        if self.sink:
            self.sink.text(text, self.line)
        elif self._pieces or not text.isspace() or self._stack[-1].text:
            self._length += len(text)
            if self._length > self._limits.text_chars:
                self._chars += self._length
                raise EdxmlRefused("TEXT_TOO_LONG", self.line, self._stack[-1].raw, self._stack[-1].path)
            self._pieces.append(text)

    def _settle(self, node: Node | None) -> None:
        """The pieces of text so far belong to this element."""
        assert node is not None
        node.text += "".join(self._pieces)
        self._pieces = []
        self._chars += self._length
        self._length = 0
        if len(node.text) > self._limits.text_chars or self._too_much():
            raise EdxmlRefused("TEXT_TOO_LONG", self.line, node.raw, node.path)

    def end(self, _tag: str) -> None:
        """An element ends."""
        self.idle = 0
        node = self._stack.pop()
        if self.sink:
            node.stored = self.sink.finish(self.line)
            self.sink = None
            return
        if self._pieces:
            self._settle(node)
        if node.name == "edXMLEnvelope":
            self.enveloped = True

    def comment(self, text: str) -> None:
        """Comments mean nothing."""
        self.idle = 0
        if self.counting and self.nodes:
            self.line += text.count("\n")

    def pi(self, _target: str, data: str | None = None) -> None:
        """Processing instructions mean nothing."""
        self.idle = 0
        if self.counting and self.nodes and data:
            self.line += data.count("\n")

    def close(self) -> Node | None:
        """What was read."""
        return self.root
