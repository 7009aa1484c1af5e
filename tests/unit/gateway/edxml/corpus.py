"""Packages made to hurt, to confuse or to break: each with what must become of it.

`python -m tests.unit.gateway.edxml.corpus` writes the small ones to tests/data/hostile; a test compares them. The large
ones exist only while they are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from infra.conformance.hostile import CASES, TEXT, Case
from infra.conformance.packages.content import PDF, File, zipped
from infra.conformance.packages.documents import document
from infra.conformance.packages.tree import write

FOLDER = Path(__file__).parents[3] / "data" / "hostile"
SMALL = 32 * 1024


def truncated() -> Iterator[tuple[int, bytes]]:
    """A package cut at every hundredth of its bytes, and at every byte of its last line."""
    data = write(document(files=(File("a.pdf", PDF * 20), File("b.txt", zipped(TEXT), "application/zip", "cid:2"))))
    cuts = {len(data) * n // 100 for n in range(1, 100)} | set(range(len(data) - 60, len(data) - 1))
    for cut in sorted(cuts):
        yield cut, data[:cut]


def small() -> Iterator[tuple[Case, bytes]]:
    """The cases that are kept as files."""
    for case in CASES:
        data = case.make()
        if len(data) <= SMALL:
            yield case, data


def main() -> None:
    """Write the folder anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.iterdir():
        path.unlink()
    for case, data in small():
        (FOLDER / case.file).write_bytes(data)


if __name__ == "__main__":
    main()
