"""The raw bytes of a package against the strict form: prefixes, order, number, lengths, dates, letter by letter.

The national side and readers that look at raw tag names check these; a tolerant reader sees no difference. Read with
expat, which shares nothing with the gateway's own reader and tells tags as they are written (QCVN 102:2016).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import BinaryIO
from unicodedata import is_normalized
from xml.parsers import expat

from services.gateway.edxml.dialects import ALIASES, STATUS_CODES
from services.gateway.edxml.errors import problem
from services.gateway.edxml.model import Problem, Severity
from services.gateway.edxml.standard import DOCUMENT, STATUS, Element, dotted
from services.gateway.edxml.values import MISSING
from services.gateway.edxml.writing.rules import DOCUMENT_ID

_DATE = re.compile(r"[0-9]{4}/[0-9]{2}/[0-9]{2}")
_TIME = re.compile(r"[0-9]{4}/[0-9]{2}/[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_NUMBER = re.compile(r"[0-9]+")
_ANYWHERE = frozenset({"Bussiness"})  # the vendor's templates and its library put it in different places
_SPACE = " \t\r\n"
_MOST = 200
_CHUNK = 65536


@dataclass
class _Open:
    """An element that is open: its place in the form, or none where the form does not know it."""

    form: Element | None
    names: tuple[str, ...]
    path: str
    line: int
    children: Counter[str] = field(default_factory=Counter)
    last: int = -1
    text: list[str] = field(default_factory=list)
    length: int = 0


def form_problems(stream: BinaryIO, *, status: bool = False) -> list[Problem]:
    """Every departure from the strict form, at most 200; none is what the strict writer gives."""
    return _Checker(STATUS if status else DOCUMENT).run(stream)


class _Checker:
    """One package on its way through expat."""

    def __init__(self, form: Element) -> None:
        self._form = form
        self._stack: list[_Open] = []
        self._declared = False
        self.problems: list[Problem] = []
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.CommentHandler = lambda _text: self._extra()
        parser.StartCdataSectionHandler = self._extra
        parser.ProcessingInstructionHandler = lambda _target, _data: self._extra()
        parser.XmlDeclHandler = lambda _version, _encoding, _standalone: self._declaration()
        self._parser = parser
        self._dropped = 0

    def run(self, stream: BinaryIO) -> list[Problem]:
        head = stream.read(_CHUNK)
        begin = max(head.find(b"<?xml"), 0)
        self._dropped = head.count(b"\n", 0, begin)
        try:
            self._parser.Parse(head[begin:], False)
            while chunk := stream.read(_CHUNK):
                self._parser.Parse(chunk, False)
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            self.problems.append(problem("DIALECT", "warning", line=error.lineno + self._dropped, detail=str(error)))
        if not self._declared:
            self.problems.insert(0, problem("DECLARATION", "warning", line=1))
        return self.problems

    @property
    def _line(self) -> int:
        return self._parser.CurrentLineNumber + self._dropped

    def _tell(self, code: str, severity: Severity, at: _Open, detail: str, name: str = "") -> None:
        if len(self.problems) < _MOST:
            names = (*at.names, name) if name else at.names
            self.problems.append(problem(code, severity, at.path, at.line, detail, dotted(names)))

    def _declaration(self) -> None:
        self._declared = True

    def _extra(self) -> None:
        at = self._stack[-1] if self._stack else _Open(None, (), "", self._line)
        self._tell("COMMENT", "info", _Open(None, at.names, at.path, self._line), "")

    def _start(self, raw: str, _attributes: dict[str, str]) -> None:
        local = raw.rpartition(":")[2]
        parent = self._stack[-1] if self._stack else None
        if parent is None:
            form = self._form if local == self._form.name else None
            opened = _Open(form, (local,), raw, self._line)
        else:
            form = self._child(parent, raw, local)
            number = f"[{parent.children[local]}]" if form and form.most > 1 else ""
            opened = _Open(form, (*parent.names, local), f"{parent.path}/{local}{number}", self._line)
            self._place(parent, opened, raw, local)
        if form and raw != form.raw:
            self._tell("PREFIX", "warning", opened, f"{raw} → {form.raw}")
        self._stack.append(opened)

    def _child(self, parent: _Open, raw: str, local: str) -> Element | None:
        if parent.form is None or parent.form.kind == "signature":
            return None
        parent.children[local] += 1
        return next((child for child in parent.form.children if child.name == local), None)

    def _place(self, parent: _Open, opened: _Open, raw: str, local: str) -> None:
        """Whether a child may stand here, and so often."""
        if parent.form is None or parent.form.kind == "signature":
            return
        if opened.form is None:
            standard = ALIASES.get(local)
            self._tell("UNKNOWN_ELEMENT", "info", opened, f"{raw} → {standard}" if standard else raw)
            return
        index = [child.name for child in parent.form.children].index(local)
        if local not in _ANYWHERE:
            if index < parent.last:
                self._tell("ORDER", "info", opened, raw)
            parent.last = max(parent.last, index)
        if parent.children[local] == opened.form.most + 1:
            self._tell("REPEATED", "warning", opened, raw)

    def _data(self, text: str) -> None:
        at = self._stack[-1] if self._stack else None
        if at and at.form and at.form.kind not in ("content", "group", "signature"):
            at.length += len(text)
            if at.length <= 10_000:
                at.text.append(text)

    def _end(self, _raw: str) -> None:
        at = self._stack.pop()
        if at.form is None or at.form.kind in ("content", "signature"):
            return
        if at.form.kind == "group":
            self._group(at, at.form)
        else:
            self._leaf(at, at.form, "".join(at.text).strip(_SPACE))

    def _group(self, at: _Open, form: Element) -> None:
        if not at.children and not form.least:
            self._tell("EMPTY_ELEMENT", "info", at, form.raw)
            return
        for child in form.children:
            if child.least and not at.children[child.name]:
                self._tell("MISSING", "warning", at, f"{child.vi} ({child.name})", child.name)

    def _leaf(self, at: _Open, form: Element, text: str) -> None:
        if text in MISSING:
            if form.least:
                self._tell("MISSING", "warning", at, f"{form.vi} ({form.name})")
            else:
                self._tell("EMPTY_ELEMENT", "info", at, f"{form.vi} ({form.name})")
            return
        if form.longest and at.length > form.longest and len(text) > form.longest:
            self._tell("TOO_LONG", "warning", at, f"{form.vi} ({form.name}, {len(text)} ký tự)")
        if not is_normalized("NFC", text) and form.kind != "code":
            self._tell("NOT_NFC", "info", at, form.name)
        if code := _wrong(form, text):
            self._tell(code, "warning", at, text)
        if dotted(at.names) == "MessageHeader.DocumentId" and not DOCUMENT_ID.fullmatch(text):
            self._tell("DOCUMENT_ID_RULE", "info", at, text)


def _wrong(form: Element, text: str) -> str:
    """The code of what is wrong with a value of that kind."""
    if form.kind == "date":
        return "" if _DATE.fullmatch(text) else "DATE_FORM"
    if form.kind == "time":
        return "" if _TIME.fullmatch(text) else "DATE_FORM"
    if form.kind == "number":
        return "" if _NUMBER.fullmatch(text) else "NUMBER_INVALID"
    if form.kind == "flag":
        return "" if text in ("0", "1") else "NUMBER_INVALID"
    if form.name == "StatusCode":
        return "" if text in STATUS_CODES else "STATUS_CODE"
    return "BAD_VALUE" if form.choices and text not in form.choices else ""
