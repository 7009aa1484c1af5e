"""The revisions after the first: what each tells of its making, made again by the signing library, and compared."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, partial

from cryptography import x509

from services.signing.judging.remaking import Doubt, certificates, der, messages
from services.signing.judging.remaking.messages import Message, Stamp
from services.signing.pdf import archive, corner, names, objects
from services.signing.pdf.evidence import Evidence
from services.signing.pdf.fonts import face
from services.signing.pdf.images import Picture
from services.signing.pdf.keys import OwnerElsewhere
from services.signing.pdf.leader import open_leader
from services.signing.pdf.opening import Opened, Revised
from services.signing.pdf.sealing import open_seal
from services.signing.pdf.signable import STORE_KINDS, Signable

LEAP_YEAR = 2024  # of a date whose year is printed nowhere in a field
_MOMENT = re.compile(rb"\(D:(\d{14})\+07'00'\)")
_RANGE = re.compile(rb"/ByteRange \[0 (\d+) (\d+) \d+ *\] /Contents <")
_SHOWN = re.compile(rb"<([0-9a-f]*)> Tj")


@dataclass(frozen=True)
class Remade:
    """One signature that this system has made, or would make the same. `message` None: a time stamp on the document."""

    field: str
    message: Message | None
    stamp: Stamp

    @property
    def certificates(self) -> tuple[x509.Certificate, ...]:
        """The signer's chain."""
        return self.message.certificates if self.message is not None else ()


class Revision:
    """One revision of a file as it stands there: `since` newer ones follow it; `before` is the file below it."""

    def __init__(self, file: Signable, since: int, before: Signable) -> None:
        self._file, self._since, self.before = file, since, before
        self._old = int(before.trailer[b"/Size"])
        table = file.tables[since]
        end = b"\nstartxref\n%d\n%%%%EOF\n" % table.at
        self.end = table.end + len(end)
        if bytes(file.pdf[table.end : self.end]) != end or (since == 0 and self.end != file.size):
            raise Doubt("end of a revision")

    @cached_property
    def text(self) -> bytes:
        """The bytes that were appended."""
        return bytes(self._file.pdf[self.before.size : self.end])

    @cached_property
    def whole(self) -> Signable:
        """The file that ends with it."""
        return Signable(memoryview(self._file.pdf)[: self.end])

    def dictionary(self, number: int) -> dict[bytes, bytes]:
        """An object as this revision has it."""
        return self._file.dictionary(number, self._since)

    def field(self, name: str) -> dict[bytes, bytes]:
        """A field of the form."""
        return self.dictionary(self.before.fields[name])

    def fresh(self, number: int) -> bool:
        """Whether the object is new in this revision."""
        return number >= self._old

    def stream(self, number: int) -> tuple[dict[bytes, bytes], bytes]:
        """Dictionary and data."""
        return self._file.stream(number, self._since)

    def evidence(self) -> Evidence:
        """The evidence with which it wrote the security store, if it did; the store keeps each thing once."""
        catalog = self.dictionary(self.before.root)
        number = objects.reference(catalog[b"/DSS"]) if b"/DSS" in catalog else 0
        if not number or not self._file.entry(number, self._file.tables[self._since]):
            return Evidence()
        store = self.dictionary(number)
        held = [objects.items(store[kind]) if kind in store else [] for kind in STORE_KINDS]
        own, ocsps, crls = (tuple(self.stream(objects.reference(one))[1] for one in kind) for kind in held)
        return Evidence(ocsps, crls, tuple(certificates.loaded(one) for one in own))

    def picture(self, name: str) -> Picture | None:
        """The picture of a signature or seal; None if it is the one of the preparation."""
        appearance, _ = self.stream(self._appearance(name))
        shown = objects.reference(_path(appearance, b"/Resources", b"/XObject")[b"/I"])
        if not self.fresh(shown):
            return None
        about, colours = self.stream(shown)
        _, mask = self.stream(objects.reference(about[b"/SMask"]))
        return Picture(int(about[b"/Width"]), int(about[b"/Height"]), colours, mask)

    def corner(self) -> str:
        """The text in the corner of a separate annex."""
        letters = {glyph: letter for letter, glyph in face().glyphs.items()}
        _, drawn = self.stream(self._appearance(names.ANNEX))
        lines = [[match[i : i + 4] for i in range(0, len(match), 4)] for match in _SHOWN.findall(drawn)]
        return " ".join("".join(letters[int(code, 16)] for code in line) for line in lines)

    def _appearance(self, name: str) -> int:
        return objects.reference(objects.dictionary(self.field(name)[b"/AP"])[0][b"/N"])

    def signed_at(self, name: str) -> datetime:
        """The moment which the signature dictionary says."""
        match = _MOMENT.fullmatch(self.dictionary(objects.reference(self.field(name)[b"/V"]))[b"/M"])
        if match is None:
            raise Doubt("moment")
        return datetime.strptime(f"{match[1].decode()}+0700", "%Y%m%d%H%M%S%z")


def _path(entries: dict[bytes, bytes], *keys: bytes) -> dict[bytes, bytes]:
    for key in keys:
        entries, _ = objects.dictionary(entries[key])
    return entries


def remade(file: Signable, base: Signable) -> list[Remade]:
    """Every signature in the order of signing. Doubt unless each revision is what the library makes of its facts."""
    before, found = base, list[Remade]()
    for since in reversed(range(len(file.tables) - 1)):
        revision = Revision(file, since, before)
        waiting = (name for name in OPENERS if name in before.fields and not before.signed(name))
        signed = next((name for name in waiting if b"/V" in revision.field(name)), None)
        found.append(_document_stamp(revision) if signed is None else _signature(revision, signed))
        before = revision.whole
    return found


def _signature(revision: Revision, name: str) -> Remade:
    digits = _in_hole(revision)
    message = messages.read(bytes.fromhex(digits.decode()))
    made = OPENERS[name](revision, message.owner)
    _compare(revision, made)
    if message.over(made.attributes).hex().encode().ljust(len(digits), b"0") != digits:
        raise Doubt("message")
    stamp = messages.stamp(message.token, hashlib.sha256(message.signature).digest())
    return Remade(name, message, stamp)


def _document_stamp(revision: Revision) -> Remade:
    digits = _in_hole(revision)
    made = archive.open_archive(revision.before.pdf, evidence=revision.evidence())
    _compare(revision, made)
    token = der.first(bytes.fromhex(digits.decode()), der.SEQUENCE).whole
    if token.hex().encode().ljust(len(digits), b"0") != digits:
        raise Doubt("message")
    stamp = messages.stamp(token, made.tail.digest(made.before))
    (name,) = revision.whole.fields.keys() - revision.before.fields.keys()
    return Remade(name, None, stamp)


def _in_hole(revision: Revision) -> bytes:
    """The hexadecimal digits of the new signature."""
    *_, range_ = _RANGE.finditer(revision.text)
    start, end = (int(number) - revision.before.size for number in range_.groups())
    return revision.text[start + 1 : end - 1]


def _compare(revision: Revision, made: Revised) -> None:
    """Doubt unless what was made is what stands there, but for the content of the hole."""
    there, here = revision.text, made.tail.data
    start, end = (place - revision.before.size for place in made.tail.hole or (0, 0))
    if there[: start + 1] != here[: start + 1] or there[end - 1 :] != here[end - 1 :] or len(there) != len(here):
        raise Doubt("revision")


def _leader(revision: Revision, who: OwnerElsewhere, place: int) -> Opened:
    name = names.LEADERS[place]
    return open_leader(
        revision.before.pdf, who, place=place, image=revision.picture(name), evidence=revision.evidence(),
        at=revision.signed_at(name), certify=b"/Perms" in revision.dictionary(revision.before.root),
    )  # fmt: skip


def _seal(revision: Revision, who: OwnerElsewhere) -> Opened:
    number, day, month = (objects.text(revision.field(name)[b"/V"]) for name in names.TEXTS)
    printed = (revision.field(name).get(b"/QLVBYear") for name in names.TEXTS)
    year = int(next((one for one in printed if one is not None), LEAP_YEAR))
    return open_seal(
        revision.before.pdf, number=number, issued=date(year, int(month), int(day)), key=who,
        seal_image=revision.picture(names.SEAL), evidence=revision.evidence(), at=revision.signed_at(names.SEAL),
    )  # fmt: skip


def _annex(revision: Revision, who: OwnerElsewhere) -> Opened:
    text = revision.corner()
    return corner.open_corner(
        revision.before.pdf, who, shown=lambda _: text, evidence=revision.evidence(),
        at=revision.signed_at(names.ANNEX),
    )  # fmt: skip


OPENERS: dict[str, Callable[[Revision, OwnerElsewhere], Opened]] = {
    **{name: partial(_leader, place=place) for place, name in enumerate(names.LEADERS)},
    names.SEAL: _seal,
    names.ANNEX: _annex,
}
