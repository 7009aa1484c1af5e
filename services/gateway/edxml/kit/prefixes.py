"""Raw tag names against the axis's rule: old and .NET readers look at `edXML:` letter by letter (QCVN 102:2016)."""

import re
from collections.abc import Iterator
from typing import BinaryIO

_TAG = re.compile(rb"<(/?)([^\s/>!?]+)([^>]*)>")
_BARE = frozenset(
    {"edXML", "AttachmentEncoded", "Attachment", "ContentId", "AttachmentName", "Description", "ContentType"}
)
_LONGEST = 1 << 20


def _tags(stream: BinaryIO) -> Iterator[tuple[bool, str, bool]]:
    """(closing, raw name, empty) of every tag, in bounded memory."""
    rest = b""
    while chunk := stream.read(65536):
        rest += chunk
        at = 0
        for found in _TAG.finditer(rest):
            at = found.end()
            yield bool(found[1]), found[2].decode("utf-8", "replace"), found[3].endswith(b"/")
        begin = rest.find(b"<", at)
        rest = rest[begin:] if begin >= 0 and len(rest) - begin < _LONGEST else b""


def prefix_faults(stream: BinaryIO, most: int = 20) -> list[str]:
    """The tags that break the rule; none is what the strict writer gives."""
    faults: dict[str, None] = {}
    path: list[str] = []
    for closing, name, empty in _tags(stream):
        if closing:
            path = path[:-1]
            continue
        wanted = _wanted(path, name)
        if wanted != name:
            faults[f"{name} → {wanted}"] = None
        if not empty:
            path.append(name)
        if len(faults) >= most or len(path) > 64:
            break
    return list(faults)


def _wanted(path: list[str], name: str) -> str:
    local = name.rpartition(":")[2]
    if "Signature" in path or local == "Signature":
        return local
    inside = any(p.endswith("edXMLEnvelope") for p in path) or local == "edXMLEnvelope"
    return local if not inside and local in _BARE else f"edXML:{local}"
