"""Taking values out of the tree: how each was read is remembered, and what nobody asked for is kept as unknown."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar
from unicodedata import is_normalized, normalize

from services.gateway.edxml.dialects import STRUCTURAL
from services.gateway.edxml.errors import problem
from services.gateway.edxml.model import How, Problem, Reading, Severity, Unknown
from services.gateway.edxml.reading.target import Node
from services.gateway.edxml.values import (
    MISSING,
    clean,
    parse_count,
    parse_date,
    parse_flag,
    parse_time,
    write_date,
    write_time,
)

T = TypeVar("T")

_SPACE = " \t\r\n"
_XLINK = "{http://www.w3.org/1999/xlink}"
_UNDERSTOOD = frozenset({("edXMLManifest", "version", "1.0"), ("Reference", _XLINK + "type", "simple")})
_READ = frozenset({("Reference", _XLINK + "href"), ("Reference", "href"), ("ContentDigest", "Algorithm")})
_MOST_PROBLEMS = 500


class Fields:
    """All nodes of one package and what was read from them."""

    def __init__(self, nodes: Sequence[Node], problems: list[Problem]) -> None:
        self.nodes = nodes
        self.problems = problems
        self.readings: list[Reading] = []
        self._named: dict[str, list[Node]] = {}
        for node in nodes:
            self._named.setdefault(node.name, []).append(node)

    def note(self, code: str, severity: Severity, node: Node | None, detail: str = "", below: str = "") -> None:
        """Remember a problem of the element, or of the one `below` it that is missing."""
        if len(self.problems) >= _MOST_PROBLEMS:
            if self.problems[-1].code != "MORE_PROBLEMS":
                self.problems.append(problem("MORE_PROBLEMS", "error", detail=str(_MOST_PROBLEMS)))
        elif node is None:
            self.problems.append(problem(code, severity, detail=detail))
        else:
            rule = f"{node.rule_path}.{below.replace('/', '.')}".strip(".")
            self.problems.append(problem(code, severity, node.path, node.line, detail, rule))

    def reading(self, node: Node, how: How, raw: str) -> None:
        """Remember that a value does not stand there as the standard writes it."""
        self.readings.append(Reading(node.path, how, raw, node.line))

    def named(self, name: str) -> Sequence[Node]:
        """All elements of that name, wherever they stand."""
        return self._named.get(name, ())

    def first(self, name: str) -> Node | None:
        """The first element of that name, wherever it stands."""
        found = next(iter(self.named(name)), None)
        if found:
            found.met = True
        return found

    def child(self, node: Node | None, name: str) -> Node | None:
        """The first child of that name."""
        if node is not None:
            for found in node.children:
                if found.name == name:
                    found.met = True
                    if found.raw != name and found.raw not in STRUCTURAL:
                        self._alias(found)
                    return found
        return None

    def all(self, node: Node | None, name: str) -> list[Node]:
        """All children of that name."""
        found = [c for c in node.children if c.name == name] if node is not None else []
        for child in found:
            child.met = True
            if child.raw != name and child.raw not in STRUCTURAL:
                self._alias(child)
        return found

    def _alias(self, node: Node) -> None:
        """Another spelling, noted once however often the element is asked for."""
        if not node.aliased:
            node.aliased = True
            self.reading(node, "alias", node.raw)

    def text(self, node: Node | None, name: str) -> str:
        """A child's text in NFC, empty where there is none."""
        found = self.child(node, name)
        return "" if found is None else self.value(found)

    def code(self, node: Node | None, name: str) -> str:
        """A child's text letter by letter: an identifier of the partner's."""
        found = self.child(node, name)
        return "" if found is None else self.value(found, opaque=True)

    def value(self, node: Node, *, opaque: bool = False) -> str:
        """The element's own text."""
        node.taken = True
        value = node.text.strip(_SPACE)
        if value in MISSING:
            if value:
                self.reading(node, "default", value)
            return ""
        if not opaque and not value.isascii() and not is_normalized("NFC", value):
            self.reading(node, "normalised", value)
            return normalize("NFC", value)
        return value

    def texts(self, node: Node | None, name: str) -> tuple[str, ...]:
        """The texts of all children of that name, empty ones left out."""
        return tuple(text for text in map(self.value, self.all(node, name)) if text)

    def codes(self, node: Node | None, name: str) -> tuple[str, ...]:
        """The identifiers in all children of that name, empty ones left out."""
        return tuple(text for child in self.all(node, name) if (text := self.value(child, opaque=True)))

    def _parsed(
        self, node: Node | None, name: str, parse: Callable[[str], T | None], write: Callable[[T], str], code: str
    ) -> T | None:
        found = self.child(node, name)
        if found is None:
            return None
        found.taken = True
        raw = clean(found.text)
        try:
            value = parse(raw)
        except ValueError:
            self.reading(found, "unreadable", raw)
            self.note(code, "warning", found, raw)
            return None
        if (value is None or write(value) != raw) and found.text.strip(_SPACE):
            self.reading(found, "default" if value is None else "normalised", found.text.strip(_SPACE))
        return value

    def date(self, node: Node | None, name: str) -> date | None:
        """A date; an impossible one is a problem for the clerk."""
        return self._parsed(node, name, parse_date, write_date, "DATE_INVALID")

    def time(self, node: Node | None, name: str) -> datetime | None:
        """A moment in UTC."""
        return self._parsed(node, name, parse_time, write_time, "DATE_INVALID")

    def count(self, node: Node | None, name: str) -> int | None:
        """A whole number."""
        return self._parsed(node, name, parse_count, str, "NUMBER_INVALID")

    def flag(self, node: Node | None, name: str) -> bool:
        """0 or 1; false where there is none."""
        return bool(self._parsed(node, name, parse_flag, lambda flag: "1" if flag else "0", "NUMBER_INVALID"))

    def unknown(self) -> tuple[Unknown, ...]:
        """The texts and attributes that nobody read, as data; a repeated element among them is a problem."""
        left: list[Unknown] = []
        signed = {n.attributes.get("URI") for n in self.nodes if n.hidden and n.attributes}
        for node in self.nodes:
            if node.hidden:
                continue
            if node.text and not node.taken and node.stored is None and (text := node.text.strip(_SPACE)):
                left.append(Unknown(node.path, text))
                self._note_repeated(node)
            for name, text in _unread(node.attributes, node.name) if node.attributes else ():
                if name != "Id" or f"#{text}" not in signed:
                    left.append(Unknown(f"{node.path}/@{name}", text))
        return tuple(left)

    def _note_repeated(self, node: Node) -> None:
        """The text belongs to an element, or a group, of which another was read already."""
        parent = node.parent
        while parent and not parent.met and parent.parent:
            node, parent = parent, parent.parent
        if parent and not node.met and any(c.name == node.name and c.met for c in parent.children):
            node.met = True  # told once
            self.note("DUPLICATE_ELEMENT", "warning", node, node.raw)


def _unread(attributes: Mapping[str, str], name: str) -> list[tuple[str, str]]:
    """The attributes that say something else than the standard's own."""
    found = []
    for key, text in attributes.items():
        if (name, key, text) not in _UNDERSTOOD and (name, key) not in _READ and text.strip():
            found.append((key.rpartition("}")[2], text))
    return found
