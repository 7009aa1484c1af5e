"""What must hold of every reading, whatever was read.

Said exactly: let `told(p)` be everything that a plain XML library finds in a package, element by element, and
`result(p)` all that the reader says about it (values, how they were read, what was kept, problems, digests of files).
Then

* a refusal leaves no file; a reading leaves exactly its attachments, each with the digest that is said;
* nothing is lost: each text of `told(p)` stands in `result(p)`;
* nothing changes silently: if `told(p)` and `told(q)` differ, `result(p)` and `result(q)` differ, or q is refused. Only
  a zip may be written differently around the very same file.
"""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lxml import etree

from services.gateway.edxml import EdxmlRefused, Package, Status, read
from tests.unit.gateway.edxml.meaning import lost, told

Result = tuple[Any, ...]


class Broken(AssertionError):
    """A promise that does not hold for this package."""


@dataclass
class Original:
    """A package before it is spoilt."""

    name: str
    data: bytes
    told: Any
    result: Result | None

    @classmethod
    def of(cls, name: str, data: bytes) -> Original:
        """Read it once."""
        return cls(name, data, said(data), judged(data))


def said(data: bytes) -> Any:
    """`told`, or nothing where the plain library cannot read it."""
    try:
        return told(data)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        return None


def judged(data: bytes) -> Result | None:
    """`result`, or nothing where the package is refused; the promises about files and loss are looked at."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        try:
            found = read(io.BytesIO(data), folder)
        except EdxmlRefused as no:
            if list(folder.iterdir()):
                raise Broken("a refused package left a file") from no
            if not no.message_vi or not no.problem.rule:
                raise Broken("a refusal without words") from no
            return None
        _look_at_files(found, folder)
    if said(data) is not None and (missing := lost(data, found)):
        raise Broken(f"lost: {missing[:3]}")
    return result_of(found)


def _look_at_files(found: Package | Status, folder: Path) -> None:
    there = {path: path.read_bytes() for path in folder.iterdir()}
    files = [a for a in found.attachments if a.path] if isinstance(found, Package) else []
    if {a.path for a in files} != set(there) or len(files) != len(there):
        raise Broken("files and attachments differ")
    for file in files:
        assert file.path
        body = there[file.path]
        if (len(body), hashlib.sha256(body).hexdigest()) != (file.size, file.sha256):
            raise Broken("a file is not what is said of it")


def result_of(found: Package | Status) -> Result:
    """All that is said about a package; lines and the folder left out."""
    plain = {k: v for k, v in vars(found).items() if k not in ("attachments", "problems", "readings", "other")}
    readings = tuple((r.path, r.how, r.raw) for r in found.readings)
    other = tuple((u.path, u.text) for u in found.other)
    problems = tuple((p.code, p.path, p.message_vi) for p in found.problems)
    files: tuple[Any, ...] = ()
    if isinstance(found, Package):
        files = tuple((a.content_id, a.name, a.content_type, a.description, a.sha256) for a in found.attachments)
    return repr(plain), readings, other, problems, files


def compare(original: Original, data: bytes) -> None:
    """The promises for a spoilt package. Raises Broken."""
    result, now = judged(data), said(data)
    if result is None or original.result is None or now is None or original.told is None:
        return
    if now != original.told and result == original.result:
        changed = (now - original.told) + (original.told - now)
        if not all(_same_file(path, now, original.told) for path, _ in changed):
            raise Broken(f"changed silently: {list(changed)[:3]}")


def _same_file(path: str, now: Any, before: Any) -> bool:
    """The content changed, but what is wrapped in it is the very same file."""
    one, other = (next((text for p, text in side if p == path), "") for side in (now, before))
    return bool(one) and _inner(one) == _inner(other)


def _inner(text: str) -> bytes:
    try:
        body = base64.b64decode(text, validate=True)
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return archive.read(archive.infolist()[0])
    except Exception:
        return text.encode()
