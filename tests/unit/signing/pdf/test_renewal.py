"""A kept file stays provable for decades: the last time stamp is followed by a new one before it ends."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from asn1crypto import crl, ocsp
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from services.signing.judging.judge import judged
from services.signing.judging.policy import changes_allowed
from services.signing.judging.proofs import asn1_of
from services.signing.pdf import names, renewal
from services.signing.pdf.archive import archive
from services.signing.pdf.evidence import Evidence
from services.signing.pdf.renewal import NotArchived
from tests.unit.signing import flow, pki

# The years of a file, told in months: pyHanko proves the past from the real now on, so all of it has to lie behind us.
START = dt.datetime(2026, 2, 2, 5, tzinfo=dt.UTC)
ARCHIVED = START + dt.timedelta(hours=3)
FIRST_ENDS = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
RENEWED = FIRST_ENDS - dt.timedelta(days=30)
LATER = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)


def stamper(world: pki.World, at: dt.datetime, begin: dt.datetime, end: dt.datetime) -> pki.LocalStamper:
    key = world.ca.issue(pki.name(f"TSA {at:%m}"), begin=begin, end=end, purpose=ExtendedKeyUsageOID.TIME_STAMPING)
    return pki.LocalStamper(key, lambda: at)


@pytest.fixture
def world() -> pki.World:
    """Signers and the first time stamper have certificates that end long before the file is looked at again."""
    usual = pki.world()
    office = usual.office.certificate.subject

    def issued(subject: x509.Name, **more: object) -> pki.SoftKey:
        return usual.ca.issue(subject, end=FIRST_ENDS, **more)

    return pki.World(
        usual.root, usual.ca, issued(usual.leader.certificate.subject), issued(office),
        issued(pki.name("TSA"), purpose=ExtendedKeyUsageOID.TIME_STAMPING),
    )  # fmt: skip


def spec(world: pki.World, fresh: Evidence) -> PdfSignatureValidationSpec:
    """Our root alone, revocation proven for every certificate, nothing from the network but what is given."""
    policy = RevocationCheckingPolicy.from_legacy("require")
    return PdfSignatureValidationSpec(
        SignatureValidationSpec(
            CertValidationPolicySpec(
                trust_manager=SimpleTrustManager.build([asn1_of(world.root.certificate)]),
                revinfo_policy=CertRevTrustPolicy(policy),
            ),
            RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY),
            local_knowledge=LocalKnowledge(
                known_crls=[CRLContainer(crl.CertificateList.load(one)) for one in fresh.crls],
                known_ocsps=[OCSPContainer(ocsp.OCSPResponse.load(one)) for one in fresh.ocsps],
            ),
        ),
        changes_allowed(),
    )


async def kept(world: pki.World) -> bytes:
    """Issued, and archived some hours later with evidence from after the signatures."""
    sealed = await flow.sealed(world, await flow.led(world, at=START), at=START)
    first = stamper(world, ARCHIVED, pki.BEGIN, FIRST_ENDS)
    evidence = world.evidence(world.leader, world.office, world.tsa, first.key, at=ARCHIVED)
    return await archive(sealed, first, evidence=evidence)


async def renewed(world: pki.World, pdf: bytes) -> tuple[bytes, pki.LocalStamper]:
    """The chain goes on: evidence on the old time stamper and on the new one, whose stamp covers it."""
    second, moment = (
        stamper(world, RENEWED, pki.BEGIN, LATER + dt.timedelta(days=365)),
        RENEWED - dt.timedelta(minutes=1),
    )
    certificates = (renewal.last(pdf).chain[0], second.key.certificate)
    answers = tuple(world.ca.ocsp(one, moment) for one in certificates)
    return await archive(pdf, second, evidence=Evidence(answers, (world.root.crl(moment),), certificates)), second


def signatures(pdf: bytes) -> list:
    return PdfFileReader(io.BytesIO(pdf), strict=True).embedded_regular_signatures


async def test_the_last_time_stamp_tells_when_it_must_be_renewed(world: pki.World) -> None:
    pdf = await kept(world)
    last = renewal.last(pdf)
    assert last.at == ARCHIVED and last.until == FIRST_ENDS
    assert not last.due(FIRST_ENDS - dt.timedelta(days=91))
    assert last.due(FIRST_ENDS - dt.timedelta(days=90)) and last.due(LATER)
    with pytest.raises(NotArchived):
        renewal.last(await flow.issued(world))


async def test_an_archived_file_can_be_maintained(world: pki.World) -> None:
    """The acceptance test of the archive: pyHanko's simulation of a later validation, given stamps kept up."""
    for one in signatures(await kept(world)):
        result = await ades.simulate_future_ades_lta_validation(
            one, spec(world, Evidence()), LATER,
            current_reference_time=ARCHIVED + dt.timedelta(minutes=5),
        )  # fmt: skip
        assert result.ades_subindic == AdESPassed.OK, result.failure_msg


async def test_a_renewed_file_is_proven_after_the_first_stamp_ended(world: pki.World) -> None:
    pdf = await kept(world)
    longer, second = await renewed(world, pdf)
    assert longer.startswith(pdf) and renewal.last(longer).until == LATER + dt.timedelta(days=365)
    fresh = world.evidence(second.key, at=LATER)
    for one in signatures(longer):
        result = await ades.ades_lta_validation(
            one, spec(world, fresh), timing_info=ValidationTimingInfo(LATER, LATER, True)
        )
        assert result.ades_subindic == AdESPassed.OK, result.failure_msg
    verdict = await judged(longer, trust=world.trust, at=LATER)
    assert verdict.valid, verdict.reasons
    assert [one.level for one in verdict.signatures] == ["B-LTA", "B-LTA", "DocTimeStamp", "DocTimeStamp"]


async def test_without_renewal_the_proof_ends(world: pki.World) -> None:
    pdf = await kept(world)
    for one in signatures(pdf):
        result = await ades.ades_lta_validation(
            one, spec(world, world.evidence(at=LATER)), timing_info=ValidationTimingInfo(LATER, LATER, True)
        )
        assert result.ades_subindic != AdESPassed.OK


async def test_each_renewal_has_a_field_of_its_own(world: pki.World) -> None:
    longer, _ = await renewed(world, await kept(world))
    found = [one.field_name for one in PdfFileReader(io.BytesIO(longer)).embedded_timestamp_signatures]
    assert found == ["ArchiveTimestamp1", "ArchiveTimestamp2"]
    assert [one.field_name for one in signatures(longer)] == [names.LEADER, names.SEAL]
