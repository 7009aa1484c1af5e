"""How a package is spoilt: its bytes, its elements, the base64 of its files."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Any

from lxml import etree

WORDS = [
    "",
    " ",
    "0",
    "1",
    "5",
    "-1",
    "N/A",
    "null",
    "2014/02/30",
    "24/11/2026",
    "2026-11-24T08:00:00+07:00",
    "x" * 600,
]
WORDS += [
    "Đ",
    "e\u0302\u0301",
    "&<>",
    "a\nb",
    "cid:cid:1",
    "../../x",
    "01/01/1900",
    "9" * 30,
    "\u00a0x\u00a0",
    "\u200b",
]
TOKENS = [
    b"<",
    b">",
    b"&",
    b"&#0;",
    b"&#10;",
    b"&lt;",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"-->",
    b"<?x ?>",
    b"<!DOCTYPE a>",
]
TOKENS += [
    b"\x00",
    b"\xff",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"=",
    b"==",
    b"\r\n",
    b'"',
    b"'",
    b"edXML:",
    b"/",
    b"cid:",
    b"PK\x03\x04",
]
NAMES = [
    "Subject",
    "Content",
    "DocumentId",
    "StatusCode",
    "From",
    "To",
    "Attachment",
    "Reference",
    "Signature",
    "Place",
]
NAMES += [
    "Business",
    "Author",
    "Signer",
    "Time",
    "ContentTransferEncoded",
    "MessageHeader",
    "Bussiness",
    "Timestamp",
    "Mood",
]
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_CONTENT = re.compile(rb">([A-Za-z0-9+/=]{24,})</")


def mutate(data: bytes, chance: Random) -> bytes:
    """The package with one to three faults."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        data = chance.choice(_KINDS)(data, chance)
    return data


def _bytes(data: bytes, chance: Random) -> bytes:
    if not data:
        return data
    at = chance.randrange(len(data))
    length = chance.choice((1, 1, 2, 8, 64))
    kind = chance.randrange(6)
    if kind == 0:
        return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]
    if kind == 1:
        return data[:at] + data[at + length :]
    if kind == 2:
        return data[:at] + data[at : at + length] + data[at:]
    if kind == 3:
        return data[:at] + chance.choice(TOKENS) + data[at:]
    if kind == 4:
        return data[:at] + chance.randbytes(length) + data[at + length :]
    other = chance.randrange(len(data))
    return data[:at] + data[other : other + 200] + data[at:]


def _markup(data: bytes, chance: Random) -> bytes:
    """A fault near a tag, where parsers decide."""
    places = [m.start() for m in re.finditer(rb"[<>]", data)]
    if not places:
        return data
    at = chance.choice(places) + chance.choice((0, 1))
    if chance.random() < 0.5:
        return data[:at] + chance.choice(TOKENS) + data[at:]
    return data[:at] + data[at + 1 :]


def _base64(data: bytes, chance: Random) -> bytes:
    """Another letter, one more, one less, or another end in the content of a file."""
    found = list(_CONTENT.finditer(data))
    if not found:
        return data
    begin, end = chance.choice(found).span(1)
    at = chance.choice((chance.randrange(begin, end), end - 1, end - 2, begin))
    letter = chance.choice(ALPHABET + "= \n-").encode()
    kind = chance.randrange(3)
    if kind == 0:
        return data[:at] + letter + data[at + 1 :]
    if kind == 1:
        return data[:at] + letter + data[at:]
    return data[:at] + data[at + 1 :]


def _tree(act: Callable[[Any, list[Any], Random], None]) -> Callable[[bytes, Random], bytes]:
    def spoil(data: bytes, chance: Random) -> bytes:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        try:
            root: Any = etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError):
            return _bytes(data, chance)
        elements = [e for e in root.iter() if isinstance(e.tag, str)]
        try:
            act(root, elements, chance)
        except (ValueError, TypeError, etree.XMLSyntaxError):
            return data
        return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))

    return spoil


def _leaf(elements: list[Any], chance: Random) -> Any:
    return chance.choice([e for e in elements if not len(e)] or elements)


def _another_text(_root: Any, elements: list[Any], chance: Random) -> None:
    element = _leaf(elements, chance)
    text = element.text or ""
    element.text = chance.choice([chance.choice(WORDS), text + "x", text[1:], text[::-1], text + chance.choice(WORDS)])


def _swapped_texts(_root: Any, elements: list[Any], chance: Random) -> None:
    one, other = _leaf(elements, chance), _leaf(elements, chance)
    one.text, other.text = other.text, one.text


def _dropped(root: Any, elements: list[Any], chance: Random) -> None:
    element = chance.choice(elements)
    if element is not root:
        element.getparent().remove(element)


def _doubled(root: Any, elements: list[Any], chance: Random) -> None:
    element = chance.choice(elements)
    if element is not root:
        twin = etree.fromstring(etree.tostring(element, with_tail=False))
        if chance.random() < 0.5 and not len(twin):
            twin.text = chance.choice(WORDS)
        element.addnext(twin)


def _renamed(_root: Any, elements: list[Any], chance: Random) -> None:
    element = chance.choice(elements)
    namespace = chance.choice([etree.QName(element).namespace, etree.QName(element).namespace, "urn:x", None])
    name = chance.choice(NAMES)
    element.tag = f"{{{namespace}}}{name}" if namespace else name


def _moved(root: Any, elements: list[Any], chance: Random) -> None:
    element, place = chance.choice(elements), chance.choice(elements)
    if element is not root and place not in element.iter():
        place.insert(chance.randrange(len(place) + 1), element)


def _attributed(_root: Any, elements: list[Any], chance: Random) -> None:
    name = chance.choice(["Id", "version", "href", "x", "{http://www.w3.org/1999/xlink}href"])
    chance.choice(elements).set(name, chance.choice(WORDS))


def _mixed(_root: Any, elements: list[Any], chance: Random) -> None:
    """Text where only elements are expected."""
    element = chance.choice(elements)
    if chance.random() < 0.5:
        element.tail = (element.tail or "") + chance.choice(WORDS)
    else:
        element.text = (element.text or "") + chance.choice(WORDS)


_KINDS: list[Callable[[bytes, Random], bytes]] = [
    _bytes, _bytes, _markup, _base64, _base64, _tree(_another_text), _tree(_another_text), _tree(_swapped_texts),
    _tree(_dropped), _tree(_doubled), _tree(_renamed), _tree(_moved), _tree(_attributed), _tree(_mixed),
]  # fmt: skip
