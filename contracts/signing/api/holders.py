"""Certificates, keys, capacities, images; offices that have ended."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from contracts.message import Model

Fingerprint = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")]


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=500)]


class CertificateView(Model):
    """`state`: active, expired, lost, revoked. `alarm`: the threshold in days that has been reached."""

    fingerprint: str
    owner_kind: str  # "person" or "office"
    owner_id: str
    owner_name: str = ""
    subject: str
    issuer: str = ""
    serial: str = ""
    valid_from: AwareDatetime
    valid_to: AwareDatetime
    device: str = ""
    device_name: str = ""
    state: str = "active"
    days_left: int = 0
    alarm: int | None = None
    blocked_at: AwareDatetime | None = None
    blocked_reason: str = ""


class NewCertificate(Model):
    """`place`: token and label (pkcs11), service and credential (csc). `pem`: where the device cannot show it."""

    owner_kind: Literal["person", "office"]
    owner_id: str = ""  # empty: the caller, or the caller's office
    device: Literal["pkcs11", "csc", "token", "vgca"]
    place: dict[str, Annotated[str, StringConstraints(max_length=200)]] = {}
    pem: Annotated[str, StringConstraints(max_length=64_000)] = ""


class Reason(Model):
    reason: Words


class RenewalLetter(Model):
    """The request to the certification authority, filled in; dates as they are printed."""

    title: str
    to: str
    office_name: str
    parent_name: str
    organ_id: str
    holder: str
    owner_kind: str
    position: str
    serial: str
    issuer: str
    subject: str
    device: str
    valid_from: str
    valid_to: str
    reason: str
    date: str


class NewKeyHolding(Model):
    """The hand-over record of an office's key: who holds it, by which paper."""

    person_id: str
    basis: str


class NewCapacity(Model):
    """A right to sign. `of`: who is signed for, as printed ("GIÁM ĐỐC"). `fields`: units whose drafts are meant."""

    person_id: str
    capacity: Literal["", "TM.", "Q.", "KT.", "TL.", "TUQ."]
    of: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    position: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    types: Annotated[list[Annotated[str, StringConstraints(max_length=100)]], Field(max_length=50)] = []
    fields: Annotated[list[Annotated[str, StringConstraints(max_length=64)]], Field(max_length=200)] = []
    valid_from: date
    valid_to: date | None = None
    legal_basis: Words
    from_person_id: str = ""  # who gives it; empty: the caller


class CapacityView(Model):
    id: str
    person_id: str
    person_name: str
    capacity: str
    of: str
    position: str
    printed: str
    types: list[str] = []
    fields: list[str] = []
    valid_from: date
    valid_to: date | None = None
    ended_at: AwareDatetime | None = None
    source: str  # "post", "granted"
    from_person_id: str = ""
    from_name: str = ""
    legal_basis: str
    in_force: bool


class ImageView(Model):
    """The picture of a signature ("person") or a seal ("office"): it counts with the approvals of holder and unit."""

    id: str
    owner_kind: str
    owner_id: str
    owner_name: str
    width_mm: float
    height_mm: float
    state: str  # "proposed", "active", "refused", "replaced"
    proposed_at: AwareDatetime
    proposed_by: str
    holder_at: AwareDatetime | None = None
    holder_by: str = ""
    unit_at: AwareDatetime | None = None
    unit_by: str = ""
    note: str = ""


class NewEnding(Model):
    """An office ends: `ended_on` is the first day on which it signs no more, `legal_basis` the paper that says so."""

    organ_id: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    ended_on: date
    legal_basis: Words


class EndingView(Model):
    organ_id: str
    name: str
    ended_on: date
    legal_basis: str
    recorded_at: AwareDatetime
    recorded_by: str
