"""A case of the corpus, and short ways to bend a good package into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from infra.conformance.packages.content import PDF, File
from infra.conformance.packages.documents import document
from infra.conformance.packages.tree import Element, Style, write

TEXT = "Nội dung tệp đính kèm".encode()


@dataclass(frozen=True)
class Case:
    """A package and its fate: the code of the refusal, or the codes of the problems with which it is read."""

    name: str
    vi: str = ""
    refused: str = ""
    read: tuple[str, ...] | None = None
    make: Callable[[], bytes] = bytes

    @property
    def file(self) -> str:
        """Its name in the folder."""
        return self.name.replace(" ", "-") + ".edxml"


def bent(change: Callable[[Element], object], style: Style | None = None) -> bytes:
    root = document()
    change(root)
    return write(root, style)


def replaced(old: bytes, new: bytes) -> bytes:
    data = write(document())
    assert old in data
    return data.replace(old, new, 1)


def headed(head: str, extra: str = "") -> bytes:
    declaration, _, rest = write(document()).partition(b"\n")
    return (
        declaration + b"\n" + head.encode() + rest.replace(b"<edXML:Subject>", b"<edXML:Subject>" + extra.encode(), 1)
    )


def with_file(body: bytes, name: str = "a.txt", label: str = "application/zip") -> bytes:
    return write(document(files=(File(name, body, label),)))


def with_text(encoded: str, name: str = "a.pdf") -> bytes:
    return write(document(files=(File(name, b"", encoded=encoded),)))


def with_two(first: str, second: str) -> bytes:
    return write(document(files=(File("a.pdf", PDF, content_id=first), File("b.pdf", PDF, content_id=second))))
