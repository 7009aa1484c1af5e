"""The register of certificates: enter one, report its loss, warn before it ends (Quy chế Đ21 k1b, NĐ 68/2024 Đ9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select

from contracts.signing import api
from contracts.signing.events import CertificateChangedV1
from services.signing.authorities.chains import chain
from services.signing.certificates import people, queries, rules
from services.signing.certificates.tables import Certificate
from services.signing.keys import places
from services.signing.keys.vault import vault
from services.signing.pdf.keys import Owner, OwnerElsewhere
from shared.auth import Principal
from shared.clock import VN, now
from shared.problems import NotFound
from shared.service import Runtime
from shared.work import Work

AT_ONCE = 200


@dataclass(frozen=True)
class Holder:
    """Whose certificate it is: a person's or an office's."""

    kind: str
    id: str
    name: str
    office_id: str


def fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(SHA256()).hex()


async def enter(work: Work, owner: Owner, of: Holder, device: str, place: dict[str, str]) -> Certificate:
    """Put a certificate into the register, or fill in what its row lacks. A report of loss stays. CertificateTaken."""
    one, name = owner.certificate, fingerprint(owner.certificate)
    row = await work.get(Certificate, name, lock=True)
    if row is not None and row.pem:
        if (row.owner_kind, row.owner_id) != (of.kind, of.id):
            raise rules.CertificateTaken
        return row
    values = {
        "owner_kind": of.kind, "owner_id": of.id, "owner_name": of.name, "office_id": of.office_id,
        "subject": one.subject.rfc4514_string()[:500], "issuer": one.issuer.rfc4514_string()[:500],
        "serial": f"{one.serial_number:x}"[:64], "valid_from": one.not_valid_before_utc,
        "valid_to": one.not_valid_after_utc, "device": device, "place": place, "registered_at": now(),
        "registered_by": work.principal.name, "pem": _pem((one, *owner.chain)),
    }  # fmt: skip
    if row is None:
        row = Certificate(fingerprint=name, state=rules.ACTIVE, **values)
        work.save(row)
    for column, value in values.items():
        setattr(row, column, value)
    await work.flush()
    work.audit("certificate.registered", name, owner=of.id, device=device, serial=row.serial)
    return row


def _pem(certificates: Sequence[x509.Certificate]) -> str:
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in certificates)


async def register(runtime: Runtime, caller: Principal, wanted: api.NewCertificate) -> Certificate:
    """A person's own one, or one of the office by its administrator. The device or service is asked where it can be.

    Refusals: NotFound, those of `rules`, ChainUnknown, KeyUnavailable.
    """
    async with runtime.work(caller, reading=True) as work:
        of = await _holder(work, wanted.owner_kind, wanted.owner_id)
    if missing := places.missing_words(wanted.device, wanted.place):
        raise rules.DeviceIncomplete(missing=", ".join(missing))
    found = await vault(runtime).devices.found(wanted.device, wanted.place)
    if found is None or wanted.pem:
        own, *above = rules.read(wanted.pem.encode())
        found = places.KeyPlace(wanted.device, wanted.place, own, tuple(above))
    async with runtime.work(caller) as work:
        return await _entered(work, found, of, wanted.device, dict(wanted.place))


async def _entered(work: Work, found: Owner, of: Holder, device: str, place: dict[str, str]) -> Certificate:
    """Checked for this holder, with its whole chain."""
    await _check(work, found.certificate, of)
    above = chain(found.certificate, found.chain, vault(work.runtime).trust)[1:]
    return await enter(work, OwnerElsewhere(found.certificate, tuple(above)), of, device, place)


async def known_or_entered(
    runtime: Runtime, caller: Principal, found: places.KeyPlace, owner_kind: str, owner_id: str
) -> Certificate:
    """The row of a certificate that its holder uses; a new one where it was not registered yet."""
    async with runtime.work(caller) as work:
        row = await work.get(Certificate, fingerprint(found.certificate))
        if row is None or not row.pem:
            name = caller.name if owner_kind == "person" else await _office_name(work)
            of = Holder(owner_kind, owner_id, name, caller.office_id)
            row = await _entered(work, found, of, found.device, found.where)
        if (row.owner_kind, row.owner_id) != (owner_kind, owner_id):
            raise rules.CertificateTaken
        queries.require_usable(row)
        return row


async def _office_name(work: Work) -> str:
    office = await people.office(work, work.principal.office_id)
    if office is None:
        raise NotFound
    return office.name


async def _holder(work: Work, kind: str, owner_id: str) -> Holder:
    """The caller for the own certificate; the administrator for the office and its people. NotFound, Forbidden."""
    me = work.principal
    if kind == "person":
        person = await people.person(work, owner_id or me.id)
        if person is None or person.office_id != me.office_id:
            raise NotFound
        if person.id != me.id:
            me.require("unit_admin")
        return Holder(kind, person.id, person.full_name, person.office_id)
    me.require("unit_admin")
    office = await people.office(work, me.office_id)
    if office is None or owner_id not in ("", office.id):
        raise NotFound
    return Holder(kind, office.id, office.name, office.id)


async def _check(work: Work, certificate: x509.Certificate, of: Holder) -> None:
    if of.kind == "person":
        rules.require_person(certificate, of.name)
    else:
        office = await people.office(work, of.id)
        rules.require_office(certificate, of.name, (office.organ_id,) if office and office.organ_id else ())
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    rules.require_usable(f"{certificate.serial_number:x}", rules.ACTIVE, None, begin, end, now())


async def report_lost(work: Work, name: str, reason: str) -> Certificate:
    """Blocked from this transaction on, also for what is being signed. By the holder, or who answers for the office."""
    row = await queries.of_office(work, name, lock=True)
    if not (row.owner_kind == "person" and row.owner_id == work.principal.id):
        work.principal.require("unit_admin", "leader", *(("clerk",) if row.owner_kind == "office" else ()))
    if row.state == rules.ACTIVE:
        _block(work, row, rules.LOST, reason)
        work.audit("certificate.lost", name, reason=reason, serial=row.serial)
    return row


async def found_revoked(work: Work, name: str, reason: str) -> None:
    """Its authority says so: nobody has to try again."""
    row = await work.get(Certificate, name, lock=True)
    if row is not None and row.state == rules.ACTIVE:
        _block(work, row, rules.REVOKED, reason)
        work.audit("certificate.revoked", name, reason=reason, serial=row.serial)


def _block(work: Work, row: Certificate, state: str, reason: str) -> None:
    row.state, row.blocked_at, row.blocked_by, row.blocked_reason = state, now(), work.principal.name, reason[:500]
    text = f"Chứng thư {row.serial} của {row.owner_name} {rules.WORDS[state]}, đã khóa: {reason}"
    _tell(work, row, "blocked", text)


def _tell(work: Work, row: Certificate, what: str, text: str) -> None:
    days = max((row.valid_to - now()).days, 0)
    work.emit(
        CertificateChangedV1(
            fingerprint=row.fingerprint, office_id=row.office_id, owner_kind=row.owner_kind, owner_id=row.owner_id,
            owner_name=row.owner_name, what=what, text=text, days_left=days, valid_to=row.valid_to,
        ),
        key=row.fingerprint,
    )  # fmt: skip


async def watch(runtime: Runtime) -> None:
    """The job: everybody concerned is told once at each threshold, and once when a certificate has ended."""
    days = rules.alarm_days()
    soon = select(Certificate).where(
        Certificate.state == rules.ACTIVE, Certificate.valid_to <= now() + timedelta(days=days[0]),
        Certificate.told.is_distinct_from(0),
    )  # fmt: skip
    async with runtime.work() as work:
        for row in await work.all(soon.order_by(Certificate.valid_to).limit(AT_ONCE).with_for_update(skip_locked=True)):
            alarm = rules.due_alarm(row.valid_to, now(), row.told, days)
            if alarm is not None:
                row.told = alarm
                await _warn(work, row)


async def _warn(work: Work, row: Certificate) -> None:
    """Nothing where the owner has a newer one already."""
    if await queries.has_newer(work, row):
        return
    left = (row.valid_to - now()).days
    end = f"{row.valid_to.astimezone(VN):%d/%m/%Y}"
    what = "expired" if row.told == 0 else "expiring"
    words = f"đã hết hạn ngày {end}" if row.told == 0 else f"hết hạn ngày {end}, còn {left} ngày"
    text = f"Chứng thư {row.serial} của {row.owner_name} {words}. Hãy gửi đề nghị gia hạn (đã điền sẵn)."
    _tell(work, row, what, text)
    work.audit(f"certificate.{what}", row.fingerprint, days=left, serial=row.serial)
