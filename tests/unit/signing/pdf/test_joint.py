"""A joint document: its leaders sign in any order, each signature stands, and the seal comes when all have signed."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from services.signing.judging.judge import judged
from services.signing.judging.subjects import subject
from services.signing.judging.verdict import Expected, Verdict
from services.signing.pdf import names, sealing
from services.signing.pdf.anchors import PlaceNotFound
from services.signing.pdf.keys import SoftKey
from services.signing.pdf.leader import sign_leader
from services.signing.pdf.opening import AlreadySignedHere
from services.signing.pdf.prepare import Further, Prepared, TooManySigners, prepare
from services.signing.pdf.sealing import LeaderMissing
from services.signing.pdf.signable import NotPrepared
from tests.unit.signing import documents, flow, pki

FIRST, SECOND = names.LEADERS[:2]
TOOLS = [tool for tool in ("qpdf", "pdfsig") if not shutil.which(tool)]


def ready(pdf: bytes | None = None) -> Prepared:
    return prepare(
        pdf or documents.draft(second=documents.SECOND), signer_name=documents.SIGNER,
        signature_image=flow.signature_image(), further=[Further(documents.SECOND, flow.signature_image("Hòa"))],
    )  # fmt: skip


async def signed_by(pdf: bytes, key: SoftKey, place: int, world: pki.World, **options: object) -> bytes:
    evidence = world.evidence(key, world.tsa)
    return await sign_leader(pdf, key, place=place, tsa=world.stamper(), evidence=evidence, **options)


def codes(verdict: Verdict) -> set[str]:
    return {reason.code for reason in verdict.reasons}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("kind", ["ec", "rsa"])
async def test_two_leaders_and_the_office(order: tuple[int, int], kind: str) -> None:
    world = pki.world(kind)
    signed = await flow.led_by_both(world, order=order)
    pdf = await flow.sealed(world, signed, number="123")
    assert pdf.startswith(signed)
    verdict = await judged(pdf, trust=world.trust, expected=Expected(own_shape=True, number="123"))
    assert verdict.valid and verdict.legal_state == "ORIGINAL" and not verdict.reasons, verdict.reasons
    signers = [documents.SIGNER, documents.SECOND]
    wanted = [("leader", signers[order[0]]), ("leader", signers[order[1]]), ("office", flow.OFFICE)]
    assert [(one.role, one.signer) for one in verdict.signatures] == wanted
    assert {one.level for one in verdict.signatures} == {"B-LT"}
    assert f"{signers[order[0]]}; {signers[order[1]]}" in verdict.sentence
    assert pdf.count(b"/DocMDP /TransformParams") == 1, "only a file's first signature can certify it"


@pytest.mark.skipif(bool(TOOLS), reason=f"not installed: {', '.join(TOOLS)}")
async def test_poppler_and_qpdf_agree(tmp_path: Path) -> None:
    world = pki.world("rsa")
    path = tmp_path / "issued.pdf"
    path.write_bytes(await flow.sealed(world, await flow.led_by_both(world, order=(1, 0))))
    assert said("pdfsig", "-nocert", path).count("Signature is Valid") == 3
    assert "No syntax or stream encoding errors found" in said("qpdf", "--check", path)


def said(*command: str | Path) -> str:
    """What the tool prints."""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


async def test_both_may_approve_instead_of_certifying() -> None:
    world = pki.world()
    pdf = ready().pdf
    for place, key in enumerate((world.leader, pki.second(world))):
        pdf = await signed_by(pdf, key, place, world, certify=False)
    verdict = await judged(await flow.sealed(world, pdf), trust=world.trust)
    assert verdict.valid and verdict.legal_state == "ORIGINAL", verdict.reasons


async def test_the_seal_waits_for_every_leader() -> None:
    world = pki.world()
    pdf = ready().pdf
    with pytest.raises(LeaderMissing, match="thứ 1, 2"):
        await flow.sealed(world, pdf)
    pdf = await signed_by(pdf, world.leader, 0, world)
    with pytest.raises(LeaderMissing, match="thứ 2"):
        await flow.sealed(world, pdf)


async def test_a_half_signed_document_is_judged_as_such() -> None:
    world = pki.world()
    half = await signed_by(ready().pdf, world.leader, 0, world)
    interim = await judged(half, trust=world.trust, expected=Expected(own_shape=True, sealed=False))
    assert interim.valid and [one.role for one in interim.signatures] == ["leader"]
    assert codes(await judged(half, trust=world.trust)) == {"leader-missing", "office-missing"}


async def test_a_seal_without_the_second_leader_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    world = pki.world()
    half = await signed_by(ready().pdf, world.leader, 0, world)
    monkeypatch.setattr(sealing, "_refuse_unsigned", lambda file: None)
    verdict = await judged(await flow.sealed(world, half), trust=world.trust)
    assert not verdict.valid and codes(verdict) == {"leader-missing"}


async def test_a_leader_after_the_seal_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    world = pki.world()
    half = await signed_by(ready().pdf, world.leader, 0, world)
    monkeypatch.setattr(sealing, "_refuse_unsigned", lambda file: None)
    late = await signed_by(await flow.sealed(world, half), pki.second(world), 1, world)
    verdict = await judged(late, trust=world.trust)
    assert not verdict.valid and codes(verdict) & {"changed-later", "fields-differ"}


async def test_each_leader_signs_once_in_his_own_place() -> None:
    world = pki.world()
    half = await signed_by(ready().pdf, world.leader, 0, world)
    with pytest.raises(AlreadySignedHere):
        await signed_by(half, world.leader, 0, world)
    with pytest.raises(NotPrepared):
        await signed_by(half, world.leader, 2, world)


async def test_who_signed_is_compared_with_who_is_registered() -> None:
    world = pki.world()
    second, stranger = pki.second(world), pki.second(world)
    half = await signed_by(ready().pdf, world.leader, 0, world)
    known = Expected(
        leader_fingerprint=subject(world.leader.certificate).fingerprint,
        further_fingerprints=(subject(second.certificate).fingerprint,),
    )
    for key, wrong in ((second, set()), (stranger, {"other-signer"})):
        pdf = await flow.sealed(world, await signed_by(half, key, 1, world))
        assert codes(await judged(pdf, trust=world.trust, expected=known)) == wrong
    by_office = await flow.sealed(world, await signed_by(half, world.office, 1, world))
    assert "wrong-role" in codes(await judged(by_office, trust=world.trust))


def changed(pdf: bytes, field: str, **entries: object) -> bytes:
    """The file with these entries of a field changed by one more revision."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    reference = next(one for one in writer.root["/AcroForm"]["/Fields"] if one.get_object()["/T"] == field)
    for key, value in entries.items():
        reference.get_object()[generic.pdf_name(f"/{key}")] = value
    writer.mark_update(reference)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


async def test_the_waiting_field_cannot_be_moved_or_hidden_between_two_leaders() -> None:
    world = pki.world()
    half = await signed_by(ready().pdf, world.leader, 0, world)
    box = generic.ArrayObject(map(generic.NumberObject, (0, 0, 500, 800)))
    for entries in ({"Rect": box}, {"F": generic.NumberObject(2)}, {"Lock": generic.DictionaryObject()}):
        pdf = await signed_by(changed(half, SECOND, **entries), pki.second(world), 1, world)
        verdict = await judged(await flow.sealed(world, pdf), trust=world.trust)
        assert not verdict.valid and codes(verdict) & {"changed-later", "lock-missing"}, (entries, verdict.reasons)


def test_the_places_of_both_are_found_beside_each_other() -> None:
    places = ready().places
    first, second = places.signatures
    assert first.page == second.page and second.right < places.seal.left and places.seal.right < first.right
    with pytest.raises(PlaceNotFound, match="chữ ký của Không Có Ai"):
        prepare(documents.draft(), signer_name=documents.SIGNER, further=[Further("Không Có Ai")])
    with pytest.raises(PlaceNotFound, match=f"chữ ký của {documents.SIGNER}"):
        prepare(documents.draft(), signer_name=documents.SIGNER, further=[Further(documents.SIGNER)])
    with pytest.raises(TooManySigners):
        prepare(documents.draft(), signer_name="A", further=[Further(str(n)) for n in range(6)])


def test_each_lock_leaves_the_other_leader_open_and_nothing_else() -> None:
    with pikepdf.Pdf.open(io.BytesIO(ready().pdf)) as document:
        signatures = [field for field in document.Root.AcroForm.Fields if field.FT == "/Sig"]
        locks = {str(one.T): {str(name) for name in one.Lock.get("/Fields", [])} for one in signatures}
    open_to_all = {*names.TEXTS, names.SEAL}
    assert locks == {FIRST: open_to_all | {SECOND}, SECOND: open_to_all | {FIRST}, names.SEAL: set()}
