"""The manifest and the encoded files brought together (QCVN 102:2016: Reference, Attachment)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.gateway.edxml.errors import EdxmlRefused
from services.gateway.edxml.limits import Limits
from services.gateway.edxml.model import Attachment
from services.gateway.edxml.reading.fields import Fields
from services.gateway.edxml.reading.mime import Part
from services.gateway.edxml.reading.sink import Shelf, Stored
from services.gateway.edxml.reading.target import Node
from services.gateway.edxml.reading.unwrap import Unwrapper

_GRAVE = frozenset({"ZIP_DAMAGED", "ATTACHMENT_RUINED"})


@dataclass
class _Entry:
    node: Node | None
    content_id: str
    name: str
    content_type: str
    description: str
    digest: str = ""
    stored: Stored | None = None

    @property
    def line(self) -> int:
        return self.node.line if self.node else 0


def bare_id(text: str) -> str:
    """The content id without its `cid:`, however often it was put there."""
    while text[:4].lower() == "cid:":
        text = text[4:].strip()
    return text


class Files:
    """All files of one package."""

    def __init__(self, fields: Fields, shelf: Shelf, limits: Limits, parts: Sequence[Part]) -> None:
        self._fields, self._shelf, self._limits = fields, shelf, limits
        self._unwrapper = Unwrapper(shelf, limits)
        self.references: list[_Entry] = []
        self.contents: list[_Entry] = []
        self.references += [self._reference(node) for node in fields.named("Reference") if not node.hidden]
        self.contents += [self._content(node) for node in fields.named("Attachment")]
        self.contents += [_Entry(None, p.content_id, p.name, p.content_type, "", "", p.stored) for p in parts]

    def read(self) -> tuple[Attachment, ...]:
        """The files in the order of their contents, then those that are named without any."""
        _unique(self.references)
        _unique(self.contents)
        pairs = self._matched()
        used = {id(reference) for reference in pairs.values()}
        missing = [reference for reference in self.references if id(reference) not in used]
        found, room = [], self._limits.total_bytes
        for content in self.contents:
            pair = pairs.get(id(content))
            if self.references and pair is None:
                self._fields.note("ATTACHMENT_UNLISTED", "warning", content.node, content.name)
            attachment = self._attachment(content, pair)
            room -= attachment.size
            if room < 0:
                raise EdxmlRefused("ZIP_BOMB", content.line)
            found.append(attachment)
        return tuple(found) + tuple(self._without_content(reference) for reference in missing)

    def _reference(self, node: Node) -> _Entry:
        entry = self._entry(node)
        entry.digest = self._digest(node)
        for name, value in (node.attributes or {}).items():
            if name.rpartition("}")[2] != "href":
                continue
            if value[:4].lower() != "cid:":
                raise EdxmlRefused("LINK", node.line, value, node.path)
            target = bare_id(value)
            if entry.content_id and target != entry.content_id:
                self._fields.note("DUPLICATE_ELEMENT", "warning", node, f"@href {value}")
                self._fields.reading(node, "inferred", value)
            entry.content_id = entry.content_id or target
        return entry

    def _digest(self, node: Node) -> str:
        """The SHA-256 that is promised, in lower case."""
        raw = self._fields.code(node, "ContentDigest")
        child = self._fields.child(node, "ContentDigest")
        if child and raw != raw.lower():
            self._fields.reading(child, "normalised", raw)
        return raw.lower()

    def _content(self, node: Node) -> _Entry:
        entry = self._entry(node)
        stored = [child for child in node.children if child.stored]
        if len(stored) > 1:
            raise EdxmlRefused("DUPLICATE_CONTENT_ID", stored[1].line, entry.content_id, stored[1].path)
        if stored:
            self._fields.child(node, "ContentTransferEncoded")  # another spelling of it is noted
            entry.stored = stored[0].stored
        return entry

    def _entry(self, node: Node) -> _Entry:
        fields = self._fields
        node.met = True
        raw = fields.code(node, "ContentId")
        content_id = bare_id(raw)
        child = fields.child(node, "ContentId")
        if child and raw not in (content_id, f"cid:{content_id}"):
            fields.reading(child, "normalised", raw)
        name, label = fields.text(node, "AttachmentName"), fields.text(node, "ContentType")
        return _Entry(node, content_id, name, label, fields.text(node, "Description"))

    def _matched(self) -> dict[int, _Entry]:
        """Contents to references: by id, else by order when the counts agree, else by name."""
        by_id = {r.content_id: r for r in self.references if r.content_id}
        pairs = {id(c): by_id[c.content_id] for c in self.contents if c.content_id in by_id}
        taken = {id(r) for r in pairs.values()}
        free = [r for r in self.references if id(r) not in taken]
        left = [c for c in self.contents if id(c) not in pairs]
        if len(free) != len(left):
            by_name = {r.name: r for r in free if r.name}
            couples = [(c, by_name.pop(c.name)) for c in left if c.name in by_name]
        else:
            couples = list(zip(left, free, strict=True))
        for content, reference in couples:
            pairs[id(content)] = reference
            if content.node:
                self._fields.reading(content.node, "inferred", f"{content.content_id} → {reference.content_id}")
        return pairs

    def _attachment(self, content: _Entry, reference: _Entry | None) -> Attachment:
        other = reference or _Entry(None, "", "", "", "")
        content_id = content.content_id or other.content_id
        name = content.name or other.name
        label = content.content_type or other.content_type
        description = content.description or other.description
        self._note_difference(content, other)
        if "/" in name or "\\" in name:
            self._fields.note("ATTACHMENT_NAME", "warning", content.node, name)
        if content.stored is None:
            self._fields.note("ATTACHMENT_MISSING", "error", content.node, name)
            self._promised(other, "")
            return Attachment(content_id, name, label, description, "", 0)
        result = self._unwrapper.unwrap(content.stored, name, label, content.line)
        if result.fault:
            self._fields.note(result.fault, "error" if result.fault in _GRAVE else "warning", content.node, name)
        if result.wrapping and label.lower() != "application/zip" and content.node:
            self._fields.reading(content.node, "inferred", f"{result.wrapping}: {label}")
        kept = self._shelf.keep(result.stored)
        if not self._promised(other, kept.sha256):
            self._fields.note("HASH_MISMATCH", "error", content.node, name)
        return Attachment(content_id, name, label, description, kept.sha256, kept.size, Path(kept.path))

    def _without_content(self, reference: _Entry) -> Attachment:
        """A file that is named and not there."""
        self._fields.note("ATTACHMENT_MISSING", "error", reference.node, reference.name)
        self._promised(reference, "")
        name, label = reference.name, reference.content_type
        return Attachment(reference.content_id, name, label, reference.description, "", 0)

    def _promised(self, reference: _Entry, sha256: str) -> bool:
        """Whether the file is the one that the manifest promised; a promise that is not kept is kept as raw."""
        if reference.digest in ("", sha256):
            return True
        if reference.node:
            self._fields.reading(reference.node, "unreadable", reference.digest)
        return False

    def _note_difference(self, content: _Entry, reference: _Entry) -> None:
        """What the manifest says otherwise than the file itself, or only one of them says, is kept."""
        if content.node is None:
            return  # a part of a multipart message: the manifest alone speaks
        if reference.node is None:
            self._fields.reading(content.node, "inferred", "")  # there is no Reference
            return
        pairs = (
            ("AttachmentName", content.name, reference.name),
            ("ContentType", content.content_type, reference.content_type),
            ("Description", content.description, reference.description),
        )
        for name, own, other in pairs:
            node = self._fields.child(reference.node, name)
            if node and other and own != other:
                self._fields.reading(node, "inferred", other)
            elif own and not other:
                self._fields.reading(reference.node, "inferred", f"{name}: {own}")


def _unique(entries: Iterable[_Entry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        if entry.content_id and entry.content_id in seen:
            path = entry.node.path if entry.node else ""
            raise EdxmlRefused("DUPLICATE_CONTENT_ID", entry.line, entry.content_id, path)
        seen.add(entry.content_id)
