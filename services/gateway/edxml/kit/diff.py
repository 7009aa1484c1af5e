"""Two packages compared by what they mean: fields and files, never bytes, order of elements or spelling."""

from __future__ import annotations

from dataclasses import dataclass

from services.gateway.edxml.kit.flat import Flat, files, flat
from services.gateway.edxml.model import Package, Status
from services.gateway.edxml.standard import by_path

# Marks of the transport: every hop adds its own.
_TRANSPORT = ("TraceHeaderList.TraceHeader.",)


@dataclass(frozen=True)
class Difference:
    """One field or file: what the first says, what the second says; an empty text where one says nothing."""

    field: str
    label: str
    first: str
    second: str


def compare(one: Package | Status, other: Package | Status, *, traces: bool = False) -> list[Difference]:
    """All differences; those of the hops only when asked for."""
    if one.kind != other.kind:
        return [Difference("kind", "loại gói tin", one.kind, other.kind)]
    first, second = flat(one), flat(other)
    found = []
    for name in dict.fromkeys([*first, *second]):
        if name.startswith(_TRANSPORT) and not traces:
            continue
        left, right = _shown(first, name), _shown(second, name)
        if left != right:
            found.append(Difference(name, label(name), left, right))
    return found + _files(one, other) + _extensions(one, other)


def label(name: str) -> str:
    """The Vietnamese name of a field."""
    element = by_path().get(name) or by_path(status=True).get(name)
    return element.vi if element else name


def _shown(values: Flat, name: str) -> str:
    value = values.get(name, "")
    return "; ".join(value) if isinstance(value, list) else value


def _files(one: Package | Status, other: Package | Status) -> list[Difference]:
    first, second = ({str(f["name"]): f for f in files(p)} for p in (one, other))
    found = []
    for name in dict.fromkeys([*first, *second]):
        left, right = (_file(side.get(name)) for side in (first, second))
        if left != right:
            found.append(Difference(f"Attachment[{name}]", f"tệp {name}", left, right))
    return found


def _file(file: dict[str, str | int] | None) -> str:
    return f"{file['size']} byte, SHA-256 {file['sha256']}" if file else ""


def _extensions(one: Package | Status, other: Package | Status) -> list[Difference]:
    """What the standard does not know: compared by its path's last name."""
    first, second = (sorted((u.path.rpartition("/")[2], u.text) for u in p.other) for p in (one, other))
    left, right = ("; ".join(f"{n}={t}" for n, t in side) for side in (first, second))
    return [] if first == second else [Difference("other", "phần mở rộng", left, right)]
