"""An oracle that shares no code with the reader: what stands in a package, told by a plain XML library.

`told` is the multiset of (where, text) of every element and attribute. A meaning has *changed* when it differs.
`held` is every text that the reader's result holds. A text is *lost* when it is told and not held.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any
from unicodedata import normalize

from lxml import etree

from services.gateway.edxml import Package, Status
from services.gateway.edxml.values import write_date, write_time

CONTENTS = frozenset({"ContentTransferEncoded", "AttachmentData", "Content", "FileContent"})
_SPACE = " \t\r\n"
# What stands around these says nothing about the document: paths begin here.
_ANCHORS = frozenset({"MessageHeader", "TraceHeaderList", "Reference", "Attachment", "Signature", "DigitalSignature"})
_NAMESPACES = frozenset(
    {
        "", "http://www.mic.gov.vn/TBT/QCVN_102_2016", "http://www.e-doc.vn/Schema/", "http://www.go.vn/eDoc",
        "http://edxml.gov.vn/schema", "http://www.w3.org/2000/09/xmldsig#",
        "http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope",
    }
)  # fmt: skip
# Said or not, these mean the same.
_DEFAULTS = frozenset(
    {
        ("version", "1.0"), ("type", "simple"), ("TypeDetail", "0"), ("Direction", "false"), ("SteeringType", "0"),
        ("Paper", "0"), ("ReceiverType", "0"), ("DocumentInfo", "0"), ("DocumentReceiver", "0"),
        ("BussinessDocType", "0"),
    }
)  # fmt: skip


def told(data: bytes) -> Counter[tuple[str, str]]:
    """Everything that the package says, by path. Raises where it is not XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True)
    root: Any = etree.fromstring(data[max(data.find(b"<?xml"), 0) :], parser)
    return Counter(_Walk(_NAMESPACES | {etree.QName(root).namespace or ""}).facts(root, ""))


class _Walk:
    """Through the elements in their order; paths begin anew at the anchors, which are numbered."""

    def __init__(self, known: frozenset[str]) -> None:
        self._known = known
        self._anchors: Counter[str] = Counter()

    def facts(self, element: Any, above: str) -> Iterator[tuple[str, str]]:
        if not isinstance(element.tag, str):
            return
        path = self._path(element, above)
        own = "".join([element.text or "", *(child.tail or "" for child in element)]).strip(_SPACE)
        if own and (_last(path), own) not in _DEFAULTS:
            yield path, "".join(own.split()) if _is_content(path) else own
        for key, value in element.attrib.items():
            if value.strip(_SPACE) and (key.rpartition("}")[2], value.strip(_SPACE)) not in _DEFAULTS:
                yield f"{path}/@{key}", value.strip(_SPACE)
        for child in element:
            yield from self.facts(child, path)

    def _path(self, element: Any, above: str) -> str:
        name = self._name(element)
        if name in _ANCHORS and "Signature[" not in above.partition("/")[0]:
            self._anchors[name] += 1
            return f"{name}[{self._anchors[name]}]"
        before = [e for e in element.itersiblings(preceding=True) if isinstance(e.tag, str) and self._name(e) == name]
        return f"{above}/{name}[{len(before) + 1}]"

    def _name(self, element: Any) -> str:
        """The local name; with its namespace where that is none of the country's."""
        name = etree.QName(element)
        return str(name.localname if (name.namespace or "") in self._known else name.text).replace("/", "|")


def _last(path: str) -> str:
    return path.rpartition("/")[2].partition("[")[0].rpartition(":")[2]


def _is_content(path: str) -> bool:
    """The encoded bytes of a file."""
    return _last(path) in CONTENTS and path.rpartition("/")[0].startswith("Attachment[")


def held(found: Package | Status) -> set[str]:
    """All texts of the result, in NFC."""
    return {normalize("NFC", text.strip(_SPACE)) for text in _texts(found)}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, bool):
        yield from ("true", "1") if value else ("false", "0")
    elif isinstance(value, int):
        yield str(value)
    elif isinstance(value, datetime):
        yield write_time(value)
    elif isinstance(value, date):
        yield write_date(value)
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
    elif is_dataclass(value):
        for field in fields(value):
            if field.name != "problems":
                yield from _texts(getattr(value, field.name))


def lost(data: bytes, found: Package | Status) -> list[tuple[str, str]]:
    """The texts of the package that the result does not hold. A signature is held by its fingerprint, a file by its
    digest (of what comes out of its wrapping)."""
    kept = held(found)
    return [
        (path, text[:80])
        for path, text in told(data)
        if text.strip() and not _is_form(path, text) and normalize("NFC", text) not in kept
    ]


def _is_form(path: str, text: str) -> bool:
    """Marks of the form, which say nothing about the document or are held otherwise."""
    if "Signature[" in path.partition("/")[0] or _is_content(path) or _last(path) == "ContentId":
        return True
    attribute = path.rpartition("/@")[2] if "/@" in path else ""
    return attribute.endswith("href")
