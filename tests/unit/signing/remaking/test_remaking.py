"""The quick judge says "valid" where pyHanko says it, in the same words, and nothing about any other file."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from services.signing.judging import children, examination
from services.signing.judging.judge import judged
from services.signing.judging.remaking import judge as quick
from services.signing.judging.verdict import Expected, Verdict
from services.signing.pdf.archive import archive
from services.signing.pdf.corner import sign_annex
from services.signing.pdf.evidence import NOTHING, Evidence
from tests.fuzz import judging
from tests.unit.signing import documents, flow, foreign, forging, pki
from tests.unit.signing.forging.honest import Honest
from tests.unit.signing.remaking.mutations import Workshop

ANY = Expected()


def remade(pdf: bytes, world: pki.World, expected: Expected = ANY, at: datetime | None = None) -> Verdict | None:
    return quick.judge(pdf, world.trust, at or datetime.now(UTC), expected)


async def examined(pdf: bytes, world: pki.World, expected: Expected = ANY, at: datetime | None = None) -> Verdict:
    moment = at or datetime.now(UTC)
    return await asyncio.to_thread(examination.judge, pdf, world.trust, moment, NOTHING, expected)


async def assert_same(pdf: bytes, world: pki.World, expected: Expected = ANY) -> None:
    moment = datetime.now(UTC)
    ours, theirs = remade(pdf, world, expected, moment), await examined(pdf, world, expected, moment)
    assert ours is not None and ours.valid
    assert replace(ours, judge=theirs.judge) == theirs
    assert ours.judge.startswith("QLVB/") and theirs.judge.startswith("pyHanko/")


@pytest.mark.parametrize("kind", ["ec", "rsa"])
async def test_a_document_is_judged_as_by_pyhanko_from_issue_to_archive(kind: str) -> None:
    world = pki.world(kind)
    shop = Workshop.opened(world, paragraphs=20, standard="a-2a")
    sealed = await shop.sealed(await shop.led())
    await assert_same(sealed, world)
    archived = await shop.archived(sealed)
    await assert_same(archived, world)
    await assert_same(await shop.archived(archived), world)


async def test_pictures_of_the_moment_approval_and_one_signature_alone() -> None:
    world = pki.world()
    await assert_same(await flow.issued(world), world)
    approved = await flow.led(world, certify=False)
    await assert_same(await flow.sealed(world, approved, number="105a"), world)
    await assert_same(approved, world, Expected(sealed=False))
    assert remade(approved, world) is None


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_a_joint_document_of_two_leaders_in_any_order(order: tuple[int, int]) -> None:
    world = pki.world()
    signed = await flow.led_by_both(world, order=order)
    await assert_same(signed, world, Expected(sealed=False))
    await assert_same(await flow.sealed(world, signed), world)


async def test_a_separate_annex() -> None:
    world = pki.world()
    code = "12/QĐ-SKHCN-với-một-ký-hiệu-dài-để-xuống-dòng-trong-góc-của-trang-phụ-lục"
    for flipped in (False, True):
        pdf = documents.draft(paragraphs=3, flipped=flipped)
        signed = await sign_annex(pdf, world.office, code=code, tsa=world.stamper(), evidence=world.evidence())
        await assert_same(signed, world, Expected(annex=True))
        await assert_same(await archive(signed, world.stamper(), evidence=world.evidence(world.tsa)), world)


async def test_answers_of_delegated_responders_and_lists_alone() -> None:
    world, shop = pki.world(), Workshop.opened(pki.world())
    purpose = ExtendedKeyUsageOID.OCSP_SIGNING
    responder = world.ca.issue(pki.name("Thử nghiệm OCSP"), purpose=purpose, unchecked=True)
    moment = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
    keys = (world.leader, world.office, world.tsa)
    chain = shop.evidence.certificates
    delegated = tuple(world.ca.ocsp(one.certificate, moment, by=responder) for one in keys)
    root, own = world.root.crl(moment), world.ca.crl(moment)
    for proof in (Evidence(delegated, (root,), chain), Evidence((), (root, own), chain)):
        await assert_same(await shop.sealed(await shop.led(evidence=proof), evidence=proof), world)


async def test_what_is_expected_counts_for_both() -> None:
    world = pki.world()
    pdf = await flow.issued(world, number="12")
    told = Expected(number="13", since=datetime.now(UTC) - timedelta(days=1), own_shape=True)
    await assert_same(pdf, world, told)
    verdict = await judged(pdf, trust=world.trust, expected=told)
    assert not verdict.valid and [one.code for one in verdict.reasons] == ["number-differs"]


async def test_no_forgery_is_made_again() -> None:
    honest = await Honest(pki.world()).make()
    passed = [one.name for one in await forging.all_of(honest, thin=4) if remade(one.pdf, honest.world) is not None]
    assert not passed
    assert remade(honest.sealed, honest.world) and remade(honest.archived, honest.world)


async def test_files_of_others_and_moments_out_of_doubt_are_pyhankos_matter() -> None:
    world = pki.world()
    pdf = await flow.issued(world)
    assert remade(foreign.many(documents.draft(), world, 2, stamped=True), world) is None
    for at in (pki.BEGIN, pki.END + timedelta(days=1), datetime.now(UTC) - timedelta(minutes=10)):
        assert remade(pdf, world, at=at) is None
    assert remade(pdf, pki.World(pki.Authority.root(), world.ca, world.leader, world.office, world.tsa)) is None


async def test_our_own_file_needs_no_child_process(monkeypatch: pytest.MonkeyPatch) -> None:
    world = pki.world()
    pdf = await flow.issued(world)
    monkeypatch.delattr(children, "examined")
    assert (await judged(pdf, trust=world.trust)).legal_state == "ORIGINAL"


async def test_of_documents_made_wrongly_only_those_pass_that_pyhanko_passes() -> None:
    """Everybody's keys are right; the file, a revision or the evidence was changed before the signature."""
    world = pki.world()
    shop, made, passed = Workshop.opened(world), 0, 0
    for seed in range(160):
        try:
            pdf = await shop.mutant(seed)
        except Exception:  # the library itself refuses to go on with what the change has made of the file
            continue
        made += 1
        if remade(pdf, world) is not None:
            passed += 1
            await assert_same(pdf, world)
    assert made > 100 and 3 < passed < made / 2


async def test_what_was_changed_when_it_was_finished_is_valid_to_both_or_not_to_this_judge() -> None:
    """`make fuzz JUDGE=1` does the same with thousands of files of more originals."""
    found, states = await judging.Originals.made(1), Counter[str]()
    for seed in range(1, 301, 2):
        changed = await found.changed(seed)
        assert changed is not None
        state, problem = await asyncio.to_thread(judging.compare, *changed, ANY)
        assert not problem, f"seed {seed}: {problem}"
        states[state] += 1
    assert states["valid to both"] >= 1, "some are cut to a good file of fewer revisions"
    assert states["handed over"] > 100
