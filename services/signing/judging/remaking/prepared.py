"""The first revision: plain objects as `normalise.written` writes them, trees without circles, and nothing that acts.

The objects are looked at as text, all of them at once, with expressions that run in the time of reading them. pyHanko's
strict reader and the judge's rules find nothing to object to in what passes here; the differential tests say so.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import compress, repeat

from services.signing.judging.remaking import Doubt
from services.signing.pdf.reader import Bytes, Table

LARGEST_TEXT, MOST_OBJECTS, DEEPEST = 8 * 2**20, 200_000, 16
MOST_PAGES = 20_000  # as of `acting`; nodes of the page tree and bookmarks count here

_HEADER = re.compile(rb"%PDF-1\.[4-7]\n%[\x80-\xff]{4}\n")
_TABLE, _ENTRIES = b"xref\n0 %d\n0000000000 65535 f \n", re.compile(rb"(?:\d{10} 00000 n \n)*+")
_STREAM, _END_STREAM, _END = b"\nstream\n", b"endstream\nendobj\n", b"endobj\n"
_LENGTH = re.compile(rb"/Length (\d{1,9})(?= )")

_LITERAL = re.compile(rb"\((?:[^\\()\r\n]|\\[nrtbf()\\]|\\[0-7]{3})*+\)")
_HEXADECIMAL = re.compile(rb" <(?:[0-9a-f]{2})*+>")
_NAME = rb"/(?:[^\0-\x20#%()/<>\[\]{}\x7f-\xff]|#(?:[01][0-9a-f]|2[03589f]|3[ce]|5[bd]|7[bdf]))*+"
_PLAIN = rb"(?:[1-9]\d{0,6} 0 R|-?(?:\d+(?:\.\d*)?|\.\d+)|true|false|null|\(\)|%s)" % _NAME
_ARRAY = re.compile(rb"\[(?: %s)*+ \]" % _PLAIN)
_DICTIONARY = re.compile(rb"(<<(?: %s %s)*+ >>)" % (_NAME, _PLAIN))
_KEYS = re.compile(rb" (%s) %s" % (_NAME, _PLAIN))
_KEYS_OF_SHAPE = re.compile(rb" (%s) (?:  R|%s|-?\.?|true|false|null|\(\))(?= )" % (_NAME, _NAME))
_ALL_PLAIN = re.compile(rb"(?:\d+ 0 obj\n(?!\d+ 0 R)%s\nendobj\n)*+" % _PLAIN)
_REFERENCE = re.compile(rb" ([1-9]\d{0,6}) 0 R")

_KIDS = re.compile(rb"/Kids \[((?: \d+ 0 R)*+) \]")
_ELEMENT = re.compile(rb"/K (?=\[|\d+ 0 R)")
_ELEMENTS = re.compile(rb"/K(?: (\d+ 0 R)| \[((?: (?:\d+(?: 0 R)?|<<[^<>\[\]]*+>>))*+) \])")
_INLINE = re.compile(rb"<<[^<>]*+>>")
_BOOKMARK = re.compile(rb"/(?:First|Next) (\d+) 0 R")
_ROOTS = re.compile(rb"/(?:Pages|StructTreeRoot|Outlines) (\d+) 0 R")

_ACTION = re.compile(rb"/A (?:<<|(\d+) 0 R)")
HARMLESS = re.compile(
    rb"/A << (?:/D (?:\[[^\[\]<>]*+\]|/[!-~]+) )?/S /(?:GoTo|URI)(?: /Type /Action)?(?: /URI \(\))? >>"
)
_ATTRIBUTES = re.compile(rb"/A << (?:/[A-Za-z]+ (?:\[[^\[\]<>]*+\]|\(\)|/?[-.\w]+(?: 0 R)?) )*?/O /")
_DENIED = re.compile(
    rb"/(?:AA|OpenAction|JavaScript|JS|Launch|ImportData|SubmitForm|ResetForm|Hide|SetOCGState|Rendition|Movie|Sound|"
    rb"Screen|RichMedia\w*|3D|GoToR|GoToE|GoTo3DView|EmbeddedFiles?|Filespec|EF|AF|OCProperties|OCGs?|OCMD|OC|XFA|"
    rb"NeedAppearances|Encrypt|Perms|DSS|ByteRange|XRef|ObjStm|XRefStm|Collection)(?![^ \n\[\]<>])"
)


@dataclass(frozen=True)
class Objects:
    """The objects of the revision as text.

    `text`: one object after the other, without its stream; `starts`: where each begins in it, by number less one;
    `plain`: the same with "()" for every string.
    """

    text: bytes
    starts: list[int]
    plain: bytes

    def __getitem__(self, number: int) -> bytes:
        """One object; of a stream its dictionary."""
        ends = [*self.starts[number : number + 1], len(self.text)]
        body = self.text[self.starts[number - 1] : ends[0]]
        return body[body.index(b"\n") + 1 : -len(_END) - 1]

    def without_strings(self, number: int) -> bytes:
        """One object with "()" for every string."""
        return _without_strings(self[number])

    @cached_property
    def named(self) -> Counter[bytes]:
        """How many references lead to each object."""
        return Counter(_REFERENCE.findall(self.plain))

    def uses(self, number: int) -> int:
        """How many lead to this one."""
        return self.named[b"%d" % number]

    @cached_property
    def pages(self) -> frozenset[int]:
        """The nodes of the page tree below its root."""
        return frozenset(map(int, _REFERENCE.findall(b"\n".join(_KIDS.findall(self.plain)))))

    @cached_property
    def bookmarks(self) -> list[bytes]:
        """Every bookmark, as often as it is named as one."""
        return _BOOKMARK.findall(self.plain)


def read(pdf: Bytes, table: Table) -> Objects:
    """The objects of the revision with this table, which must be the first one of the file. Doubt."""
    base = bytes(pdf[: table.at])
    text, starts = _without_streams(base, _offsets(base, pdf, table))
    if len(text) > LARGEST_TEXT or text.count(b"\n") != 3 * len(starts):
        raise Doubt("objects")
    found = Objects(text, starts, _without_strings(text))
    _well_formed(found.plain)
    if max(map(int, found.named), default=0) > len(starts):
        raise Doubt("reference to nothing")  # somebody may write it later
    _acyclic(found)
    _nothing_acts(found)
    return found


def _offsets(base: bytes, pdf: Bytes, table: Table) -> list[int]:
    """Where the objects 1, 2, 3 … stand. Doubt unless the table lists just them, one after the other, from the top."""
    (first, count, at), *more = table.sections
    lines, header = bytes(pdf[at + 20 : at + 20 * count]), _HEADER.match(base)
    if more or first or not 1 < count <= MOST_OBJECTS or bytes(pdf[table.at : at + 20]) != _TABLE % count:
        raise Doubt("table")
    if header is None or _ENTRIES.fullmatch(lines) is None:
        raise Doubt("table")
    offsets = list(map(int, lines.split(b" 00000 n \n")[:-1]))
    heads = [b"%d 0 obj\n" % number for number in range(1, count)]
    ends = [at - len(_END) - 1 for at in (*offsets[1:], len(base))]
    if offsets[0] != header.end() or any(map(int.__ge__, offsets, ends)):
        raise Doubt("order of objects")
    if not all(map(base.startswith, heads, offsets)) or not all(map(base.startswith, repeat(b"\n" + _END), ends)):
        raise Doubt("objects")
    return offsets


def _without_streams(base: bytes, offsets: list[int]) -> tuple[bytes, list[int]]:
    """The objects in a row, each without its stream, and where each now begins."""
    ends = [*offsets[1:], len(base)]
    closes = map(base.startswith, repeat(_END_STREAM), [end - len(_END_STREAM) for end in ends])
    parts, done, gone, shifts = [], offsets[0], offsets[0], [0] * len(offsets)
    for place in compress(range(len(offsets)), closes):
        start, end = offsets[place], ends[place]
        begin = base.find(_STREAM, start, end)
        lengths, room = _LENGTH.findall(base, start, begin + 1), end - len(_END_STREAM) - begin - len(_STREAM)
        ended = base[end - len(_END_STREAM) - 1] == 10  # a newline may stand before "endstream"
        if begin < 0 or len(lengths) != 1 or int(lengths[0]) not in (room, room - ended):
            raise Doubt("stream")
        parts.append(base[done : begin + 1])
        done = end - len(_END)
        shifts[place] = done - begin - 1
    parts.append(base[done:])
    starts = []
    for offset, shift in zip(offsets, shifts, strict=True):
        starts.append(offset - gone)
        gone += shift
    return b"".join(parts), starts


def _without_strings(text: bytes) -> bytes:
    return _HEXADECIMAL.sub(b" ()", _LITERAL.sub(b"()", text))


def _well_formed(plain: bytes) -> None:
    """Every object is one value; no dictionary names a key twice."""
    for _ in range(DEEPEST):
        plain, arrays = _ARRAY.subn(b"()", plain)
        parts = _DICTIONARY.split(plain)
        _each_key_once(parts[1::2])
        parts[1::2] = repeat(b"()", len(parts) // 2)
        plain = b"".join(parts)
        if not arrays and len(parts) == 1:
            break
    if _ALL_PLAIN.fullmatch(plain) is None:
        raise Doubt("syntax")


def _each_key_once(dictionaries: list[bytes]) -> None:
    """Doubt if not. Most differ in figures alone: their shape tells, unless it is keys that differ in figures."""
    shapes = [one.translate(None, b"0123456789") for one in dictionaries]
    doubted = {one for one in set(shapes) if _twice(_KEYS_OF_SHAPE.findall(one))}
    if any(_twice(_KEYS.findall(one)) for one, shape in zip(dictionaries, shapes, strict=True) if shape in doubted):
        raise Doubt("key named twice")


def _twice(keys: list[bytes]) -> bool:
    return len(set(keys)) != len(keys)


def _acyclic(found: Objects) -> None:
    """Doubt if in the trees of pages, structure or bookmarks somebody is the child of two, or a root is a child: then
    there may be a circle."""
    kids, elements = _KIDS.findall(found.plain), _ELEMENTS.findall(found.plain)
    if len(kids) != found.plain.count(b"/Kids ") or len(elements) != len(_ELEMENT.findall(found.plain)):
        raise Doubt("trees")
    pages = _REFERENCE.findall(b"\n".join(kids))
    below = b"\n".join(alone or among for alone, among in elements)
    structure, roots = _REFERENCE.findall(_INLINE.sub(b"", below)), _ROOTS.findall(found.plain)
    for children in (pages, structure, found.bookmarks):
        if _twice(children) or not set(children).isdisjoint(roots):
            raise Doubt("circle")
    if len(pages) + len(found.bookmarks) > MOST_PAGES:
        raise Doubt("pages")


def _nothing_acts(found: Objects) -> None:
    """Links lead to web addresses and places in the file; there is no other action, no script, layer or attachment."""
    if _DENIED.search(found.plain):
        raise Doubt("active")
    if not all(_good(one, found) for one in _ACTION.finditer(found.plain)):
        raise Doubt("action")
    for number in map(int, found.bookmarks):
        if b"/A " in found[number] and HARMLESS.search(found.without_strings(number)) is None:
            raise Doubt("bookmark")


def _good(action: re.Match[bytes], found: Objects) -> bool:
    """Whether it is a link's, or the attributes of an element of structure (which have the same key)."""
    if action[1] is not None:
        described = found[int(action[1])]
        return b"/O /" in described and b"/S /" not in described
    plain, at = found.plain, action.start()
    return bool(HARMLESS.match(plain, at) or _ATTRIBUTES.match(plain, at))
