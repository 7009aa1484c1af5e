"""One incremental revision: changed and new objects, a cross-reference table, a trailer, and a hole for a signature.

Nothing of the old bytes is copied or parsed beyond the objects that change; `old` may be a memory map.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from services.signing.pdf import objects
from services.signing.pdf.images import Picture
from services.signing.pdf.objects import NotOurs
from services.signing.pdf.reader import Bytes, Reader
from shared.clock import VN

WIDTH = 10  # digits of a byte-range number
_HOLE = b"/ByteRange [%s] /Contents <"


@dataclass
class Revision:
    """What will be appended. `reader` is the file as it stands."""

    reader: Reader
    changed: dict[int, bytes | dict[bytes, bytes]] = field(default_factory=dict)
    hole: int | None = None  # the object that is the signature dictionary
    room: int = 0

    def __post_init__(self) -> None:
        self._next = int(self.reader.trailer[b"/Size"])

    def new(self, body: bytes) -> int:
        """A new object; its number."""
        number = self._next
        self._next += 1
        self.changed[number] = body
        return number

    def stream(self, entries: bytes, data: bytes) -> int:
        """A new stream."""
        return self.new(b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data))

    def image(self, picture: Picture) -> int:
        """The image with its mask."""
        head = b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 /Filter /FlateDecode " % (
            picture.width, picture.height,
        )  # fmt: skip
        mask = self.stream(head + b"/ColorSpace /DeviceGray", picture.mask)
        return self.stream(head + b"/ColorSpace /DeviceRGB /SMask %d 0 R" % mask, picture.colours)

    def appearance(self, width: float, height: float, resources: bytes, content: bytes) -> int:
        """A form XObject of this size in points."""
        head = b"/Type /XObject /Subtype /Form /BBox [0 0 %s %s] /Resources << %s >>"
        return self.stream(head % (number(width), number(height), resources), content)

    def dictionary(self, number: int) -> dict[bytes, bytes]:
        """The dictionary as this revision has it so far."""
        known = self.changed.get(number)
        if isinstance(known, bytes):
            return objects.dictionary(known)[0]
        return known if known is not None else self.reader.dictionary(number)

    def set(self, number: int, **entries: bytes) -> None:
        """Changes entries of a dictionary."""
        self.changed[number] = self.dictionary(number) | {b"/" + k.encode(): v for k, v in entries.items()}

    def signature(self, body: bytes, room: int) -> int:
        """A signature dictionary with a hole for `room` bytes of CMS."""
        if self.hole is not None:
            raise NotOurs("two signatures in one revision")
        placeholder = _HOLE % (b"0" * (WIDTH * 4 + 3))
        self.hole, self.room = self.new(b"<< %s %s%s> >>" % (body, placeholder, b"0" * (room * 2))), room
        return self.hole

    def close(self) -> Tail:
        """The bytes to append, with the byte range filled in."""
        old = self.reader
        parts: list[bytes] = [b"" if bytes(old.pdf[old.size - 1 : old.size]) in (b"\n", b"\r") else b"\n"]
        at, offsets, hole_at = old.size + len(parts[0]), {}, -1
        for number_, content in self.changed.items():
            body = content if isinstance(content, bytes) else objects.written(content)
            head = b"%d 0 obj\n" % number_
            if number_ == self.hole:
                hole_at = at + len(head) + body.index(b"/ByteRange ")
            offsets[number_] = at
            parts += (head, body, b"\nendobj\n")
            at += len(head) + len(body) + 8
        parts.append(self._table(offsets, at))
        data = bytearray(b"".join(parts))
        if self.hole is None:
            return Tail(old.pdf, data, None)
        start = hole_at + len(_HOLE % (b"0" * (WIDTH * 4 + 3))) - 1
        end = start + self.room * 2 + 2
        numbers = b"0 %d %d %d" % (start, end, old.size + len(data) - end)
        place = hole_at - old.size + len(b"/ByteRange [")
        data[place : place + WIDTH * 4 + 3] = numbers.ljust(WIDTH * 4 + 3)
        return Tail(old.pdf, data, (start, end))

    def _table(self, offsets: dict[int, int], at: int) -> bytes:
        lines: list[bytes] = [b"xref\n"]
        run: list[int] = []
        for number_ in [*sorted(offsets), None]:
            if run and number_ != run[-1] + 1:
                lines.append(b"%d %d\n" % (run[0], len(run)))
                lines += [b"%010d 00000 n \n" % offsets[n] for n in run]
                run = []
            if number_ is not None:
                run.append(number_)
        kept = {key: value for key, value in self.reader.trailer.items() if key in (b"/Root", b"/Info")}
        kept |= {b"/Size": b"%d" % self._next, b"/Prev": b"%d" % self.reader.start, b"/ID": self._identifier(offsets)}
        lines.append(b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (objects.written(kept), at))
        return b"".join(lines)

    def _identifier(self, offsets: dict[int, int]) -> bytes:
        """The first half stays, the second is new (ISO 32000-2 §14.4)."""
        first = objects.items(self.reader.trailer[b"/ID"])[0]
        fresh = hashlib.sha256(b"%r %r" % (first, offsets)).hexdigest()[:32].upper()
        return b"[%s <%s>]" % (first, fresh.encode())


@dataclass
class Tail:
    """The appended bytes; `hole` is where `<…>` of /Contents stands in the whole file."""

    old: Bytes
    data: bytearray
    hole: tuple[int, int] | None

    def digest(self, before: hashlib._Hash | None = None) -> bytes:
        """SHA-256 of the byte range; `before` is the running hash of the old bytes if the caller has it."""
        if self.hole is None:
            raise NotOurs("nothing to sign")
        size = len(self.old)
        running = before.copy() if before is not None else hashlib.sha256(self.old)
        view = memoryview(self.data)
        running.update(view[: self.hole[0] - size])
        running.update(view[self.hole[1] - size :])
        return running.digest()

    def fill(self, cms: bytes) -> None:
        """Puts the signature into its hole."""
        if self.hole is None or len(cms) * 2 > self.hole[1] - self.hole[0] - 2:
            raise NotOurs("signature does not fit")
        start = self.hole[0] - len(self.old) + 1
        self.data[start : start + len(cms) * 2] = cms.hex().encode()

    def whole(self) -> bytes:
        """The old file and the new revision."""
        return b"".join((self.old, self.data))


def number(value: float) -> bytes:
    """A real number as PDF writes it."""
    return (b"%.3f" % value).rstrip(b"0").rstrip(b".") or b"0"


def moment(at: datetime) -> bytes:
    """A date string in the time of Vietnam (ISO 32000-2 §7.9.4)."""
    return at.astimezone(VN).strftime("(D:%Y%m%d%H%M%S+07'00')").encode()
