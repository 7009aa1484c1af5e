"""The manifest and the encoded files brought together (QCVN 102:2016: Reference, Attachment)."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.gateway.edxml.errors import EdxmlRefused
from services.gateway.edxml.fields import Fields
from services.gateway.edxml.limits import Limits
from services.gateway.edxml.model import Attachment
from services.gateway.edxml.tree import Node
from services.gateway.edxml.unwrap import unwrap

_GRAVE = frozenset({"ZIP_DAMAGED", "ATTACHMENT_RUINED"})


@dataclass
class _Entry:
    node: Node
    content_id: str
    name: str
    content_type: str
    description: str


def bare_id(text: str) -> str:
    """The content id without its `cid:`, however often it was put there."""
    while text.lower().startswith("cid:"):
        text = text[4:].strip()
    return text


def _entry(node: Node, fields: Fields) -> _Entry:
    texts = {n: fields.text(node, n) for n in ("ContentId", "AttachmentName", "ContentType", "Description")}
    for name in ("FieldName", "MimeType", "AttachmentSize"):
        fields.text(node, name)
    content_id = bare_id(texts["ContentId"])
    return _Entry(node, content_id, texts["AttachmentName"], texts["ContentType"], texts["Description"])


def _unique(entries: Iterable[_Entry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        if entry.content_id and entry.content_id in seen:
            raise EdxmlRefused("DUPLICATE_CONTENT_ID", entry.node.line, entry.content_id)
        seen.add(entry.content_id)


def read_attachments(nodes: list[Node], fields: Fields, limits: Limits) -> tuple[Attachment, ...]:
    """All files of the package in the order of their contents."""
    references, contents = _collect(nodes, fields)
    _unique(references)
    _unique(contents)
    _check_links(references)
    pairs = _matched(references, contents)
    used = {id(reference) for reference in pairs.values()}
    for reference in references:
        if id(reference) not in used:
            fields.note("ATTACHMENT_MISSING", "error", reference.node, reference.name)
    found, room = [], limits.total_bytes
    for content in contents:
        pair = pairs.get(id(content))
        if references and pair is None:
            fields.note("ATTACHMENT_UNLISTED", "warning", content.node, content.name)
        attachment = _attachment(content, pair, fields, limits)
        room -= attachment.size
        if room < 0:
            raise EdxmlRefused("ZIP_BOMB", content.node.line)
        found.append(attachment)
    return tuple(found)


def _collect(nodes: list[Node], fields: Fields) -> tuple[list[_Entry], list[_Entry]]:
    references: list[_Entry] = []
    contents: list[_Entry] = []
    for node in nodes:
        if node.name == "Reference" and "/Signature/" not in node.path:
            references.append(_entry(node, fields))
        elif node.name == "Attachment":
            contents.append(_entry(node, fields))
    return references, contents


def _check_links(references: list[_Entry]) -> None:
    """A Reference may point into its own package only."""
    for reference in references:
        for name, value in reference.node.attributes.items():
            if name.rpartition("}")[2] == "href" and not value.lower().startswith("cid:"):
                raise EdxmlRefused("LINK", reference.node.line, value)


def _matched(references: list[_Entry], contents: list[_Entry]) -> dict[int, _Entry]:
    """Contents to references: by id, else by order when the counts agree, else by name."""
    by_id = {r.content_id: r for r in references if r.content_id}
    pairs = {id(c): by_id[c.content_id] for c in contents if c.content_id in by_id}
    free = [r for r in references if all(r is not p for p in pairs.values())]
    left = [c for c in contents if id(c) not in pairs]
    if len(free) == len(left):
        pairs.update({id(c): r for c, r in zip(left, free, strict=True)})
        return pairs
    by_name = {r.name: r for r in free if r.name}
    for content in left:
        if content.name in by_name:
            pairs[id(content)] = by_name.pop(content.name)
    return pairs


def _attachment(content: _Entry, reference: _Entry | None, fields: Fields, limits: Limits) -> Attachment:
    content_id = content.content_id or (reference.content_id if reference else "")
    name = content.name or (reference.name if reference else "")
    label = content.content_type or (reference.content_type if reference else "")
    description = content.description or (reference.description if reference else "")
    if "/" in name or "\\" in name:
        fields.note("ATTACHMENT_NAME", "warning", content.node, name)
    stored = next((c.stored for c in content.node.children if c.stored), None)
    if stored is None:
        fields.note("ATTACHMENT_MISSING", "error", content.node, name)
        return Attachment(content_id, name, label, description, "", 0)
    result = unwrap(stored, name, label, limits, content.node.line)
    if result.fault:
        fields.note(result.fault, "error" if result.fault in _GRAVE else "warning", content.node, name)
    kept = result.stored
    return Attachment(content_id, name, label, description, kept.sha256, kept.size, kept.path)
