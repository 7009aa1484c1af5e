"""A package as a small tree that can be bent at will and then written in any style."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

Q = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


@dataclass
class Element:
    """An element: text or children, and attributes as they will be written."""

    name: str
    text: str = ""
    children: list[Element] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)
    raw: str = ""  # written as it stands instead of the text: hostile content

    def find(self, path: str) -> Element:
        """The first element of that path below this one; KeyError where there is none."""
        at = self
        for name in path.split("/"):
            at = next((c for c in at.children if c.name == name), None) or _missing(path)
        return at

    def all(self, name: str) -> Iterator[Element]:
        """Every element of that name, anywhere below."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.all(name)

    def set(self, path: str, text: str) -> Element:
        """Another text there; the element is made where it is missing. Gives this element."""
        at = self
        for name in path.split("/"):
            found = next((c for c in at.children if c.name == name), None)
            if found is None:
                found = Element(name)
                at.children.append(found)
            at = found
        at.text = text
        return self

    def drop(self, path: str) -> Element:
        """Without the elements of that path. Gives this element."""
        above, _, name = path.rpartition("/")
        at = self.find(above) if above else self
        at.children = [c for c in at.children if c.name != name]
        return self

    def add(self, path: str, *children: Element) -> Element:
        """More children there. Gives this element."""
        (self.find(path) if path else self).children += children
        return self

    def rename(self, names: dict[str, str]) -> Element:
        """Other names, everywhere. Gives this element."""
        self.name = names.get(self.name, self.name)
        for child in self.children:
            child.rename(names)
        return self

    def order(self, path: str, key: Callable[[Element], int]) -> Element:
        """Another order of the children there. Gives this element."""
        self.find(path).children.sort(key=key)
        return self


def _missing(path: str) -> Element:
    raise KeyError(path)


def group(name: str, *children: Element, **attributes: str) -> Element:
    """An element with children."""
    return Element(name, children=list(children), attributes=attributes)


def leaves(**texts: str) -> list[Element]:
    """Elements with text, in the order given."""
    return [Element(name, text) for name, text in texts.items()]


@dataclass(frozen=True)
class Style:
    """How the tree is written."""

    prefixes: bool = True  # `edXML:` within the envelope
    namespace: str = Q
    eol: str = "\n"
    indent: bool = True
    declaration: str = '<?xml version="1.0" encoding="UTF-8"?>'
    encoding: str = "utf-8"
    empty: str = "<{0} />"


def write(root: Element, style: Style | None = None) -> bytes:
    """The package as bytes."""
    style = style or Style()
    lines = [style.declaration] if style.declaration else []
    lines += _lines(root, style, 0, inside=root.name == "edXMLEnvelope", top=True)
    return (style.eol.join(lines) + style.eol).encode(style.encoding)


def escaped(text: str) -> str:
    """Text safe between tags and in attributes."""
    return text.translate(_ESCAPES)


def _tag(element: Element, style: Style, inside: bool) -> str:
    if ":" in element.name or not style.prefixes:
        return element.name
    bare = element.name != "ContentTransferEncoded" or "xmlns" in element.attributes
    return element.name if element.name == "Signature" or (bare and not inside) else f"edXML:{element.name}"


def _lines(element: Element, style: Style, level: int, *, inside: bool, top: bool = False) -> Iterable[str]:
    inside = inside or element.name == "edXMLEnvelope"
    tag, pad = _tag(element, style, inside), "  " * level if style.indent else ""
    attributes = dict(element.attributes)
    if top and style.namespace and "xmlns" not in attributes:
        attributes = {"xmlns": style.namespace, **attributes}
    if style.prefixes and element.name in ("edXMLEnvelope", "ContentTransferEncoded") and tag.startswith("edXML:"):
        attributes.setdefault("xmlns:edXML", style.namespace)
    told = "".join(f' {name}="{escaped(value)}"' for name, value in attributes.items())
    if element.children:
        plain = style if element.name != "Signature" else Style(prefixes=False, namespace="", indent=style.indent)
        yield f"{pad}<{tag}{told}>{escaped(element.text)}"
        for child in element.children:
            yield from _lines(child, plain, level + 1, inside=inside)
        yield f"{pad}</{tag}>"
    elif element.text or element.raw:
        yield f"{pad}<{tag}{told}>{element.raw or escaped(element.text)}</{tag}>"
    else:
        yield pad + style.empty.format(tag + told, tag)
