"""What a signer has to know of a file that waits for a signature, kept beside it: signing then reads nothing of it.

A plan is made when the file is prepared and goes on with every revision. It is bound to the bytes by their SHA-256,
which the signature needs anyway: a plan of another file is refused before any key is used.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from services.signing.pdf import objects
from services.signing.pdf.content import Content, hashed, opened
from services.signing.pdf.objects import NotOurs
from services.signing.pdf.reader import Reader
from shared.problems import Refusal

STORE_KINDS = (b"/Certs", b"/OCSPs", b"/CRLs")
SIGNATURE_KIND = b"/Sig"


class NotPrepared(Refusal):
    kind, status = "pdf-not-prepared", 422
    message = "Tệp này không do hệ thống chuẩn bị nên chưa có chỗ cho số, ngày và chữ ký. Hãy chuẩn bị lại từ dự thảo."


class FileChanged(Refusal):
    kind = "pdf-changed"
    message = "Tệp đã khác với tệp được chuẩn bị để ký nên chưa ký. Hãy mở lại văn bản và thực hiện ký lại từ đầu."


@dataclass(frozen=True)
class Plan:
    """Facts of one file of our own shape. `sha256` is empty where nobody has computed it."""

    size: int
    start: int  # of the newest cross-reference table
    trailer: dict[bytes, bytes]
    fields: dict[str, int]  # object numbers by name
    objects: dict[
        int, dict[bytes, bytes]
    ]  # catalog, form, fields, security store: the dictionaries that a revision may change
    evidence: dict[str, int] = field(default_factory=dict)  # the store's streams by the SHA-256 of their content
    hole: tuple[int, int] | None = None  # where the newest revision's signature stands: from "<" to after ">"
    sha256: str = ""

    @cached_property
    def root(self) -> int:
        """The object number of the catalog."""
        return objects.reference(self.trailer[b"/Root"])

    @cached_property
    def form(self) -> int:
        """The object number of the form."""
        return objects.reference(self.dictionary(self.root)[b"/AcroForm"])

    def dictionary(self, number: int) -> dict[bytes, bytes]:
        """The dictionary with this number; do not change it. NotOurs if the plan does not hold it."""
        if number not in self.objects:
            raise NotOurs(f"object {number} is not planned")
        return self.objects[number]

    def signed(self, name: str) -> bool:
        """Whether this signature field has its signature."""
        return name in self.fields and b"/V" in self.dictionary(self.fields[name])

    def as_json(self) -> dict[str, Any]:
        """For a database column."""
        return {
            "size": self.size,
            "start": self.start,
            "trailer": _texts(self.trailer),
            "fields": self.fields,
            "objects": {str(number): _texts(entries) for number, entries in self.objects.items()},
            "evidence": self.evidence,
            "hole": self.hole,
            "sha256": self.sha256,
        }


def from_json(facts: dict[str, Any]) -> Plan:
    """What `as_json` gave."""
    return Plan(
        size=facts["size"],
        start=facts["start"],
        trailer=_bytes(facts["trailer"]),
        fields=facts["fields"],
        objects={int(number): _bytes(entries) for number, entries in facts["objects"].items()},
        evidence=facts["evidence"],
        hole=tuple(facts["hole"]) if facts["hole"] else None,
        sha256=facts["sha256"],
    )


def _texts(entries: dict[bytes, bytes]) -> dict[str, str]:
    return {key.decode("latin-1"): value.decode("latin-1") for key, value in entries.items()}


def _bytes(entries: dict[str, str]) -> dict[bytes, bytes]:
    return {key.encode("latin-1"): value.encode("latin-1") for key, value in entries.items()}


def read(content: Content, *, complete: bool = False) -> Plan:
    """The plan of a file that has none beside it; `complete` with its SHA-256. NotPrepared if this library did not
    write the file."""
    try:
        with opened(content) as pdf:
            reader = Reader(pdf)
            if not reader.fields or bytes(pdf[reader.size - 1 : reader.size]) != b"\n":
                raise NotPrepared
            return _read(reader, hashed(content).hexdigest() if complete else "")
    except (NotOurs, KeyError, ValueError, UnicodeDecodeError, OSError) as error:
        raise NotPrepared from error


def _read(reader: Reader, sha256: str) -> Plan:
    catalog = reader.dictionary(reader.root)
    form = objects.reference(catalog[b"/AcroForm"])
    # An array of fields that is an object of its own is written in place by the next revision.
    described = reader.dictionary(form)
    described = described | {b"/Fields": reader.resolved(described[b"/Fields"])}
    kept = {reader.root: catalog, form: described}
    for number in reader.fields.values():
        kept[number] = reader.dictionary(number)
    evidence: dict[str, int] = {}
    if b"/DSS" in catalog:
        store = objects.reference(catalog[b"/DSS"])
        kept[store] = reader.dictionary(store)
        evidence = _evidence(reader, reader.dictionary(store))
    return Plan(
        size=reader.size, start=reader.start, trailer=reader.trailer, fields=reader.fields, objects=kept,
        evidence=evidence, hole=_hole(reader), sha256=sha256,
    )  # fmt: skip


def _evidence(reader: Reader, store: dict[bytes, bytes]) -> dict[str, int]:
    found = {}
    for kind in STORE_KINDS:
        for item in objects.items(store[kind]) if kind in store else ():
            number = objects.reference(item)
            found[hashlib.sha256(reader.stream(number)[1]).hexdigest()] = number
    return found


def _hole(reader: Reader) -> tuple[int, int] | None:
    """The hole of the signature that covers the whole file, if one does."""
    for number in reader.fields.values():
        entries = reader.dictionary(number)
        if entries.get(b"/FT") != SIGNATURE_KIND or b"/V" not in entries:
            continue
        value = reader.dictionary(objects.reference(entries[b"/V"]))
        first, start, end, rest = map(int, objects.numbers(value[b"/ByteRange"]))
        if first == 0 and end + rest == reader.size:
            return start, end
    return None
