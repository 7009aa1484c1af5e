"""Taking fields out of the tree: each read is remembered, so that what nobody asked for is kept as unknown."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TypeVar

from services.gateway.edxml.errors import problem
from services.gateway.edxml.model import Problem, Severity, Unknown
from services.gateway.edxml.tree import Node
from services.gateway.edxml.values import clean, parse_count, parse_date, parse_time

T = TypeVar("T")

_QUIET = frozenset({"Signature", "Boundary"})


class Fields:
    """All nodes of one package and what was read from them."""

    def __init__(self, nodes: Sequence[Node], problems: list[Problem]) -> None:
        self.nodes = nodes
        self.problems = problems
        self._read: set[int] = set()

    def note(self, code: str, severity: Severity, node: Node | None, detail: str = "") -> None:
        """Remember a problem."""
        path, line = (node.path, node.line) if node else ("", 0)
        self.problems.append(problem(code, severity, path, line, detail))

    def child(self, node: Node | None, name: str) -> Node | None:
        """The first child of that name."""
        found = next((c for c in node.children if c.name == name), None) if node else None
        if found:
            self._read.add(id(found))
        return found

    def all(self, node: Node | None, name: str) -> list[Node]:
        """All children of that name."""
        found = [c for c in node.children if c.name == name] if node else []
        self._read.update(id(c) for c in found)
        return found

    def text(self, node: Node | None, name: str) -> str:
        """A child's text, empty where there is none."""
        found = self.child(node, name)
        return clean(found.text) if found else ""

    def texts(self, node: Node | None, name: str) -> tuple[str, ...]:
        """The texts of all children of that name, empty ones left out."""
        return tuple(t for t in (clean(c.text) for c in self.all(node, name)) if t)

    def _parsed(self, node: Node | None, name: str, parse: Callable[[str], T | None], code: str) -> T | None:
        found = self.child(node, name)
        if not found:
            return None
        try:
            return parse(found.text)
        except ValueError:
            self.note(code, "warning", found, clean(found.text))
            return None

    def date(self, node: Node | None, name: str) -> date | None:
        """A date; an impossible one is a problem for the clerk."""
        return self._parsed(node, name, parse_date, "DATE_INVALID")

    def time(self, node: Node | None, name: str) -> datetime | None:
        """A moment in UTC."""
        return self._parsed(node, name, parse_time, "DATE_INVALID")

    def count(self, node: Node | None, name: str) -> int | None:
        """A whole number."""
        return self._parsed(node, name, parse_count, "NUMBER_INVALID")

    def unknown(self) -> tuple[Unknown, ...]:
        """The leaves that nobody read, as data."""
        skipped = [n.path for n in self.nodes if n.name in _QUIET]
        left = []
        for node in self.nodes:
            text = clean(node.text)
            hidden = node.stored or any(node.path == s or node.path.startswith(s + "/") for s in skipped)
            if text and id(node) not in self._read and not hidden:
                left.append(Unknown(node.path, text))
        return tuple(left)
