"""The size of a package before it is issued, and what to do when a partner takes less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal
from uuid import UUID

from services.gateway.edxml.model import NEW, Package, ResponseFor
from services.gateway.edxml.writing import layout
from services.gateway.edxml.writing.packing import Outgoing, is_raw, pack
from services.gateway.edxml.writing.writer import listed

_ANY_ID = str(UUID(int=0))
_LIST = 256  # the elements around the files, of which a package without files has none


class _Counter:
    """Counts what would be written."""

    def __init__(self) -> None:
        self.size = 0

    def write(self, data: bytes) -> None:
        self.size += len(data)


def measure(package: Package, files: Sequence[Outgoing]) -> int:
    """The very number of bytes that `write` will make; files that go zipped are compressed for it."""
    counter = _Counter()
    for item in files:
        pack(item, counter)
    return _frame(package, files) + counter.size


def package_size(package: Package, attachments: Sequence[tuple[str, int]]) -> int:
    """Bytes that `write` will make of (name, size) pairs with its own content ids and no descriptions.

    Exact where every file goes raw (pdf, zip); otherwise never less than what is written. Reads no file.
    """
    files = [Outgoing(name, Path()) for name, _ in attachments]
    return _frame(package, files) + sum(encoded_size(name, size) for name, size in attachments)


def encoded_size(name: str, size: int) -> int:
    """Characters that a file takes in a package, at most; exactly where it goes raw."""
    return ((size if is_raw(name) else _zipped_bound(size)) + 2) // 3 * 4


def _frame(package: Package, files: Sequence[Outgoing]) -> int:
    """Everything but the contents of the files."""
    entries = [listed(item._replace(content_id=item.content_id or _ANY_ID)) for item in files]
    around = sum(len(layout.attachment_head(entry)) + len(layout.ATTACHMENT_TAIL) for entry in entries)
    return len(layout.document_head(package, entries)) + len(layout.document_tail(bool(entries))) + around


def _zipped_bound(size: int) -> int:
    """A zip of one entry whose content does not shrink: stored blocks of deflate, both headers, the directory."""
    return size + 5 * (size // 8192 + 2) + 512


@dataclass(frozen=True)
class Part:
    """One package of a proposal: what it says and which of the files (by their place) it carries."""

    package: Package
    files: tuple[int, ...]
    size: int


@dataclass(frozen=True)
class Proposal:
    """How a document can reach a partner who takes packages up to `limit` bytes.

    `whole`: as it is. `split`: the annexes follow in further packages that answer to the first. `link`: the files in
    `linked` are larger than any package may be; they stay here and the partner gets a link to them. `impossible`: not
    even a package without files is small enough.
    """

    kind: Literal["whole", "split", "link", "impossible"]
    limit: int
    size: int
    parts: tuple[Part, ...] = ()
    linked: tuple[int, ...] = field(default=())


def propose(package: Package, files: Sequence[tuple[str, int]], limit: int) -> Proposal:
    """A proposal from (name, size) of the document's files, the document itself first; a person agrees to it."""
    size = package_size(package, files)
    everything = tuple(range(len(files)))
    if size <= limit:
        return Proposal("whole", limit, size, (Part(package, everything, size),))
    longest = _announced(package, 99, 99)
    rooms = [limit - package_size(told, []) - _LIST for told in (package, longest)]
    if min(rooms) < 0:
        return Proposal("impossible", limit, size)
    costs = [_cost(name, length) for name, length in files]
    linked = tuple(i for i in everything if costs[i] > rooms[1])
    groups = _groups([i for i in everything if i not in linked], costs, rooms)
    parts = []
    for number, group in enumerate(groups, 1):
        told = package if number == 1 else _announced(package, number, len(groups))
        parts.append(Part(told, tuple(group), package_size(told, [files[i] for i in group])))
    return Proposal("link" if linked else "split", limit, size, tuple(parts), linked)


def _groups(chosen: Sequence[int], costs: Sequence[int], rooms: Sequence[int]) -> list[list[int]]:
    """The files in their order, as many in each package as fit; the first package has a room of its own."""
    groups: list[list[int]] = [[]]
    room = rooms[0]
    for index in chosen:
        if costs[index] > room:
            groups.append([])
            room = rooms[1]
        groups[-1].append(index)
        room -= costs[index]
    return groups


def _cost(name: str, size: int) -> int:
    """What one more file adds to a package."""
    entry = listed(Outgoing(name, Path(), _ANY_ID))
    frame = len(layout.reference(entry)) + len(layout.attachment_head(entry)) + len(layout.ATTACHMENT_TAIL)
    return frame + encoded_size(name, size)


def _announced(package: Package, number: int, count: int) -> Package:
    """A further package: a new document of the same number that answers to the first and says which part it is."""
    mark = f" (phần {number}/{count})"
    first = ResponseFor(
        package.sender.organ_id,
        f"{package.code_number}/{package.code_notation}",
        package.document_id,
        package.promulgation_date,
    )
    return replace(
        package,
        document_id=package.document_id[: 75 - len(mark)] + mark,
        subject=package.subject[: 500 - len(mark)] + mark,
        content="",
        response_for=(first,),
        business_type=NEW,
        business_document_id="",
        update_info=None,
        replacements=(),
    )
