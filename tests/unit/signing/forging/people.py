"""Forgeries by people: keys that have no right to sign, certificates that were not good, proofs that prove nothing."""

from __future__ import annotations

import datetime as dt

from cryptography.x509.oid import ExtendedKeyUsageOID

from services.signing.pdf.evidence import Evidence
from services.signing.pdf.keys import SoftKey
from services.signing.pdf.leader import sign_leader
from services.signing.pdf.sealing import number_and_seal
from tests.unit.signing import flow, pki
from tests.unit.signing.forging.honest import Forgery, Honest

DAY = dt.timedelta(days=1)


async def issued(
    honest: Honest, *, leader: SoftKey | None = None, office: SoftKey | None = None, evidence: Evidence | None = None,
    stamper: pki.LocalStamper | None = None, stamped: bool = True,
) -> bytes:  # fmt: skip
    """A whole document by these keys with this evidence."""
    world = honest.world
    leader, office = leader or world.leader, office or world.office
    tsa = (stamper or world.stamper()) if stamped else None
    proof = evidence if evidence is not None else world.evidence(leader, office, world.tsa)
    signed = await sign_leader(honest.ready, leader, image=flow.signature_image(), tsa=tsa, evidence=proof)
    return await number_and_seal(
        signed, number="123", issued=flow.ISSUED, key=office, seal_image=flow.seal_image(), tsa=tsa, evidence=proof
    )


async def forgeries(honest: Honest) -> list[Forgery]:
    made = [*await _strangers(honest), *await _times(honest), *await _revoked(honest), *await _evidence(honest)]
    return [Forgery(f"people/{name}", pdf, frozenset(codes)) for name, pdf, *codes in made]


async def _strangers(honest: Honest):
    """Certificates that look right and are not."""
    world = honest.world
    stranger = pki.Authority.root("Thử nghiệm Root CA").below("Thử nghiệm CA G1")
    same_person, same_office = (stranger.issue(k.certificate.subject) for k in (world.leader, world.office))
    under_leader = pki.Authority(world.leader.certificate, world.leader._private, world.leader.chain)
    by_person = under_leader.issue(world.office.certificate.subject)
    unfit = world.ca.issue(world.leader.certificate.subject, content=False)
    server = world.ca.issue(world.office.certificate.subject, purpose=ExtendedKeyUsageOID.SERVER_AUTH)
    return [
        ("untrusted-ca/leader", await issued(honest, leader=same_person), "unknown-ca"),
        ("untrusted-ca/office", await issued(honest, office=same_office), "unknown-ca"),
        ("certificate-by-a-person", await issued(honest, office=by_person), "certificate-unproven", "unknown-ca"),
        ("not-for-signing", await issued(honest, leader=unfit), "certificate-unfit"),
        ("for-servers", await issued(honest, office=server), "certificate-unfit"),
        ("keys-swapped", await issued(honest, leader=world.office, office=world.leader), "wrong-role"),
        ("leader-by-office", await issued(honest, leader=world.office), "wrong-role"),
        ("seal-by-person", await issued(honest, office=world.leader), "wrong-role"),
    ]


async def _times(honest: Honest):
    world, now = honest.world, dt.datetime.now(dt.UTC).replace(microsecond=0)
    subject = world.leader.certificate.subject
    past = world.ca.issue(subject, end=now - 3 * DAY)
    future = world.ca.issue(subject, begin=now + 3 * DAY)
    return [
        ("expired", await issued(honest, leader=past), "expired"),
        ("expired/no-stamp", await issued(honest, leader=past, stamped=False), "expired"),
        ("not-yet-valid", await issued(honest, leader=future), "not-yet-valid"),
    ]


async def _revoked(honest: Honest):
    world, now = honest.world, dt.datetime.now(dt.UTC).replace(microsecond=0)
    made = []
    for who, role in ((world.leader, "leader"), (world.office, "office")):
        serial = who.certificate.serial_number
        proof = world.evidence(revoked={serial: now - 2 * DAY})
        made.append((f"revoked/{role}", await issued(honest, evidence=proof), "revoked"))
    stamper = world.evidence(revoked={world.tsa.certificate.serial_number: now - 2 * DAY})
    made.append(("revoked/time-stamper", await issued(honest, evidence=stamper), "timestamp-wrong"))
    gone = {world.ca.certificate.serial_number: now - 2 * DAY}
    list_ = Evidence(world.evidence().ocsps, (world.root.crl(now - DAY, gone),), (world.ca.certificate,))
    made.append(("revoked/authority", await issued(honest, evidence=list_), "revoked", "certificate-unproven"))
    return made


async def _evidence(honest: Honest):
    """Answers about another certificate, from another time, by another authority."""
    world, now = honest.world, dt.datetime.now(dt.UTC).replace(microsecond=0)
    good = world.evidence()
    stranger = pki.Authority.root("Thử nghiệm Root CA").below("Thử nghiệm CA G1")
    pairs = (world.leader, world.office, world.tsa)
    old = tuple(world.ca.ocsp(k.certificate, now - 30 * DAY) for k in pairs)
    forged = tuple(stranger.ocsp(k.certificate, now) for k in pairs)
    others = (world.ca.ocsp(world.tsa.certificate, now),)
    unknown = ("revocation-unknown", "certificate-unproven", "timestamp-wrong")
    cases = {
        "none": Evidence(), "of-another": Evidence(others, good.crls, good.certificates),
        "outdated": Evidence(old, good.crls, good.certificates),
        "by-another-authority": Evidence(forged, good.crls, good.certificates),
        "list-by-another-authority": Evidence(good.ocsps, (stranger.crl(now),), good.certificates),
    }  # fmt: skip
    return [(f"evidence/{name}", await issued(honest, evidence=one), *unknown) for name, one in cases.items()]
