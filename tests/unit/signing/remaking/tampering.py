"""Random changes of finished files, without anybody's key: bytes, tables, ranges, revisions, the CMS in its hole."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from tests.unit.signing.forging.files import ended, table, with_range
from tests.unit.signing.forging.messages import Hole
from tests.unit.signing.remaking.mutations import Mutator

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj\n", re.DOTALL)
_END = re.compile(rb"%%EOF\n")


class Tamperer:
    """`others`: finished files whose parts get into the one that is changed."""

    def __init__(self, seed: int, others: Sequence[bytes]) -> None:
        self.mutator, self.others = Mutator(seed), others
        self.random: random.Random = self.mutator.random
        self._ways = (
            self.letters, self.words, self.cut, self.joined, self.updated, self.ranged, self.message, self.borrowed,
        )  # fmt: skip

    def file(self, pdf: bytes) -> bytes:
        """The file with one to three changes. One that can no longer be opened for the next change stays so."""
        for _ in range(self.random.choice((1, 1, 1, 2, 3))):
            try:
                pdf = self.random.choice(self._ways)(pdf)
            except Exception:  # the earlier change has spoilt what this one looks for
                return pdf
        return pdf

    def letters(self, pdf: bytes) -> bytes:
        """A few bytes: other ones, one more, one less."""
        place, kind = self.random.randrange(len(pdf)), self.random.randrange(3)
        new = bytes([self.random.randrange(256)])
        return pdf[:place] + (b"" if kind == 0 else new) + pdf[place + (kind != 1) :]

    def words(self, pdf: bytes) -> bytes:
        """A word of the file's own language, outside of what is compressed; nothing else moves, if there is room."""
        found = self.random.choice(list(_OBJECT.finditer(pdf)))
        text, stream, rest = found[2].partition(b"\nstream\n")
        new = self.mutator.text(text, 200).ljust(len(text))
        return pdf[: found.start(2)] + new + stream + rest + pdf[found.end(2) :]

    def cut(self, pdf: bytes) -> bytes:
        """Without its end: of the file, or the last revisions."""
        ends = [found.end() for found in _END.finditer(pdf)]
        return pdf[: self.random.choice([*ends, self.random.randrange(len(pdf))])]

    def joined(self, pdf: bytes) -> bytes:
        """The first revisions of one file and the last ones of another, or one of them twice."""
        other = self.random.choice([pdf, *self.others])
        mine, theirs = ([0, *(found.end() for found in _END.finditer(one))] for one in (pdf, other))
        return pdf[: self.random.choice(mine[1:])] + other[self.random.choice(theirs[:-1]) :]

    def updated(self, pdf: bytes) -> bytes:
        """One more revision in good order, in which some objects say something else."""
        offsets, body = {}, pdf
        for found in self.random.sample(list(_OBJECT.finditer(pdf)), self.random.choice((0, 1, 1, 2))):
            text, stream, rest = found[2].partition(b"\nstream\n")
            offsets[int(found[1])] = len(body)
            body += b"%s 0 obj\n%s\nendobj\n" % (found[1], self.mutator.text(text, 200) + stream + rest)
        return ended(body + table(pdf, offsets), len(body))

    def ranged(self, pdf: bytes) -> bytes:
        """The byte range of the last signature says something else."""
        place, by = self.random.randrange(4), self.random.choice((-100, -10, -1, 1, 9, 10**9))
        return with_range(pdf, lambda found: [max(n + by * (at == place), 0) for at, n in enumerate(found)])

    def message(self, pdf: bytes) -> bytes:
        """Some bytes of the last CMS."""
        hole = Hole.last(pdf)
        content = bytearray(hole.content(pdf))
        for _ in range(self.random.choice((1, 1, 4))):
            content[self.random.randrange(len(content))] = self.random.randrange(256)
        return hole.filled(pdf, bytes(content))

    def borrowed(self, pdf: bytes) -> bytes:
        """The last CMS is another file's, or that of an earlier revision."""
        other = self.random.choice(self.others)
        return Hole.last(pdf).filled(pdf, Hole.last(self.cut(other)).content(other).rstrip(b"\0"))
