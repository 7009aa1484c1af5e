"""A prepared file is read from its own bytes; what is known of it beside it can only stop a signature."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from services.signing.pdf import drawings, names
from services.signing.pdf.archive import open_archive, stamp
from services.signing.pdf.images import ImageUnusable
from services.signing.pdf.keys import SoftKey
from services.signing.pdf.leader import open_leader, sign_leader
from services.signing.pdf.opening import Opened, filled
from services.signing.pdf.prepare import Prepared, prepare
from services.signing.pdf.sealing import open_seal
from services.signing.pdf.signable import FileChanged, Known, NotPrepared, known_of, reading
from tests.unit.signing import documents, flow, pki


class Untouchable(SoftKey):
    """A key that must not be asked."""

    def __init__(self, like: SoftKey) -> None:
        self.certificate, self.chain = like.certificate, like.chain

    async def sign(self, data: bytes) -> bytes:
        raise AssertionError("the key was used")


@pytest.fixture
def ready() -> Prepared:
    return prepare(
        documents.draft(), signer_name=documents.SIGNER, signature_image=flow.signature_image(),
        seal_image=flow.seal_image(),
    )  # fmt: skip


async def done(waiting: Opened, key: SoftKey, world: pki.World) -> tuple[bytes, Known]:
    await filled(waiting, await key.sign(waiting.attributes), world.stamper())
    return waiting.whole(), waiting.known


async def test_each_act_tells_which_file_it_has_made(ready: Prepared) -> None:
    world = pki.world()
    pdf, known = ready.pdf, ready.known
    assert known == known_of(pdf)
    pdf, known = await done(open_leader(pdf, world.leader, known=known), world.leader, world)
    assert known == known_of(pdf)
    pdf, known = await done(
        open_seal(pdf, number="7", issued=flow.ISSUED, key=world.office, known=known), world.office, world
    )
    assert known == known_of(pdf)
    kept = open_archive(pdf, evidence=world.evidence(), known=known)
    await stamp(kept, world.stamper())
    assert kept.known == known_of(kept.whole())


async def test_another_file_is_refused_before_the_key_is_used(ready: Prepared) -> None:
    key = Untouchable(pki.world().leader)
    longer = prepare(documents.draft(paragraphs=9), signer_name=documents.SIGNER).pdf
    one_bit = bytearray(ready.pdf)
    one_bit[len(one_bit) // 3] ^= 1
    for other in (longer, bytes(one_bit)):
        with pytest.raises(FileChanged):
            await sign_leader(other, key, image=flow.signature_image(), known=ready.known)
    for wrong in (replace(ready.known, sha256="0" * 64), replace(ready.known, size=1)):
        with pytest.raises(FileChanged):
            await sign_leader(ready.pdf, key, known=wrong)


async def test_pictures_of_the_preparation_are_not_written_again(ready: Prepared) -> None:
    world = pki.world()
    kept = await sign_leader(ready.pdf, world.leader, image=flow.signature_image())
    assert b"/Image" not in kept[len(ready.pdf) :] and len(kept) - len(ready.pdf) < 8000
    other = await sign_leader(ready.pdf, world.leader, image=drawings.signature("Trần Thị Hòa"))
    assert other[len(ready.pdf) :].count(b"/Subtype /Image") == 2, "another picture comes with its own objects"


async def test_without_any_picture_nothing_is_signed() -> None:
    bare = prepare(documents.draft(), signer_name=documents.SIGNER)
    with pytest.raises(ImageUnusable):
        await sign_leader(bare.pdf, Untouchable(pki.world().leader))


async def test_a_file_tells_what_is_signed(ready: Prepared) -> None:
    with reading(ready.pdf) as file:
        assert not file.signed(names.LEADER) and file.hole is None and file.leaders == (names.LEADER,)
    signed = await sign_leader(ready.pdf, pki.world().leader)
    with reading(signed) as file:
        assert file.signed(names.LEADER) and not file.signed(names.SEAL)
        start, end = file.hole
        assert signed[start : start + 3] == b"<30" and signed[end - 1 : end] == b">"


async def test_evidence_is_found_in_the_file_and_written_once(ready: Prepared) -> None:
    world, evidence = pki.world(), pki.world().evidence()
    signed = await sign_leader(ready.pdf, world.leader, evidence=evidence)
    sealed = open_seal(signed, number="7", issued=flow.ISSUED, key=world.office, evidence=evidence + evidence).whole()
    assert signed.count(evidence.ocsps[0]) == 1 and sealed.count(evidence.ocsps[0]) == 1
    with reading(sealed) as file:
        assert len(file.evidence()) == len({*evidence.ocsps, *evidence.crls}) + len(evidence.certificates)


def test_files_of_others_are_not_prepared(ready: Prepared, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pdf"
    empty.touch()
    cut, behind = ready.pdf[:-300], ready.pdf + b"% more"
    for content in (documents.draft(), b"%PDF-1.7\n", b"", empty, cut, behind):
        with pytest.raises(NotPrepared):
            open_leader(content, pki.world().leader, image=flow.signature_image())


def test_two_fields_of_one_name_are_not_prepared(ready: Prepared) -> None:
    twice = ready.pdf.replace(b"/T (IssueMonth)", b"/T (IssueDay)  ")
    signed = open_leader(twice, pki.world().leader).whole()
    with pytest.raises(NotPrepared):
        open_seal(signed, number="7", issued=flow.ISSUED, key=pki.world().office)
