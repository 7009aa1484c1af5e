"""The plan beside a file: it tells what the file tells, goes on with every revision, and never fits another file."""

from __future__ import annotations

import json

import pytest

from services.signing.judging.judge import judged
from services.signing.pdf import drawings, names, plan
from services.signing.pdf.archive import open_archive, stamp
from services.signing.pdf.images import ImageUnusable
from services.signing.pdf.keys import SoftKey
from services.signing.pdf.leader import open_leader, sign_leader
from services.signing.pdf.opening import Opened, filled
from services.signing.pdf.plan import FileChanged, Plan
from services.signing.pdf.prepare import Prepared, prepare
from services.signing.pdf.sealing import open_seal
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


async def done(waiting: Opened, key: SoftKey, world: pki.World) -> tuple[bytes, Plan]:
    await filled(waiting, await key.sign(waiting.attributes), world.stamper())
    return waiting.whole(), waiting.plan


async def test_the_plan_goes_on_with_every_revision(ready: Prepared) -> None:
    world = pki.world()
    pdf, known = ready.pdf, ready.plan
    assert known == plan.read(pdf, complete=True)
    evidence = world.evidence(world.leader, world.tsa)
    pdf, known = await done(open_leader(pdf, world.leader, evidence=evidence, known=known), world.leader, world)
    assert known == plan.read(pdf, complete=True)
    known = plan.from_json(json.loads(json.dumps(known.as_json())))
    waiting = open_seal(
        pdf, number="7", issued=flow.ISSUED, key=world.office, evidence=world.evidence(world.office), known=known
    )
    pdf, known = await done(waiting, world.office, world)
    assert known == plan.read(pdf, complete=True)
    for _ in range(2):
        kept = open_archive(pdf, evidence=world.evidence(world.tsa), known=known)
        await stamp(kept, world.stamper())
        pdf, known = kept.whole(), kept.plan
        assert known == plan.read(pdf, complete=True)
    verdict = await judged(pdf, trust=world.trust)
    assert verdict.valid and [one.level for one in verdict.signatures] == ["B-LTA", "B-LTA", *["DocTimeStamp"] * 2]


async def test_with_a_plan_nothing_is_parsed(ready: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the file was parsed")

    monkeypatch.setattr(plan, "Reader", refuse)
    world = pki.world()
    pdf = await sign_leader(ready.pdf, world.leader, known=ready.plan)
    assert pdf.startswith(ready.pdf)


async def test_a_plan_of_another_file_is_refused_before_the_key_is_used(ready: Prepared) -> None:
    key = Untouchable(pki.world().leader)
    longer = prepare(documents.draft(paragraphs=9), signer_name=documents.SIGNER).pdf
    one_bit = bytearray(ready.pdf)
    one_bit[len(one_bit) // 3] ^= 1
    for other in (longer, bytes(one_bit)):
        with pytest.raises(FileChanged):
            await sign_leader(other, key, image=flow.signature_image(), known=ready.plan)


async def test_pictures_of_the_preparation_are_not_written_again(ready: Prepared) -> None:
    world = pki.world()
    kept = await sign_leader(ready.pdf, world.leader, image=flow.signature_image(), known=ready.plan)
    assert b"/Image" not in kept[len(ready.pdf) :] and len(kept) - len(ready.pdf) < 8000
    other = await sign_leader(ready.pdf, world.leader, image=drawings.signature("Trần Thị Hòa"), known=ready.plan)
    assert other[len(ready.pdf) :].count(b"/Subtype /Image") == 2, "another picture comes with its own objects"


async def test_without_any_picture_nothing_is_signed() -> None:
    bare = prepare(documents.draft(), signer_name=documents.SIGNER)
    with pytest.raises(ImageUnusable):
        await sign_leader(bare.pdf, Untouchable(pki.world().leader), known=bare.plan)


async def test_a_plan_knows_what_is_signed(ready: Prepared) -> None:
    world = pki.world()
    assert not ready.plan.signed(names.LEADER) and ready.plan.hole is None
    signed = plan.read(await sign_leader(ready.pdf, world.leader, known=ready.plan))
    assert signed.signed(names.LEADER) and not signed.signed(names.SEAL) and signed.hole is not None
