"""The SOAP form with attachments: multipart/related, the XML part and each file a part of its own (D7).

Split as a stream, with CR LF or bare LF, so that memory does not grow with a file.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Callable
from email.message import Message
from email.parser import BytesHeaderParser

from services.gateway.edxml.errors import EdxmlRefused
from services.gateway.edxml.limits import Limits
from services.gateway.edxml.reading.sink import B64Sink, RawSink, Shelf, Stored

_HEADER_BYTES = 8192
_BOUNDARY = re.compile(rb"--([A-Za-z0-9'()+_,./:=? -]{1,70}?)[ \t]*\r?\n")
_MIME = re.compile(rb"(?:MIME-Version|Content-Type)[ \t]*:", re.IGNORECASE)
_BLANK = re.compile(rb"\r?\n\r?\n")
_PLAIN = frozenset({"binary", "8bit", "7bit"})


class Part:
    """A file of a multipart package."""

    __slots__ = ("content_id", "content_type", "name", "stored")

    def __init__(self, headers: Message, stored: Stored) -> None:
        self.content_id = _content_id(headers)
        self.content_type = headers.get_content_type()
        self.name = headers.get_filename() or ""
        self.stored = stored


def is_mime(head: bytes) -> bool:
    """A package that begins with the headers of a multipart message, or with its first boundary."""
    text = head.lstrip()
    return bool(_MIME.match(text) or _BOUNDARY.match(text))


class Multipart:
    """Takes the message piece by piece; the XML part goes to `feed`, the others become parts."""

    def __init__(self, head: bytes, feed: Callable[[bytes], None], shelf: Shelf, limits: Limits) -> None:
        boundary, self._root = _opening(head.lstrip())
        self._mark = b"\n--" + boundary
        self._feed, self._shelf, self._limits = feed, shelf, limits
        self._buffer = b"\n"
        self._step = self._preamble
        self._message = Message()
        self._sink: B64Sink | RawSink | _Unquoting | None = None
        self._roots = 0
        self.parts: list[Part] = []

    def write(self, piece: bytes) -> None:
        """The next piece."""
        self._buffer += piece
        while self._step():
            pass

    def close(self) -> list[Part]:
        """All files, once the closing boundary was met."""
        if self._step != self._epilogue:
            raise EdxmlRefused("TRUNCATED", 0, "thiếu dòng kết thúc nhiều phần")
        if self._roots != 1:
            raise EdxmlRefused("MIME", 0, "không có phần XML")
        return self.parts

    def abort(self) -> None:
        """Let go of an unfinished file."""
        if self._sink:
            self._sink.abort()

    def _preamble(self) -> bool:
        """What stands before the first boundary means nothing."""
        at = self._buffer.find(self._mark)
        if at < 0:
            self._buffer = self._buffer[-len(self._mark) :]
            return False
        self._buffer = self._buffer[at:]
        self._step = self._delimiter
        return True

    def _delimiter(self) -> bool:
        """A boundary: the last one, or one with a part behind it."""
        rest = self._buffer[len(self._mark) :]
        if len(rest) < 2:
            return False
        if rest.startswith(b"--"):
            self._buffer, self._step = b"", self._epilogue
            return False
        end = rest.find(b"\n")
        if end < 0 and len(rest) < _HEADER_BYTES:
            return False
        if end < 0 or rest[:end].strip():
            raise EdxmlRefused("MIME", 0, "dòng phân cách")
        self._buffer, self._step = rest[end:], self._headers
        return True

    def _headers(self) -> bool:
        """The headers of a part."""
        found = _BLANK.search(self._buffer)
        if not found:
            if len(self._buffer) > _HEADER_BYTES:
                raise EdxmlRefused("MIME", 0, "phần đầu quá dài")
            return False
        self._message = BytesHeaderParser().parsebytes(self._buffer[: found.end()].lstrip())
        self._buffer = self._buffer[found.end() :]
        self._open()
        self._step = self._body
        return True

    def _open(self) -> None:
        encoding = str(self._message.get("Content-Transfer-Encoding") or "binary").strip().lower()
        root = self._is_root()
        if encoding not in _PLAIN and (root or encoding not in ("base64", "quoted-printable")):
            raise EdxmlRefused("MIME", 0, f"Content-Transfer-Encoding {encoding}")
        if root:
            self._roots += 1
            return
        room = self._shelf.room(0)
        if encoding == "base64":
            self._sink = B64Sink(self._shelf, room)
        else:
            raw = RawSink(self._shelf, room)
            self._sink = raw if encoding in _PLAIN else _Unquoting(raw, self._limits)

    def _is_root(self) -> bool:
        if self._root:
            return _content_id(self._message) == self._root
        return not self._roots and not self.parts

    def _body(self) -> bool:
        """The content of a part; what may be the beginning of a boundary waits."""
        at = self._buffer.find(self._mark)
        if at < 0:
            keep = len(self._mark) + 1
            ready, self._buffer = self._buffer[:-keep], self._buffer[-keep:]
            self._take(ready)
            return False
        self._take(self._buffer[:at].removesuffix(b"\r"))
        self._buffer = self._buffer[at:]
        if self._sink:
            sink, self._sink = self._sink, None
            self.parts.append(Part(self._message, sink.finish(0)))
        self._step = self._delimiter
        return True

    def _take(self, data: bytes) -> None:
        if not data:
            return
        if self._sink:
            self._sink.take(data, 0)
        else:
            self._feed(data)

    def _epilogue(self) -> bool:
        """What stands behind the last boundary means nothing."""
        self._buffer = b""
        return False


class _Unquoting:
    """Quoted-printable, whole lines at a time, into a sink."""

    def __init__(self, sink: RawSink, limits: Limits) -> None:
        self._sink, self._limits, self._rest = sink, limits, b""

    def take(self, data: bytes, line: int) -> None:
        """Take a piece."""
        whole, newline, self._rest = (self._rest + data).rpartition(b"\n")
        if len(self._rest) > self._limits.token_bytes:
            raise EdxmlRefused("MIME", line, "dòng quá dài")
        if newline:
            self._sink.take(quopri.decodestring(whole + newline), line)

    def finish(self, line: int) -> Stored:
        """The bytes."""
        self._sink.take(quopri.decodestring(self._rest), line)
        return self._sink.finish(line)

    def abort(self) -> None:
        """Let go of an unfinished file."""
        self._sink.abort()


def _content_id(headers: Message) -> str:
    return str(headers.get("Content-ID") or "").strip().strip("<>")


def _opening(head: bytes) -> tuple[bytes, str]:
    """(boundary, content id of the XML part or nothing)."""
    if found := _BOUNDARY.match(head):
        return found[1].rstrip(), ""
    end = _BLANK.search(head[:_HEADER_BYTES])
    if not end:
        raise EdxmlRefused("MIME", 1, "phần đầu không kết thúc")
    headers = BytesHeaderParser().parsebytes(head[: end.end()])
    boundary, start = headers.get_boundary(), headers.get_param("start")
    if not boundary or not boundary.isascii() or headers.get_content_maintype() != "multipart":
        raise EdxmlRefused("MIME", 1, "không phải multipart/related")
    return boundary.encode("ascii"), start.strip("<>") if isinstance(start, str) else ""
