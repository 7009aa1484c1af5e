"""Where an object is used in a revision: every path from the trailer to it, searched backwards from the object.

pyHanko walks the whole document again for each signed revision. Here every version of every object is read once, and
a question costs what lies between the object and the trailer. The answers are pyHanko's (`_load_reverse_xref_cache`):
a page is entered only by its place in the page tree, an element of structure only through the structure tree.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader, RawPdfPath

Key = tuple[int, int]  # object number and generation
Path = tuple[str | int, ...]
STRUCTURE: Path = ("/Root", "/StructTreeRoot", "/K")
MOST_STEPS = 100_000


class TooTangled(Exception):
    """More paths lead to the object than can be listed backwards."""


class Uses:
    """Of one file. `of` answers for one object in one revision."""

    def __init__(self, reader: PdfFileReader) -> None:
        self._reader = reader
        self._changed: list[set[Key]] = [
            {(ref.idnum, ref.generation) for ref in reader.xrefs.explicit_refs_in_revision(revision)}
            for revision in range(reader.total_revisions)
        ]
        self._written: dict[Key, list[int]] = defaultdict(list)
        for revision, keys in enumerate(self._changed):
            for key in keys:
                self._written[key].append(revision)
        self._trailers = [_edges(reader.trailer.flatten(n)) for n in range(reader.total_revisions)]
        self._edges: dict[tuple[Key, int], tuple[tuple[Path, Key], ...]] = {}
        self._sources: dict[Key, set[Key]] = defaultdict(set)  # over all revisions
        self._pages: dict[int, dict[Key, Path]] = {}
        self._elements: dict[int, frozenset[Key]] = {}
        self._read_everything()

    def _read_everything(self) -> None:
        """Every object that some revision reaches, in each of its versions."""
        reached: set[Key] = set()
        for revision, changed in enumerate(self._changed):
            waiting = [target for _, target in self._trailers[revision]]
            for key in changed & reached:
                waiting += self._linked(key, revision)
            while waiting:
                key = waiting.pop()
                if key not in reached:
                    reached.add(key)
                    waiting += self._linked(key, revision)

    def _linked(self, key: Key, revision: int) -> list[Key]:
        if self._version(key, revision) is None:
            self.value(key, revision)  # raises: what nobody has written may be written by somebody later
        targets = [target for _, target in self.edges(key, revision)]
        for target in targets:
            self._sources[target].add(key)
        return targets

    def _version(self, key: Key, revision: int) -> int | None:
        """The revision that last wrote the object, up to this one."""
        place = bisect_right(self._written[key], revision)
        return self._written[key][place - 1] if place else None

    def edges(self, key: Key, revision: int) -> tuple[tuple[Path, Key], ...]:
        """The references inside the object, with their places in it."""
        version = self._version(key, revision)
        if version is None:
            return ()
        known = self._edges.get((key, version))
        if known is None:
            known = self._edges[key, version] = _edges(self.value(key, version))
        return known

    def value(self, key: Key, revision: int) -> Any:
        """The object as this revision has it, not tied to it."""
        ref, version = generic.Reference(*key, pdf=self._reader), self._version(key, revision)
        reader: Any = self._reader
        return reader.get_object(ref, revision if version is None else version)

    def of(self, ref: generic.Reference, revision: int) -> set[RawPdfPath]:
        """All paths from the trailer of the revision to this object. TooTangled."""
        target = (ref.idnum, ref.generation)
        return {RawPdfPath(*path) for path in self._backwards(target, revision)}

    def _backwards(self, target: Key, revision: int) -> Iterator[Path]:
        pages, elements = self.pages(revision), self.elements(revision)
        waiting: list[tuple[Key, Path, frozenset[Key], bool]] = [(target, (), frozenset([target]), False)]
        steps = 0
        while waiting:
            steps += 1
            if steps > MOST_STEPS:
                raise TooTangled
            key, tail, seen, structured = waiting.pop()
            for place, found in self._trailers[revision]:
                if found == key and _enters((*place, *tail), structured):
                    yield (*place, *tail)
            for source in self._sources[key] - seen:
                for place, found in self.edges(source, revision):
                    if found != key:
                        continue
                    path, within = (*place, *tail), structured or source in elements
                    if within and "/P" in place:
                        continue
                    if source not in pages:
                        waiting.append((source, path, seen | {source}, within))
                    elif not within and not seen & self._above(source, revision):
                        yield (*pages[source], *path)

    def _above(self, page: Key, revision: int) -> set[Key]:
        """The nodes through which the page tree leads to this one: itself, those above it, the catalog."""
        pages = self.pages(revision)
        path = pages[page]
        above = {key for key, other in pages.items() if path[: len(other)] == other}
        return above | {found for place, found in self._trailers[revision] if place == ("/Root",)}

    def pages(self, revision: int) -> dict[Key, Path]:
        """Every node of the page tree with its path."""
        if revision not in self._pages:
            found: dict[Key, Path] = {}
            for path, key in self._links(revision, ("/Pages",)):
                self._walk_pages(key, path, revision, found)
            self._pages[revision] = found
        return self._pages[revision]

    def _walk_pages(self, key: Key, path: Path, revision: int, found: dict[Key, Path]) -> None:
        waiting = [(key, path)]
        while waiting:
            key, path = waiting.pop()
            if key in found:
                raise PdfReadError("circular reference in the page tree")
            found[key] = path
            node = self.value(key, revision)
            if path == ("/Root", "/Pages") or _entry(node, "/Type") == "/Pages":
                kids = self._array(node, "/Kids", revision)
                waiting += [
                    ((kid.idnum, kid.generation), (*path, "/Kids", place))
                    for place, kid in enumerate(kids)
                    if isinstance(kid, generic.IndirectObject)
                ]

    def elements(self, revision: int) -> frozenset[Key]:
        """Every element of the structure tree."""
        if revision not in self._elements:
            found: set[Key] = set()
            for _, key in self._links(revision, ("/StructTreeRoot",)):
                self._walk_elements(self.value(key, revision), revision, found)
            self._elements[revision] = frozenset(found)
        return self._elements[revision]

    def _walk_elements(self, root: Any, revision: int, found: set[Key]) -> None:
        waiting = [root]
        while waiting:
            for child in self._array(waiting.pop(), "/K", revision):
                value, key = child, None
                if isinstance(child, generic.IndirectObject):
                    key = child.idnum, child.generation
                    value = self._resolved(child, revision)
                kind = _entry(value, "/Type") or "/StructElem"
                if not isinstance(value, generic.DictionaryObject) or kind != "/StructElem":
                    continue
                if key in found:
                    raise PdfReadError("circular reference in the structure tree")
                if key is not None:
                    found.add(key)
                waiting.append(value)

    def _links(self, revision: int, of: Path) -> Iterator[tuple[Path, Key]]:
        """The references which the catalog of this revision has at this entry."""
        for place, key in self._trailers[revision]:
            if place == ("/Root",):
                yield from ((place + at, to) for at, to in self.edges(key, revision) if at == of)

    def _array(self, entries: Any, name: str, revision: int) -> list[Any]:
        value = self._resolved(_entry(entries, name), revision)
        if value is None:
            return []
        return list(value) if isinstance(value, generic.ArrayObject) else [_entry(entries, name)]

    def _resolved(self, value: Any, revision: int) -> Any:
        for _ in range(8):
            if not isinstance(value, generic.IndirectObject):
                break
            value = self.value((value.idnum, value.generation), revision)
        return value


def _entry(entries: Any, name: str) -> Any:
    known = isinstance(entries, generic.DictionaryObject) and name in entries
    return entries.raw_get(name) if known else None


def _enters(path: Path, structured: bool) -> bool:
    """Whether pyHanko would follow this path: elements only through their tree, and there no /P."""
    if path[:3] == STRUCTURE:
        return "/P" not in path[3:]
    return not structured


def _edges(value: Any) -> tuple[tuple[Path, Key], ...]:
    found: list[tuple[Path, Key]] = []
    waiting: list[tuple[Path, Any]] = [((), value)]
    while waiting:
        path, one = waiting.pop()
        if isinstance(one, generic.IndirectObject):
            if path:
                found.append((path, (one.idnum, one.generation)))
        elif isinstance(one, generic.DictionaryObject):
            waiting += [((*path, key), one.raw_get(key)) for key in one if key != "/Parent"]
        elif isinstance(one, generic.ArrayObject):
            waiting += [((*path, place), one.raw_get(place)) for place in range(len(one))]
    return tuple(found)
