"""Reading DER: definite lengths in their shortest form, nothing behind the end."""

from __future__ import annotations

from services.signing.judging.remaking import Doubt

SEQUENCE, SET, OCTETS, OID = 0x30, 0x31, 0x04, 0x06


class Value:
    """One value in a longer text: its tag, and where it and its content stand."""

    __slots__ = ("data", "end", "inner", "start", "tag")

    def __init__(self, data: bytes, start: int, limit: int) -> None:
        try:
            self.tag, first = data[start], data[start + 1]
        except IndexError as error:
            raise Doubt("DER") from error
        size = first & 127 if first & 128 else 0
        self.inner = start + 2 + size
        length = int.from_bytes(data[start + 2 : self.inner], "big") if size else first
        short = length >= 128 and data[start + 2] if size else True
        self.data, self.start, self.end = data, start, self.inner + length
        if size > 4 or not short or self.tag & 31 == 31 or first == 128 or self.end > limit:
            raise Doubt("DER")

    @property
    def whole(self) -> bytes:
        """With tag and length."""
        return self.data[self.start : self.end]

    @property
    def content(self) -> bytes:
        """Without."""
        return self.data[self.inner : self.end]

    def parts(self, *tags: int) -> list[Value]:
        """The values inside; `tags` are what they must be, where they are given."""
        found, at = [], self.inner
        while at < self.end:
            found.append(Value(self.data, at, self.end))
            at = found[-1].end
        if tags and tuple(one.tag for one in found) != tags:
            raise Doubt("DER structure")
        return found


def first(data: bytes, tag: int) -> Value:
    """The value at the beginning; more may follow it."""
    value = Value(data, 0, len(data))
    if value.tag != tag:
        raise Doubt("DER structure")
    return value
