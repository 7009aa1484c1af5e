"""Random changes of files before somebody signs them: every signature is good, only the file is not as it should be.

A change after the signature is found by its digest; these are found by nothing but the look at the file.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from services.signing.pdf import objects
from services.signing.pdf.archive import archive
from services.signing.pdf.evidence import Evidence
from services.signing.pdf.leader import sign_leader
from services.signing.pdf.prepare import prepare
from services.signing.pdf.revision import Revision
from services.signing.pdf.sealing import number_and_seal
from tests.unit.signing import documents, flow, pki

NAMES = [
    b"/" + name
    for name in (
        b"AA A OpenAction JavaScript JS S Launch URI GoTo K Kids Parent P Pg Type Page Pages Catalog Annots "
        b"Annot Subtype Link Widget Rect F Fields AcroForm V AP N DA DR FT Tx Sig Lock T TU Ff Q QLVBFont "
        b"QLVBBaseline QLVBYear Perms DSS DocMDP NeedAppearances XFA SigFlags Names EmbeddedFiles AF "
        b"OCProperties OC Metadata Contents Length Filter FlateDecode Resources Font XObject SV StructTreeRoot "
        b"StructElem Outlines First Next Extensions Version Encrypt MediaBox Rotate Movie Screen Sound 3D "
        b"#41#41 A#20B Action All Exclude Include Reference ToUnicode Identity-H W DW FontFile2 Dests "
    ).split(b" ")
]
VALUES = (
    b"0", b"1", b"-1", b"4", b"132", b"2147483648", b"3.5", b"-.5", b"1.", b"true", b"false", b"null", b"()", b"(7)",
    b"(a\\)b)", b"(a\nb)", b"<41>", b"<4>", b"<feff0031>", b"[ ]", b"[ 0 0 1 1 ]", b"<< >>", b"<< /S /URI /URI (x) >>",
    b"<< /S /JavaScript /JS (x) >>", b"<< /N null >>", b"[ << /MCID 0 >> 1 ]", b"[1 2]", b"<</A 1>>", b"%x\n1",
)  # fmt: skip
_TOKEN = re.compile(rb"<<|>>|\[|\]|\((?:[^\\()]|\\.)*\)|<[0-9a-fA-F]*>|/[^\s<>\[\]()/]*|\d+ 0 R|[-+.\d]+|\w+")


class Mutator:
    """All chance comes from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def text(self, body: bytes, highest: int) -> bytes:
        """One change of the text of an object."""
        tokens = list(_TOKEN.finditer(body))
        if not tokens:
            return body + b" "
        one, other = self.random.choice(tokens), self.random.choice(tokens)
        start, end = one.span()
        new, kind = self.value(highest), self.random.randrange(10)
        if kind == 0:
            return body[:start] + body[end:]
        if kind == 1:
            return body[:start] + new + b" " + body[start:]
        if kind == 2:
            return body[:start] + self.random.choice(NAMES) + b" " + new + b" " + body[start:]
        if kind == 3:
            return body[:start] + other[0] + body[end:]
        if kind == 4:
            return body[:end] + b" " + other[0] + body[end:]
        if kind == 5:
            return body[:start] + self.random.choice((b"  ", b"\n", b"\t", b"% c\n", b"\0")) + body[start:]
        if kind == 6:
            place = self.random.randrange(len(body))
            return body[:place] + bytes([self.random.randrange(256)]) + body[place + 1 :]
        if kind == 7 and one[0].startswith(b"/"):
            return body[:start] + self.random.choice(NAMES) + body[end:]
        if kind == 8 and body.rstrip().endswith(b">>"):
            place = body.rindex(b">>")
            return body[:place] + self.random.choice(NAMES) + b" " + new + b" " + body[place:]
        return body[:start] + new + body[end:]

    def value(self, highest: int) -> bytes:
        if self.random.random() < 0.4:
            return b"%d 0 R" % self.random.randint(0, highest + 1)
        return self.random.choice(NAMES) if self.random.random() < 0.3 else self.random.choice(VALUES)

    def prepared(self, ready: bytes) -> bytes:
        """The prepared file with one to three changes, its table put right."""
        bodies = split(ready)
        for _ in range(self.random.choice((1, 1, 1, 2, 3))):
            number = self.random.choice(list(bodies))
            kind = self.random.random()
            if kind < 0.05:
                bodies[max(bodies) + 1] = self.random.choice(VALUES)
            elif kind < 0.08:
                bodies[self.random.choice(list(bodies))] = bodies[number]
            else:
                text, stream, rest = bodies[number].partition(b"\nstream\n")
                bodies[number] = self.text(text, max(bodies)) + stream + rest
        return put_together(ready, bodies)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Within it the library writes one revision otherwise than it should."""
        close = Revision.close

        def changed(revision: Revision) -> object:
            highest = max(revision.changed)
            for _ in range(self.random.choice((1, 1, 2))):
                self._change(revision, highest)
            return close(revision)

        with patch.object(Revision, "close", changed):
            yield

    def _change(self, revision: Revision, highest: int) -> None:
        numbers = [number for number in revision.changed if number != revision.hole]
        number, kind = self.random.choice(numbers), self.random.random()
        if kind < 0.08:
            revision.new(self.random.choice(VALUES))
        elif kind < 0.16:
            revision.changed[self.random.randint(1, highest)] = self.random.choice(VALUES)
        elif kind < 0.24 and len(numbers) > 1:
            del revision.changed[number]
        elif kind < 0.32 and revision.hole is not None:
            body = revision.changed[revision.hole]
            place = body.index(b"/ByteRange")
            revision.changed[revision.hole] = self.text(body[:place], highest) + body[place:]
        else:
            content = revision.changed[number]
            body = content if isinstance(content, bytes) else objects.written(content)
            text, stream, rest = body.partition(b"\nstream\n")
            revision.changed[number] = self.text(text, highest) + stream + rest


def split(ready: bytes) -> dict[int, bytes]:
    """The objects of a prepared file."""
    start = int(re.findall(rb"startxref\n(\d+)", ready)[-1])
    lines = ready[start:].split(b"trailer")[0].splitlines()[3:]
    offsets = [int(line[:10]) for line in lines]
    ends = [*offsets[1:], start]
    bodies = (ready[a:b] for a, b in zip(offsets, ends, strict=True))
    return {n: body[body.index(b"obj\n") + 4 : -8] for n, body in enumerate(bodies, 1)}


def put_together(ready: bytes, bodies: dict[int, bytes]) -> bytes:
    made, offsets = bytearray(ready[: ready.index(b"1 0 obj")]), []
    for number in sorted(bodies):
        offsets.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, bodies[number])
    trailer = re.sub(rb"/Size \d+", b"/Size %d" % (len(bodies) + 1), ready[ready.rindex(b"trailer") :])
    trailer = re.sub(rb"startxref\n\d+", b"startxref\n%d" % len(made), trailer)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return bytes(made) + b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1) + table + trailer


@dataclass
class Workshop:
    """Everything that is made once: the draft, its evidence, and how a document comes of it."""

    world: pki.World
    ready: bytes
    evidence: Evidence

    @classmethod
    def opened(cls, world: pki.World, **draft: object) -> Workshop:
        pictures = {"signature_image": flow.signature_image(), "seal_image": flow.seal_image()}
        pdf = prepare(documents.draft(**draft), signer_name=documents.SIGNER, **pictures).pdf
        return cls(world, pdf, world.evidence())

    async def led(self, ready: bytes | None = None, evidence: Evidence | None = None) -> bytes:
        proof = self.evidence if evidence is None else evidence
        return await sign_leader(ready or self.ready, self.world.leader, tsa=self.world.stamper(), evidence=proof)

    async def sealed(self, signed: bytes, evidence: Evidence | None = None) -> bytes:
        proof = self.evidence if evidence is None else evidence
        return await number_and_seal(
            signed, number="7", issued=flow.ISSUED, key=self.world.office, tsa=self.world.stamper(), evidence=proof
        )

    async def archived(self, sealed: bytes) -> bytes:
        return await archive(sealed, self.world.stamper(), evidence=self.world.evidence(self.world.tsa))

    async def mutant(self, seed: int) -> bytes:
        """A document in whose making one thing went another way. Refused by the library itself: raises."""
        chance = Mutator(seed)
        where = chance.random.choice(("prepared", "prepared", "prepared", "leader", "seal", "archive", "evidence"))
        if where == "evidence":
            return await self.sealed(await self.led(evidence=self.other_evidence(chance.random)))
        signed = await self._led(chance, where)
        if where == "seal":
            with chance.writing():
                return await self.sealed(signed)
        sealed = await self.sealed(signed)
        if where == "archive":
            with chance.writing():
                return await self.archived(sealed)
        return sealed

    async def _led(self, chance: Mutator, where: str) -> bytes:
        if where == "leader":
            with chance.writing():
                return await self.led()
        return await self.led(chance.prepared(self.ready) if where == "prepared" else None)

    def other_evidence(self, chance: random.Random) -> Evidence:
        """Answers missing, old, about others, twice, or saying that somebody was revoked."""
        world, moment = self.world, datetime.now(UTC).replace(microsecond=0)
        moment -= timedelta(minutes=chance.choice((0, 1, 30, 59, 61, 600, -5)))
        serials = [one.certificate.serial_number for one in (world.leader, world.office, world.tsa)]
        gone = {chance.choice(serials): moment - timedelta(days=chance.choice((-1, 1, 3)))}
        proof = world.evidence(at=moment, revoked=gone if chance.random() < 0.3 else None)
        ocsps, crls, chain = list(proof.ocsps), list(proof.crls), list(proof.certificates)
        if chance.random() < 0.3:
            listed = {chance.choice(serials): moment} if chance.random() < 0.5 else {}
            crls.append(world.ca.crl(moment, listed))
        if chance.random() < 0.3:
            stranger = pki.Authority.root("Thử nghiệm Root CA").below("Thử nghiệm CA G1")
            chain.append(stranger.certificate)
            ocsps.append(stranger.ocsp(world.leader.certificate, moment))
        for held in (ocsps, crls, chain):
            chance.shuffle(held)
            if held and chance.random() < 0.3:
                held.pop()
        return Evidence(tuple(ocsps), tuple(crls), tuple(chain))
