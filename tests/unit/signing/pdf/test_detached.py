"""A signature made by a key elsewhere: what waits goes through a database, comes back, and fits only its own file."""

from __future__ import annotations

import json

import pytest

from services.signing.judging.judge import judged
from services.signing.pdf import corner, detached
from services.signing.pdf.cms import SignatureWrong
from services.signing.pdf.keys import OwnerElsewhere
from services.signing.pdf.leader import open_leader
from services.signing.pdf.opening import finished
from services.signing.pdf.prepare import prepare
from services.signing.pdf.signable import FileChanged
from tests.unit.signing import documents, flow, pki


@pytest.mark.parametrize("kind", ["ec", "rsa"])
async def test_another_process_finishes_what_one_has_opened(kind: str) -> None:
    world = pki.world(kind)
    ready = prepare(documents.draft(), signer_name=documents.SIGNER, signature_image=flow.signature_image())
    who = OwnerElsewhere(world.leader.certificate, world.leader.chain)
    opened = open_leader(ready.pdf, who, evidence=world.evidence(), known=ready.known)
    facts, attributes = detached.saved(opened), opened.attributes
    del opened
    signature = await world.leader.sign(attributes)
    again = detached.restored(facts, ready.pdf)
    assert again.attributes == attributes
    pdf = await finished(again, signature, world.stamper())
    verdict = await judged(pdf, trust=world.trust)
    assert [(one.role, one.valid) for one in verdict.signatures] == [("leader", True)]


async def test_a_signature_of_another_key_never_gets_into_the_file() -> None:
    world = pki.world()
    ready = prepare(documents.draft(), signer_name=documents.SIGNER, signature_image=flow.signature_image())
    waiting = open_leader(ready.pdf, world.leader, known=ready.known)
    with pytest.raises(SignatureWrong):
        await finished(waiting, await world.office.sign(waiting.attributes), None)
    start, end = (place - waiting.tail.size for place in waiting.tail.hole)
    assert not bytes(waiting.tail.data[start:end]).strip(b"<0>")


async def test_what_was_saved_fits_only_its_own_file() -> None:
    world = pki.world()
    ready = prepare(documents.draft(), signer_name=documents.SIGNER, signature_image=flow.signature_image())
    facts = detached.saved(open_leader(ready.pdf, world.leader, known=ready.known))
    other = bytearray(ready.pdf)
    other[1000] ^= 1
    for content in (bytes(other), ready.pdf + b"\n"):
        with pytest.raises(FileChanged):
            detached.restored(facts, content)
    read = json.loads(facts)
    with pytest.raises(FileChanged):
        detached.restored(json.dumps(read | {"data": read["data"][:-8] + "AAAAAAA="}), ready.pdf)


async def test_a_corner_signature_is_made_by_a_key_elsewhere_too() -> None:
    world = pki.world()
    shown = corner.annex("12/QĐ-SKHCN")
    ready = corner.prepare(documents.draft(paragraphs=2), shown)
    opened = corner.open_corner(ready.pdf, world.office, shown=shown, evidence=world.evidence(), known=ready.known)
    again = detached.restored(detached.saved(opened), ready.pdf)
    pdf = await finished(again, await world.office.sign(opened.attributes), world.stamper())
    verdict = await judged(pdf, trust=world.trust)
    assert verdict.valid and [one.role for one in verdict.signatures] == ["annex"]
