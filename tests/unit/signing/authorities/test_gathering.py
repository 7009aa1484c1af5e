"""Evidence over HTTP: asked once, checked, kept while it is fresh; what is revoked or unproven is said."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from services.signing.authorities import answers, gathering
from services.signing.authorities.answers import CertificateRevoked, Useless
from services.signing.authorities.chains import ChainUnknown
from services.signing.authorities.gathering import EvidenceUnavailable, Gatherer
from services.signing.authorities.stamper import HttpTimeStamper
from services.signing.authorities.wire import Wire
from services.signing.judging.judge import judged
from services.signing.pdf.leader import sign_leader
from services.signing.pdf.prepare import prepare
from services.signing.pdf.sealing import number_and_seal
from shared.clock import now
from tests.unit.signing import documents, flow, pki
from tests.unit.signing.authorities.responders import Responders, always, pki_now, responders, status


@pytest.fixture
async def here() -> AsyncIterator[Responders]:
    async with responders() as found:
        yield found


@pytest.fixture
async def gatherer(here: Responders) -> AsyncIterator[Gatherer]:
    wire = Wire(local=True)
    yield Gatherer(here.world.trust, wire)
    await wire.close()


async def test_a_document_is_proven_with_what_the_authorities_say(here: Responders, gatherer: Gatherer) -> None:
    world, stamper = here.world, HttpTimeStamper([f"{here.place}/tsa"], gatherer.wire)
    ready = prepare(documents.draft(), signer_name=documents.SIGNER, signature_image=flow.signature_image())
    evidence = await gatherer.evidence(world.leader, *await stamper.chains())
    signed = await sign_leader(ready.pdf, world.leader, tsa=stamper, evidence=evidence, known=ready.known)
    evidence = await gatherer.evidence(world.office, *await stamper.chains())
    pdf = await number_and_seal(
        signed, number="7", issued=flow.ISSUED, key=world.office, seal_image=flow.seal_image(), tsa=stamper,
        evidence=evidence,
    )  # fmt: skip
    verdict = await judged(pdf, trust=world.trust)
    assert verdict.valid and not verdict.reasons, verdict.reasons
    assert [one.level for one in verdict.signatures] == ["B-LT", "B-LT"]


async def test_however_many_documents_wait_each_certificate_is_asked_about_once(
    here: Responders, gatherer: Gatherer
) -> None:
    found = await asyncio.gather(*(gatherer.evidence(here.world.leader, here.world.office) for _ in range(20)))
    assert len(set(found)) == 1 and here.asked == {"/ocsp": 2, "/root/crl": 1}
    assert await gatherer.evidence(here.world.leader, here.world.office) == found[0]
    assert here.asked == {"/ocsp": 2, "/root/crl": 1}
    await gatherer.evidence(here.world.leader, afresh=True)
    assert here.asked == {"/ocsp": 3, "/root/crl": 2}


async def test_what_ends_or_gets_old_is_asked_anew(
    here: Responders, gatherer: Gatherer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await gatherer.evidence(here.world.leader)
    monkeypatch.setattr(gathering, "now", lambda: now() + dt.timedelta(minutes=59))  # two minutes before OCSP ends
    await gatherer.evidence(here.world.leader)
    assert here.asked == {"/ocsp": 2, "/root/crl": 1} and first.crls
    monkeypatch.setattr(gathering, "now", lambda: now() + dt.timedelta(hours=13))  # a list that counts for a week
    later = await gatherer.evidence(here.world.leader)
    assert here.asked["/root/crl"] == 2 and not later.ocsps, "the responder's answer of now proves nothing then"


async def test_a_revoked_certificate_signs_nothing(here: Responders, gatherer: Gatherer) -> None:
    here.revoked[here.world.leader.certificate.serial_number] = pki_now() - dt.timedelta(days=2)
    with pytest.raises(CertificateRevoked) as told:
        await gatherer.evidence(here.world.leader)
    assert documents.SIGNER in told.value.text
    here.change["/ocsp"] = status(503)
    with pytest.raises(CertificateRevoked):
        await gatherer.evidence(here.world.leader)
    here.revoked[here.world.ca.certificate.serial_number] = pki_now() - dt.timedelta(days=2)
    with pytest.raises(CertificateRevoked):
        await gatherer.evidence(here.world.office, afresh=True)


async def test_a_list_serves_where_the_responder_is_dead(here: Responders, gatherer: Gatherer) -> None:
    here.change["/ocsp"] = status(503)
    evidence = await gatherer.evidence(here.world.leader, here.world.office, here.world.tsa)
    assert not evidence.ocsps and len(evidence.crls) >= 2
    assert here.asked["/crl"] <= 3


async def test_without_any_answer_the_error_has_a_name(here: Responders, gatherer: Gatherer) -> None:
    here.change |= {"/ocsp": status(503), "/crl": status(404)}
    with pytest.raises(EvidenceUnavailable):
        await gatherer.evidence(here.world.leader)
    here.change.clear()
    assert await gatherer.evidence(here.world.leader), "asked again, not remembered"


async def test_answers_of_strangers_prove_nothing(here: Responders, gatherer: Gatherer) -> None:
    world, stranger = here.world, pki.Authority.root("Kẻ lạ")
    same_name = pki.Authority(stranger.certificate, stranger.private)
    forged = pki._issue(world.ca.certificate.subject, world.ca.certificate.subject, stranger.private.public_key(),
                        stranger.private, ca=True)  # fmt: skip
    same_name.certificate = forged
    about_other = world.ca.ocsp(world.office.certificate, pki_now())
    old = world.ca.ocsp(world.leader.certificate, pki_now() - dt.timedelta(days=3))
    unsuccessful = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER).public_bytes(pki.DER)
    here.change["/crl"] = always(same_name.crl(pki_now()))
    for body in (same_name.ocsp(world.leader.certificate, pki_now()), about_other, old, unsuccessful, b"x", b""):
        here.change["/ocsp"] = always(body)
        with pytest.raises(EvidenceUnavailable):
            await gatherer.evidence(world.leader)


async def test_a_delegated_responder_counts_if_its_issuer_says_so(here: Responders, gatherer: Gatherer) -> None:
    world = here.world
    here.delegate = world.ca.issue(pki.name("OCSP"), purpose=ExtendedKeyUsageOID.OCSP_SIGNING)
    evidence = await gatherer.evidence(world.leader)
    assert here.delegate.certificate in evidence.certificates
    assert len(evidence.crls) == 2, "the responder itself is proven by a list"
    here.delegate = world.ca.issue(pki.name("OCSP"))
    here.change["/crl"] = status(404)
    with pytest.raises(EvidenceUnavailable):
        await gatherer.evidence(world.leader, afresh=True)


async def test_only_chains_to_trusted_roots_are_asked_about(here: Responders, gatherer: Gatherer) -> None:
    stranger = pki.Authority.root("Kẻ lạ", here.place).below("Kẻ lạ G1").issue(pki.name("Kẻ lạ"))
    fake = pki.SoftKey(stranger._private, stranger.certificate, (here.world.ca.certificate, *stranger.chain))
    for key in (stranger, fake):
        with pytest.raises(ChainUnknown):
            await gatherer.evidence(key)
    assert not here.asked


def test_partial_lists_prove_nothing() -> None:
    world, at = pki.world(), pki_now()
    certificate = world.leader.certificate

    def listed(*extensions: tuple[x509.ExtensionType, bool]) -> bytes:
        builder = x509.CertificateRevocationListBuilder().issuer_name(world.ca.certificate.subject)
        builder = builder.last_update(at).next_update(at + dt.timedelta(days=1))
        for value, critical in extensions:
            builder = builder.add_extension(value, critical)
        return builder.sign(world.ca.private, hashes.SHA256()).public_bytes(pki.DER)

    def point(**only: object) -> x509.IssuingDistributionPoint:
        none = {
            "full_name": None, "relative_name": None, "only_contains_user_certs": False,
            "only_contains_ca_certs": False, "only_some_reasons": None, "indirect_crl": False,
            "only_contains_attribute_certs": False,
        }  # fmt: skip
        return x509.IssuingDistributionPoint(**{**none, **only})

    def read(der: bytes) -> answers.Good:
        return answers.crl_answer(der, certificate, world.ca.certificate, at)

    assert read(listed()) and read(listed((point(only_contains_user_certs=True), True)))
    for value in (
        point(only_contains_ca_certs=True), point(indirect_crl=True), point(only_contains_attribute_certs=True),
        point(only_some_reasons=frozenset({x509.ReasonFlags.key_compromise})), x509.DeltaCRLIndicator(3),
    ):  # fmt: skip
        with pytest.raises(Useless):
            read(listed((value, True)))
