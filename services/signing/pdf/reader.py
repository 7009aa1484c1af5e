"""Random access to the objects of a file with classic cross-reference tables: nothing is read that is not asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from mmap import mmap

from services.signing.pdf import objects
from services.signing.pdf.objects import NotOurs

_START = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF\s*\Z")
_SECTION = re.compile(rb"\s*(\d{1,8})[ ]+(\d{1,8})[ ]*\r?\n")
_HEAD = re.compile(rb"(\d{1,8}) 0 obj(?=[\s<\[(/\d])")
_STREAM = re.compile(rb"\s*stream\r?\n")
ENTRY = 20
MOST_SECTIONS, MOST_REVISIONS = 4000, 64
Bytes = bytes | bytearray | memoryview | mmap


@dataclass(frozen=True)
class Table:
    """One cross-reference table: where it starts, its subsections (first, count, where entries start), the trailer."""

    at: int
    sections: tuple[tuple[int, int, int], ...]
    trailer: dict[bytes, bytes]
    end: int


class Reader:
    """A file of our own shape, newest revision first. NotOurs wherever it is anything else."""

    def __init__(self, pdf: Bytes) -> None:
        self.pdf, self.size = pdf, len(pdf)
        self._known: dict[tuple[int, int], dict[bytes, bytes]] = {}
        tail = bytes(pdf[max(0, self.size - 256) : self.size])
        match = _START.search(tail)
        if match is None:
            raise NotOurs("no startxref at the end")
        self.start = int(match[1])
        self.tables = self._tables()

    def _tables(self) -> list[Table]:
        found: list[Table] = []
        at: int | None = self.start
        while at is not None:
            if len(found) >= MOST_REVISIONS or (found and at >= found[-1].at):
                raise NotOurs("chain of revisions")
            table = self._table(at)
            if b"/XRefStm" in table.trailer:
                raise NotOurs("hybrid file")
            found.append(table)
            at = int(table.trailer[b"/Prev"]) if b"/Prev" in table.trailer else None
        return found

    def _table(self, at: int) -> Table:
        if bytes(self.pdf[at : at + 4]) != b"xref":
            raise NotOurs("no classic cross-reference table")
        position, sections = at + 4, []
        while True:
            head = bytes(self.pdf[position : position + 40])
            match = _SECTION.match(head)
            if match is None:
                break
            first, count, entries = int(match[1]), int(match[2]), position + match.end()
            sections.append((first, count, entries))
            position = entries + count * ENTRY
            if len(sections) > MOST_SECTIONS or position > self.size:
                raise NotOurs("cross-reference table")
        rest = bytes(self.pdf[position : position + 4096])
        if not rest.lstrip().startswith(b"trailer"):
            raise NotOurs("no trailer")
        trailer, end = _dictionary(rest, rest.index(b"trailer") + 7, b"\nstartxref")
        return Table(at, tuple(sections), trailer, position + end)

    @property
    def trailer(self) -> dict[bytes, bytes]:
        """The newest trailer."""
        return self.tables[0].trailer

    def entry(self, number: int, table: Table) -> int | None:
        """The offset that this table gives the object; 0 if it frees it; None if it does not name it."""
        for first, count, entries in table.sections:
            if first <= number < first + count:
                at = entries + (number - first) * ENTRY
                line = bytes(self.pdf[at : at + ENTRY])
                if line[17:18] == b"f":
                    return 0
                if line[17:18] != b"n" or line[10:16] != b" 00000":
                    raise NotOurs("cross-reference entry")
                return int(line[:10])
        return None

    def offset(self, number: int, since: int = 0) -> int:
        """Where the object stands; `since` 1 leaves out the newest revision, and so on."""
        for table in self.tables[since:]:
            at = self.entry(number, table)
            if at:
                return at
            if at == 0:
                break
        raise NotOurs(f"object {number} is missing")

    def raw(self, number: int, since: int = 0) -> tuple[bytes, int]:
        """The bytes of the object's value, and the offset of the first byte after it."""
        at = self.offset(number, since)
        window = 2048
        while True:
            data = bytes(self.pdf[at : min(at + window, self.size)])
            head = _HEAD.match(data)
            if head is None or int(head[1]) != number:
                raise NotOurs("object header")
            try:
                start, end = objects.value_end(data, head.end())
                if end < len(data) - 32 or at + window >= self.size:
                    return data[start:end], at + end
            except NotOurs:
                if at + window >= self.size:
                    raise
            if window > 1 << 24:
                raise NotOurs("object too large")
            window *= 8

    def dictionary(self, number: int, since: int = 0) -> dict[bytes, bytes]:
        """The dictionary with this number (of a stream: its dictionary). Read once; do not change it."""
        key = number, since
        if key not in self._known:
            self._known[key] = self._parsed(number, since)[0]
        return self._known[key]

    def _parsed(self, number: int, since: int) -> tuple[dict[bytes, bytes], int]:
        """The dictionary and the offset after it."""
        at = self.offset(number, since)
        window = 1024
        while True:
            data = bytes(self.pdf[at : min(at + window, self.size)])
            head = _HEAD.match(data)
            if head is None or int(head[1]) != number:
                raise NotOurs("object header")
            try:
                entries, end = _dictionary(data, head.end(), b"\nendobj")
                return entries, at + end
            except NotOurs:
                if at + window >= self.size or window > 1 << 24:
                    raise
            window *= 8

    def resolved(self, raw: bytes, since: int = 0) -> bytes:
        """What a value means: itself, or the object it points to."""
        return self.raw(objects.reference(raw), since)[0] if raw.endswith(b"R") else raw

    def stream(self, number: int, since: int = 0) -> tuple[dict[bytes, bytes], bytes]:
        """Dictionary and undecoded data of a stream whose length is written in place."""
        entries, end = self._parsed(number, since)
        match = _STREAM.match(bytes(self.pdf[end : end + 16]))
        if match is None:
            raise NotOurs("no stream")
        length, start = int(entries[b"/Length"]), end + match.end()
        return entries, bytes(self.pdf[start : start + length])

    @cached_property
    def root(self) -> int:
        """The object number of the catalog."""
        return objects.reference(self.trailer[b"/Root"])

    @cached_property
    def fields(self) -> dict[str, int]:
        """The object numbers of the form's fields by name."""
        return self.fields_at(0)

    def fields_at(self, since: int) -> dict[str, int]:
        """The same, in an earlier revision."""
        catalog = self.dictionary(self.root, since)
        form, _ = objects.dictionary(self.resolved(catalog[b"/AcroForm"], since))
        found: dict[str, int] = {}
        for item in objects.items(self.resolved(form[b"/Fields"], since)):
            number = objects.reference(item)
            name = objects.text(self.dictionary(number, since)[b"/T"])
            if name in found:
                raise NotOurs("field named twice")
            found[name] = number
        return found


def _dictionary(data: bytes, at: int, before: bytes) -> tuple[dict[bytes, bytes], int]:
    """The dictionary behind the blank at `at`, and where it ends; quickly if it is tidy and these words follow it."""
    end = data.find(before, at)
    if end > 0 and (entries := objects.tidy(data[at + 1 : end])) is not None:
        return entries, end
    return objects.dictionary(data, at)
