"""Signed, waiting for the time stamp: the key signs once, the token comes later, nothing else changes."""

from __future__ import annotations

import hashlib

import pytest

from services.signing.judging.judge import judged
from services.signing.judging.verdict import Verdict
from services.signing.pdf import opening, pending
from services.signing.pdf.leader import open_leader
from services.signing.pdf.pending import NothingWaits, StampUnfit
from services.signing.pdf.prepare import prepare
from services.signing.pdf.sealing import open_seal
from services.signing.pdf.signable import known_of
from tests.unit.signing import documents, flow, pki
from tests.unit.signing.pdf.test_files import Dead


async def waiting_seal(world: pki.World) -> bytes:
    """Sealed while the time stamper was dead."""
    opened = open_seal(
        await flow.led(world), number="7", issued=flow.ISSUED, key=world.office, seal_image=flow.seal_image(),
        evidence=world.evidence(),
    )  # fmt: skip
    return await opening.signed(opened, world.office, Dead(), may_wait=True)


def levels(verdict: Verdict) -> list[str]:
    return [one.level for one in verdict.signatures]


@pytest.mark.parametrize("kind", ["ec", "rsa"])
async def test_the_time_stamp_comes_into_its_hole_later(kind: str) -> None:
    world = pki.world(kind)
    pdf = await waiting_seal(world)
    before = await judged(pdf, trust=world.trust)
    assert before.valid and "no-timestamp" in {r.code for r in before.reasons} and levels(before) == ["B-LT", "B-B"]
    found = pending.waiting(pdf)
    assert found is not None
    token = await world.stamper().token(found.imprint)
    stamped = pending.stamp(pdf, token)
    start, end = found.hole
    assert stamped[:start] == pdf[:start] and stamped[end:] == pdf[end:], "only the hole has changed"
    after = await judged(stamped, trust=world.trust)
    assert after.valid and not after.reasons and levels(after) == ["B-LT", "B-LT"]
    assert pending.waiting(stamped) is None


async def test_a_second_time_stamp_is_refused() -> None:
    world = pki.world()
    pdf = await waiting_seal(world)
    token = await world.stamper().token(pending.waiting(pdf).imprint)
    stamped = pending.stamp(pdf, token)
    with pytest.raises(NothingWaits):
        pending.stamp(stamped, token)
    with pytest.raises(NothingWaits):
        pending.stamp(await flow.led(world), token)


async def test_a_token_over_something_else_is_refused() -> None:
    world = pki.world()
    pdf = await waiting_seal(world)
    for token in (await world.stamper().token(hashlib.sha256(b"other").digest()), b"\x30\x03\x02\x01\x05", b""):
        with pytest.raises(StampUnfit):
            pending.stamp(pdf, token)


async def test_a_file_on_disk_is_stamped_in_place(tmp_path) -> None:
    world = pki.world()
    path = tmp_path / "waiting.pdf"
    path.write_bytes(await waiting_seal(world))
    token = await world.stamper().token(pending.waiting(path).imprint)
    assert pending.stamp_file(path, token) == known_of(path)
    assert (await judged(path.read_bytes(), trust=world.trust)).valid


async def test_a_leader_whose_stamp_never_came_is_proven_by_the_seals() -> None:
    world = pki.world()
    ready = prepare(documents.draft(), signer_name=documents.SIGNER, signature_image=flow.signature_image())
    opened = open_leader(ready.pdf, world.leader, known=ready.known)
    signed = await opening.signed(opened, world.leader, Dead(), may_wait=True)
    assert pending.waiting(signed) is not None
    sealed = await flow.number_and_seal(
        signed, number="7", issued=flow.ISSUED, key=world.office, seal_image=flow.seal_image(), tsa=world.stamper(),
        evidence=world.evidence(),
    )  # fmt: skip
    assert pending.waiting(sealed) is None, "the seal covers the leader's signature: its hole stays as it is"
    verdict = await judged(sealed, trust=world.trust)
    assert verdict.valid and {r.code for r in verdict.reasons} == {"no-timestamp"}


async def test_evidence_that_comes_later_makes_a_stamped_file_provable() -> None:
    world = pki.world()
    signed = await flow.led(world, proven=False)
    opened = open_seal(signed, number="7", issued=flow.ISSUED, key=world.office, seal_image=flow.seal_image())
    pdf = await opening.signed(opened, world.office, world.stamper())
    assert not (await judged(pdf, trust=world.trust)).valid, "nobody knows whether the certificates were good"
    complete = await pending.complete(pdf, world.evidence(), world.stamper())
    verdict = await judged(complete, trust=world.trust)
    assert verdict.valid, verdict.reasons
    assert levels(verdict) == ["B-LTA", "B-LTA", "DocTimeStamp"]
