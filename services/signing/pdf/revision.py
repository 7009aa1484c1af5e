"""One incremental revision: changed and new objects, a cross-reference table, a trailer, and a hole for a signature.

Of the old bytes only those objects are read that change.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from services.signing.pdf import objects
from services.signing.pdf.images import Picture
from services.signing.pdf.objects import NotOurs
from services.signing.pdf.signable import Signable
from shared.clock import VN

WIDTH = 10  # digits of a byte-range number
_NUMBERS = WIDTH * 4 + 3
_HOLE = b"/ByteRange [" + b"0" * _NUMBERS + b"] /Contents <"


@dataclass
class Revision:
    """What will be appended. `file` is the file as it stands."""

    file: Signable
    changed: dict[int, bytes | dict[bytes, bytes]] = field(default_factory=dict)
    hole: int | None = None  # the object that is the signature dictionary
    room: int = 0

    def __post_init__(self) -> None:
        self._next = int(self.file.trailer[b"/Size"])

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
        return known if known is not None else self.file.dictionary(number)

    def set(self, number: int, **entries: bytes) -> None:
        """Changes entries of a dictionary."""
        self.changed[number] = self.dictionary(number) | {b"/" + k.encode(): v for k, v in entries.items()}

    def signature(self, body: bytes, room: int) -> int:
        """A signature dictionary with a hole for `room` bytes of CMS."""
        if self.hole is not None:
            raise NotOurs("two signatures in one revision")
        self.hole, self.room = self.new(b"".join((b"<< ", body, _HOLE, b"0" * (room * 2), b"> >>"))), room
        return self.hole

    def close(self) -> Tail:
        """The bytes to append, with the byte range filled in."""
        parts: list[bytes] = []
        at, offsets, hole_at = self.file.size, {}, -1
        for number_, content in self.changed.items():
            body = content if isinstance(content, bytes) else objects.written(content)
            head = b"%d 0 obj\n" % number_
            if number_ == self.hole:
                hole_at = at + len(head) + len(body) - len(_HOLE) - self.room * 2 - len(b"> >>")
            offsets[number_] = at
            parts += (head, body, b"\nendobj\n")
            at += len(head) + len(body) + 8
        table = _table(offsets)
        parts += (table, b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (objects.written(self._trailer(table)), at))
        tail = Tail(self.file.size, bytearray(b"".join(parts)))
        if self.hole is not None:
            tail.measure(hole_at, self.room)
        return tail

    def _trailer(self, table: bytes) -> dict[bytes, bytes]:
        old = self.file.trailer
        kept = {key: old[key] for key in (b"/Root", b"/Info") if key in old}
        # The first half of the identifier stays, the second is new (ISO 32000-2 §14.4).
        first = objects.items(old[b"/ID"])[0]
        fresh = hashlib.sha256(first + table).hexdigest()[:32].upper().encode()
        sizes = {b"/Size": b"%d" % self._next, b"/Prev": b"%d" % self.file.start}
        return kept | sizes | {b"/ID": b"[%s <%s>]" % (first, fresh)}


@dataclass
class Tail:
    """The appended bytes. `size` is the old file's, `hole` where `<…>` of /Contents stands in the whole file."""

    size: int
    data: bytearray
    hole: tuple[int, int] | None = None

    def measure(self, hole_at: int, room: int) -> None:
        """Writes the byte range around the hole of `room` bytes, whose /ByteRange stands at `hole_at`."""
        start = hole_at + len(_HOLE) - 1
        end = start + room * 2 + 2
        numbers = b"0 %d %d %d" % (start, end, self.size + len(self.data) - end)
        place = hole_at - self.size + len(b"/ByteRange [")
        self.data[place : place + _NUMBERS] = numbers.ljust(_NUMBERS)
        self.hole = start, end

    def digest(self, before: hashlib._Hash) -> bytes:
        """SHA-256 of the byte range; `before` is the running hash of the old bytes."""
        if self.hole is None:
            raise NotOurs("nothing to sign")
        running = before.copy()
        view = memoryview(self.data)
        running.update(view[: self.hole[0] - self.size])
        running.update(view[self.hole[1] - self.size :])
        return running.digest()

    def fill(self, cms: bytes) -> None:
        """Puts the signature into its hole."""
        if self.hole is None or len(cms) * 2 > self.hole[1] - self.hole[0] - 2:
            raise NotOurs("signature does not fit")
        start = self.hole[0] - self.size + 1
        self.data[start : start + len(cms) * 2] = cms.hex().encode()


def _table(offsets: dict[int, int]) -> bytes:
    """The cross-reference table of these objects, a subsection for each run of numbers."""
    lines: list[bytes] = [b"xref\n"]
    run: list[int] = []
    for number_ in [*sorted(offsets), None]:
        if run and number_ != run[-1] + 1:
            lines.append(b"%d %d\n" % (run[0], len(run)))
            lines += [b"%010d 00000 n \n" % offsets[n] for n in run]
            run = []
        if number_ is not None:
            run.append(number_)
    return b"".join(lines)


def number(value: float) -> bytes:
    """A real number as PDF writes it."""
    return (b"%.3f" % value).rstrip(b"0").rstrip(b".") or b"0"


def moment(at: datetime) -> bytes:
    """A date string in the time of Vietnam (ISO 32000-2 §7.9.4)."""
    return at.astimezone(VN).strftime("(D:%Y%m%d%H%M%S+07'00')").encode()
