"""Reads the few fields of a package that an axis itself needs, in the first kilobytes, whatever the dialect
(edxml.md §1–§4). Attachments are never looked at; an unreadable package gives what was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

HEADER_LIMIT = 8 * 2**20
PIECE = 65536
TEXT_LIMIT = 20_000
DEEPEST = 64
BODY = frozenset({"edXMLBody", "AttachmentEncoded", "Attachment", "edXMLManifest", "Manifest"})


@dataclass(slots=True)
class Reference:
    """A ResponseFor element."""

    organ_id: str = ""
    code: str = ""
    document_id: str = ""
    promulgation_date: str = ""


@dataclass(slots=True)
class Summary:
    """The head of a package; empty texts where it says nothing.

    `trace_at` is the byte before which a hop's trace belongs: the end tag of TraceHeaderList when `has_traces`, else
    that of the header; `mark` is the prefix of the elements there. `to_at`: for each To its code and the bytes where
    its start and its end tag begin. `about_at`: the same of the first ResponseFor/OrganId. `encoding` as declared.
    """

    from_code: str = ""
    from_name: str = ""
    to: list[str] = field(default_factory=list)
    document_id: str = ""
    number: str = ""
    notation: str = ""
    promulgation_date: str = ""
    subject: str = ""
    business_type: str = "0"
    status_code: str = ""
    priority: str = ""
    response_for: list[Reference] = field(default_factory=list)
    traces: list[str] = field(default_factory=list)
    to_at: list[tuple[str, int, int]] = field(default_factory=list)
    about_at: tuple[int, int] | None = None
    trace_at: int | None = None
    has_traces: bool = False
    mark: str = ""
    encoding: str = "utf-8"

    @property
    def urgency(self) -> int:
        """1 to 4; whatever else is written there is 0, normal (edxml.md §5.3)."""
        return int(self.priority) if self.priority in ("1", "2", "3", "4") else 0

    @property
    def code(self) -> str:
        """Number and notation joined, as ResponseFor/Code wants them."""
        return f"{self.number}/{self.notation}".strip("/")


def peek(path: Path) -> Summary:
    """The summary of a package on disk."""
    with path.open("rb") as file:
        return read_head(file)


def read_head(file: BinaryIO) -> Summary:
    """Read until the header has ended."""
    head = _Head()
    piece = file.read(PIECE)
    start = max(piece.find(b"<"), 0) if piece[:1] not in (b"<", b"\xff", b"\xfe", b"\xef") else 0
    head.skipped = start
    piece, total = piece[start:], 0
    try:
        while piece and not head.done and total < HEADER_LIMIT:
            total += len(piece)
            head.parser.Parse(piece, False)
            piece = file.read(PIECE)
    except (expat.ExpatError, _Enough, ValueError, LookupError):
        pass
    return head.summary


class _Enough(Exception):
    """What follows is of no interest, or not to be read at all."""


class _Head:
    """Follows the elements of one header by their local names."""

    def __init__(self) -> None:
        self.summary = Summary()
        self.done = False
        self.skipped = 0
        self._receiver = ""
        self._path: list[str] = []
        self._begun: list[int] = []  # where the start tags of the open elements are
        self._text: list[str] = []
        self._size = 0
        self.parser = expat.ParserCreate()  # without namespaces: undeclared prefixes occur and are no obstacle
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.XmlDeclHandler = self._declared

    def _doctype(self, *_: object) -> None:
        raise _Enough

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.summary.encoding = (encoding or "utf-8").lower()

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local in BODY or len(self._path) > DEEPEST:
            self.done = True
            raise _Enough
        self._path.append(local)
        self._begun.append(self._here())
        self._text, self._size = [], 0
        if self._path[-2:] == ["MessageHeader", "ResponseFor"]:
            self.summary.response_for.append(Reference())

    def _characters(self, text: str) -> None:
        self._size += len(text)
        if self._size <= TEXT_LIMIT:
            self._text.append(text)

    def _end(self, name: str) -> None:
        local, text = name.rpartition(":")[2], " ".join("".join(self._text).split())
        path = self._path
        if "MessageHeader" in path:
            self._field(tuple(path[path.index("MessageHeader") + 1 :]), text)
        if local == "BussinessDocType" or local == "BusinessDocType":
            self.summary.business_type = text or "0"
        elif path[-2:] == ["TraceHeader", "OrganId"]:
            self.summary.traces.append(text)
        self._ended(name, local)
        self._path.pop()
        self._begun.pop()
        self._text, self._size = [], 0

    def _here(self) -> int:
        return self.parser.CurrentByteIndex + self.skipped

    def _ended(self, name: str, local: str) -> None:
        found = self.summary
        if self._path[-2:] == ["MessageHeader", "To"]:
            found.to_at.append((self._receiver, self._begun[-1], self._here()))
            self._receiver = ""
        elif self._path[-2:] == ["ResponseFor", "OrganId"] and found.about_at is None:
            found.about_at = (self._begun[-1], self._here())
        if local == "TraceHeaderList" or (local in ("edXMLHeader", "EdXMLHeader") and not found.has_traces):
            found.trace_at = self._here()
            found.has_traces, found.mark = local == "TraceHeaderList", name[: len(name) - len(local)]
        if local in ("edXMLHeader", "EdXMLHeader"):
            self.done = True

    def _field(self, path: tuple[str, ...], text: str) -> None:
        found = self.summary
        if path in _PLAIN:
            setattr(found, _PLAIN[path], text)
        elif path == ("To", "OrganId") and text:
            found.to.append(text)
            self._receiver = text
        elif path[:1] == ("ResponseFor",) and path[1:] and path[1] in _REFERENCE and found.response_for:
            setattr(found.response_for[-1], _REFERENCE[path[1]], text)


_PLAIN = {
    ("From", "OrganId"): "from_code",
    ("From", "OrganName"): "from_name",
    ("DocumentId",): "document_id",
    ("Code", "CodeNumber"): "number",
    ("Code", "CodeNotation"): "notation",
    ("PromulgationInfo", "PromulgationDate"): "promulgation_date",
    ("Subject",): "subject",
    ("StatusCode",): "status_code",
    ("OtherInfo", "Priority"): "priority",
}
_REFERENCE = {
    "OrganId": "organ_id",
    "Code": "code",
    "DocumentId": "document_id",
    "PromulgationDate": "promulgation_date",
}
