"""Reads of the register."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from contracts.signing import api
from services.signing.certificates import people, rules
from services.signing.certificates.tables import Certificate
from services.signing.keys import places
from shared.clock import VN, now, today
from shared.problems import NotFound, Refusal
from shared.work import Work


async def of_office(work: Work, fingerprint: str, *, lock: bool = False) -> Certificate:
    """A row of the caller's office. NotFound."""
    row = await work.get(Certificate, fingerprint, lock=lock)
    if row is None or row.office_id != work.principal.office_id:
        raise NotFound
    return row


async def of_owner(work: Work, kind: str, owner_id: str) -> Sequence[Certificate]:
    """The newest first; only those whose certificate is known."""
    mine = select(Certificate).where(Certificate.owner_kind == kind, Certificate.owner_id == owner_id)
    return await work.all(mine.where(Certificate.pem != "").order_by(Certificate.valid_to.desc()))


async def by_fingerprint(work: Work, fingerprint: str) -> Certificate | None:
    """Of any office: for signing itself, not for people."""
    row = await work.get(Certificate, fingerprint)
    return row if row is not None and row.pem else None


async def by_serial(work: Work, serial: str) -> Certificate | None:
    """The registered certificate with this number (hex)."""
    found: Certificate | None = await work.one(
        select(Certificate).where(Certificate.serial == serial, Certificate.pem != "")
    )
    return found


def require_usable(row: Certificate) -> None:
    """CertificateBlocked, CertificateExpired, CertificateNotYetValid."""
    rules.require_usable(row.serial, row.state, row.blocked_at, row.valid_from, row.valid_to, now())


async def choose(
    work: Work, kind: str, owner_id: str, *, devices: Collection[str], fingerprint: str = ""
) -> Certificate | None:
    """The certificate that signs for this owner on one of these devices; the newest usable one unless one is named.

    None where none is registered. Where none is usable: why the newest is not.
    """
    rows = [row for row in await of_owner(work, kind, owner_id) if row.device in devices]
    if fingerprint:
        rows = [row for row in rows if row.fingerprint == fingerprint]
        if not rows:
            raise NotFound
    first: Refusal | None = None
    for row in rows:
        try:
            require_usable(row)
            return row
        except Refusal as refusal:
            first = first or refusal
    if first is not None:
        raise first
    return None


def key_place(row: Certificate) -> places.KeyPlace:
    own, *chain = rules.read(row.pem.encode())
    return places.KeyPlace(row.device, row.place, own, tuple(chain))


async def has_newer(work: Work, row: Certificate) -> bool:
    """Whether the owner has another certificate that may sign and ends later than all alarms begin."""
    for other in await of_owner(work, row.owner_kind, row.owner_id):
        left = (other.valid_to - now()).days
        if other.fingerprint != row.fingerprint and other.state == rules.ACTIVE and left > rules.alarm_days()[0]:
            return True
    return False


async def listed(work: Work) -> list[api.CertificateView]:
    """Those of the caller's office: what ends first stands first."""
    rows = select(Certificate).where(Certificate.office_id == work.principal.office_id)
    return [view(row) for row in await work.all(rows.order_by(Certificate.valid_to))]


def view(row: Certificate) -> api.CertificateView:
    left = (row.valid_to - now()).days
    state = row.state if row.state != rules.ACTIVE else "expired" if now() > row.valid_to else "active"
    days = rules.alarm_days()
    alarm = next((one for one in sorted(days) if left <= one), None) if state == "active" else None
    return api.CertificateView(
        fingerprint=row.fingerprint, owner_kind=row.owner_kind, owner_id=row.owner_id, owner_name=row.owner_name,
        subject=row.subject, issuer=row.issuer, serial=row.serial, valid_from=row.valid_from, valid_to=row.valid_to,
        device=row.device, device_name=places.DEVICES.get(row.device, row.device), state=state,
        days_left=max(left, 0), alarm=alarm, blocked_at=row.blocked_at, blocked_reason=row.blocked_reason,
    )  # fmt: skip


async def renewal_letter(work: Work, fingerprint: str) -> api.RenewalLetter:
    """What the request to the certification authority says, filled in (NĐ 68/2024 Đ9)."""
    row = await of_office(work, fingerprint)
    office = await people.office(work, row.office_id)
    person = await people.person(work, row.owner_id) if row.owner_kind == "person" else None
    lost = row.state != rules.ACTIVE
    return api.RenewalLetter(
        title="GIẤY ĐỀ NGHỊ CẤP LẠI CHỨNG THƯ SỐ" if lost else "GIẤY ĐỀ NGHỊ GIA HẠN CHỨNG THƯ SỐ",
        office_name=office.name if office else "", parent_name=office.parent_name if office else "",
        organ_id=office.organ_id if office else "", holder=row.owner_name, owner_kind=row.owner_kind,
        position=person.position if person else "", serial=row.serial, issuer=row.issuer, subject=row.subject,
        device=places.DEVICES.get(row.device, row.device),
        valid_from=f"{row.valid_from.astimezone(VN):%d/%m/%Y}", valid_to=f"{row.valid_to.astimezone(VN):%d/%m/%Y}",
        date=f"{today():%d/%m/%Y}", reason=_reason(row), to="Cục Chứng thực số và Bảo mật thông tin",
    )  # fmt: skip


def _reason(row: Certificate) -> str:
    if row.state != rules.ACTIVE:
        return f"Chứng thư {rules.WORDS.get(row.state, row.state)}: {row.blocked_reason}"
    return f"Chứng thư hết hạn ngày {row.valid_to.astimezone(VN):%d/%m/%Y}"
