"""A file that this library has prepared, as its next signer sees it: read from its own bytes and nowhere else.

Whatever is kept beside a file in a database could be changed there, and its signer would sign something else than was
shown. So nothing of a file's structure is ever kept: the few objects that a revision changes are read when it is made.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from services.signing.pdf import names, objects
from services.signing.pdf.content import Content, hashed, opened, size_of
from services.signing.pdf.objects import NotOurs
from services.signing.pdf.reader import Bytes, Reader
from shared.problems import Refusal

STORE_KINDS = (b"/Certs", b"/OCSPs", b"/CRLs")
GLANCE = 1024  # bytes
_NAME = re.compile(rb"/T (\([^()\\]*\))")


class NotPrepared(Refusal):
    kind, status = "pdf-not-prepared", 422
    message = "Tệp này không do hệ thống chuẩn bị nên chưa có chỗ cho số, ngày và chữ ký. Hãy chuẩn bị lại từ dự thảo."


class FileChanged(Refusal):
    kind = "pdf-changed"
    message = "Tệp đã khác với tệp được chuẩn bị để ký nên chưa ký. Hãy mở lại văn bản và thực hiện ký lại từ đầu."


@dataclass(frozen=True)
class Known:
    """Which bytes a file has to consist of."""

    size: int
    sha256: str


def known_of(content: Content) -> Known:
    """Which file this is."""
    return Known(size_of(content), hashed(content).hexdigest())


class Signable(Reader):
    """The form with its fields, and the security store. NotOurs where the file is of another shape."""

    @cached_property
    def form(self) -> int:
        """The object number of the form."""
        return objects.reference(self.dictionary(self.root)[b"/AcroForm"])

    @cached_property
    def listed(self) -> list[int]:
        """The object numbers of the form's fields. The array may be an object of its own."""
        return [objects.reference(one) for one in objects.items(self.resolved(self.dictionary(self.form)[b"/Fields"]))]

    def field(self, name: str) -> tuple[int, dict[bytes, bytes]] | None:
        """Number and dictionary of the one field with this name."""
        written = objects.string(name)
        found = self._named.get(written)
        if found is None:
            return None
        entries = self.dictionary(found[0])
        if len(found) > 1 or entries[b"/T"] != written:
            raise NotOurs("field named twice")
        return found[0], entries

    @cached_property
    def _named(self) -> dict[bytes, list[int]]:
        """Numbers of fields by the first name at their place: a glance, so that only those asked for are parsed."""
        found: dict[bytes, list[int]] = {}
        for number in self.listed:
            at = self.offset(number)
            if match := _NAME.search(self.pdf, at, at + GLANCE):
                found.setdefault(match[1], []).append(number)
        return found

    def signed(self, name: str) -> bool:
        """Whether this signature field has its signature."""
        found = self.field(name)
        return found is not None and b"/V" in found[1]

    @property
    def leaders(self) -> tuple[str, ...]:
        """The names of the leaders' fields that there are."""
        return tuple(takewhile(self.field, names.LEADERS))

    @cached_property
    def hole(self) -> tuple[int, int] | None:
        """Where the value of the signature over the whole file stands, from "<" to after ">", if there is one."""
        for number in self.listed:
            entries = self.dictionary(number)
            if entries.get(b"/FT") != b"/Sig" or b"/V" not in entries:
                continue
            value = self.dictionary(objects.reference(entries[b"/V"]))
            first, start, end, rest = map(int, objects.numbers(value[b"/ByteRange"]))
            if first == 0 and end + rest == self.size:
                return start, end
        return None

    @cached_property
    def store(self) -> dict[bytes, bytes]:
        """The security store's dictionary; empty where there is none."""
        catalog = self.dictionary(self.root)
        return self.dictionary(objects.reference(catalog[b"/DSS"])) if b"/DSS" in catalog else {}

    def evidence(self) -> set[bytes]:
        """SHA-256 of everything in the security store."""
        kept = [item for kind in STORE_KINDS if kind in self.store for item in objects.items(self.store[kind])]
        return {hashlib.sha256(self.stream(objects.reference(item))[1]).digest() for item in kept}


@contextmanager
def reading(content: Content, known: Known | None = None) -> Iterator[Signable]:
    """The file, open for reading. NotPrepared if this library did not write it; FileChanged if it is plainly not the
    known one (whether it is to the last bit, `opening.revised` finds out)."""
    if known is not None and known.size != size_of(content):
        raise FileChanged
    try:
        with opened(content) as pdf:
            yield _read(pdf)
    except NotOurs as error:
        changed = known is not None and known != known_of(content)
        raise (FileChanged if changed else NotPrepared) from error


def _read(pdf: Bytes) -> Signable:
    try:
        file = Signable(pdf)
        whole = file.listed and bytes(pdf[file.size - 1 : file.size]) == b"\n"
    except (KeyError, ValueError) as error:
        raise NotOurs("no form") from error
    if not whole:
        raise NotOurs("no fields, or bytes after the end")
    return file
