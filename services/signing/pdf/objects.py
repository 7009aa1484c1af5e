"""Reading PDF objects as slices of bytes: just deep enough to change a dictionary and leave the rest as it is.

Only for files that `normalise.written` and `revision` wrote: every other file is read by pyHanko or pikepdf.
"""

from __future__ import annotations

import re
from itertools import chain

BLANK = b"\0\t\n\f\r "
_TOKEN = re.compile(
    rb"(?:[\0\t\n\f\r ]+|%[^\r\n]*)*"
    rb"(<<|>>|\[|\]|\(|<[0-9A-Fa-f\0\t\n\f\r ]*>|/[^\0\t\n\f\r ()<>\[\]{}/%]*|[^\0\t\n\f\r ()<>\[\]{}/%]+)"
)
_REFERENCE = re.compile(rb"(\d{1,10})[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]+R(?![A-Za-z])")
_STRING = re.compile(rb"[()\\]")
_NAME = rb"/[^\0\t\n\f\r ()<>\[\]{}/%]*"
_HEX = rb"<[0-9A-Fa-f]*>"
_LITERAL = rb"\((?:[^()\\]++|\\.)*+\)"
# A value that is plain: a reference, number, name, string, flat array or dictionary of such.
_VALUE = rb"|".join(
    (
        rb"\d{1,10}[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+R", rb"[-+.\d]+", _NAME, _LITERAL, _HEX, rb"true|false",
        rb"\[(?:[^\[\]()<>%]++|" + _HEX + rb")*+\]",
        rb"<<(?:[^<>()%]++|" + _LITERAL + rb"|" + _HEX + rb"|<<[^<>()%]*>>)*+>>",
    )
)  # fmt: skip
# The end of a dictionary, or one of its entries with such a value.
_ENTRY = re.compile(
    rb"[\0\t\n\f\r ]*(?:(>>)|(" + _NAME + rb")[\0\t\n\f\r ]*(" + _VALUE + rb")(?=[\0\t\n\f\r ]*(?:/|>>)))", re.S
)
# An entry as qpdf and this library write it: a blank after each part.
_TIDY = re.compile(rb"(" + _NAME + rb") (" + _VALUE + rb") ", re.S)
_PLAIN = re.compile(r"[ -'*-\[\]-~]*")  # printable ASCII but parentheses and backslash
_REFERENCES = re.compile(rb"\[(?:\s*\d{1,10} \d{1,5} R)*\s*\]")
_ONE = re.compile(rb"\d+ \d+ R")
DEEPEST = 64


class NotOurs(ValueError):
    """The bytes are not of the shape that this library writes."""


def _token(data: bytes, at: int) -> tuple[bytes, int, int]:
    match = _TOKEN.match(data, at)
    if match is None:
        raise NotOurs("no object")
    return match[1], match.start(1), match.end(1)


def value_end(data: bytes, at: int, depth: int = 0) -> tuple[int, int]:
    """Start and end of the object that begins at or after `at`."""
    token, start, end = _token(data, at)
    if depth > DEEPEST or token in (b">>", b"]"):
        raise NotOurs("nesting")
    if token == b"<<" or token == b"[":
        close = b">>" if token == b"<<" else b"]"
        while True:
            inner, inner_start, inner_end = _token(data, end)
            if inner == close:
                return start, inner_end
            end = value_end(data, inner_start, depth + 1)[1]
    if token == b"(":
        return start, _string_end(data, end)
    if token[:1].isdigit() and (reference := _REFERENCE.match(data, start)):
        return start, reference.end()
    return start, end


def _string_end(data: bytes, at: int) -> int:
    depth = 1
    while depth:
        match = _STRING.search(data, at)
        if match is None:
            raise NotOurs("string without end")
        at = match.end() + (match[0] == b"\\")
        depth += {b"(": 1, b")": -1}.get(match[0], 0)
    return at


def dictionary(data: bytes, at: int = 0) -> tuple[dict[bytes, bytes], int]:
    """The entries of the dictionary at `at`, values as they are written, and where it ends."""
    token, _, end = _token(data, at)
    if token != b"<<":
        raise NotOurs("not a dictionary")
    entries: dict[bytes, bytes] = {}
    while True:
        if match := _ENTRY.match(data, end):
            closing, key, value = match.groups()
            end = match.end()
            if closing:
                return entries, end
        else:
            key, _, after = _token(data, end)
            if key == b">>":  # behind a comment
                return entries, after
            start, end = value_end(data, after)
            value = data[start:end]
        if not key.startswith(b"/") or key in entries:
            raise NotOurs("dictionary key")
        entries[key] = value


def tidy(data: bytes) -> dict[bytes, bytes] | None:
    """The dictionary that is written here from the first byte to the last, if it is written tidily: quickly read."""
    if not data.startswith(b"<< ") or not data.endswith(b" >>"):
        return None
    pairs = _TIDY.findall(data, 3)
    entries = dict(pairs)
    if len(entries) != len(pairs) or len(b"".join(chain.from_iterable(pairs))) + 2 * len(pairs) + 5 != len(data):
        return None  # something between the entries, or a key twice
    return entries


def items(raw: bytes) -> list[bytes]:
    """The objects of an array, as they are written."""
    if _REFERENCES.fullmatch(raw):
        return _ONE.findall(raw)
    token, _, end = _token(raw, 0)
    if token != b"[":
        raise NotOurs("not an array")
    found: list[bytes] = []
    while True:
        inner, inner_start, inner_end = _token(raw, end)
        if inner == b"]":
            return found
        start, end = value_end(raw, inner_start)
        found.append(raw[start:end])
        del inner_end


def reference(raw: bytes) -> int:
    """The object number of "12 0 R"."""
    match = _REFERENCE.fullmatch(raw)
    if match is None or match[2] != b"0":
        raise NotOurs("not a reference")
    return int(match[1])


def numbers(raw: bytes) -> list[float]:
    """The numbers of an array."""
    if raw[:1] != b"[" or raw[-1:] != b"]":
        raise NotOurs("not an array")
    return [float(item) for item in raw[1:-1].split()]


def text(raw: bytes) -> str:
    """A literal or hexadecimal string in ASCII, UTF-16 with mark, or UTF-8 with mark."""
    if raw.startswith(b"<") and not raw.startswith(b"<<"):
        content = bytes.fromhex(re.sub(rb"\s", b"", raw[1:-1]).decode())
    elif raw.startswith(b"("):
        content = raw[1:-1]
        if b"\\" in content:
            content = re.sub(rb"\\(\d{1,3}|.)", _escape, content, flags=re.S)
    else:
        raise NotOurs("not a string")
    if content.startswith(b"\xfe\xff"):
        return content[2:].decode("utf-16-be")
    return content.decode("utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "latin-1")


def _escape(match: re.Match[bytes]) -> bytes:
    code = match[1]
    if code.isdigit():
        return bytes([int(code, 8) & 255])
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b""}.get(code, code)


def string(value: str) -> bytes:
    """A string object: literal ASCII where it can be, else UTF-16 in hexadecimal."""
    if _PLAIN.fullmatch(value):
        return b"(%s)" % value.encode()
    return b"<FEFF%s>" % value.encode("utf-16-be").hex().upper().encode()


def written(entries: dict[bytes, bytes]) -> bytes:
    """A dictionary object."""
    return b"<< %s >>" % b" ".join(chain.from_iterable(entries.items()))
