"""Models of identity's HTTP API."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from contracts.message import Model


class Person(Model):
    """A person in the post of today."""

    id: str
    full_name: str
    user_name: str
    position: str
    capacity: str = ""  # printed before the position: "KT. GIÁM ĐỐC"
    office_id: str
    office_name: str = ""
    unit_id: str | None = None
    unit_name: str = ""
    roles: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    active: bool = True


class CreatedPerson(Person):
    """The first password is shown this once; its owner must change it at the first log-in."""

    first_password: str = ""


class NewPerson(Model):
    """`user_name` is what the unit administrator confirmed (R06.5), not what the system guessed."""

    full_name: str = Field(min_length=1, max_length=200)
    user_name: str = Field(min_length=1, max_length=80)
    position: str = Field(min_length=1, max_length=200)
    capacity: str = Field(default="", max_length=100)
    unit_id: str | None = None
    roles: tuple[str, ...] = ("specialist",)
    phone: str = Field(default="", max_length=40)
    email: str = Field(default="", max_length=200)


class Transfer(Model):
    """A person moves to another office; the old user name stays an alias."""

    office_id: str
    unit_id: str | None = None
    user_name: str = Field(min_length=1, max_length=80)
    position: str = Field(min_length=1, max_length=200)
    capacity: str = Field(default="", max_length=100)
    roles: tuple[str, ...] = ("specialist",)


class Credentials(Model):
    user_name: str = Field(max_length=200)
    password: str = Field(max_length=200)


class RefreshRequest(Model):
    refresh_token: str = Field(max_length=200)


class Tokens(Model):
    access_token: str
    refresh_token: str
    expires_in: int
    person: Person
    must_change_password: bool = False


class ServiceCredentials(Model):
    service: str
    secret: str


class ServiceToken(Model):
    access_token: str
    expires_in: int


class PasswordChange(Model):
    old: str = Field(max_length=200)
    new: str = Field(max_length=200)


class SessionView(Model):
    """An open session, for its owner: where from, when, on what device (R03.1)."""

    id: str
    opened_at: datetime
    seen_at: datetime
    address: str
    device: str
    current: bool = False


class LockRequest(Model):
    reason: str = Field(default="", max_length=500)


class Unit(Model):
    id: str
    office_id: str
    name: str
    abbreviation: str
    active: bool = True


class NewUnit(Model):
    name: str = Field(min_length=1, max_length=200)
    abbreviation: str = Field(min_length=1, max_length=40)


class Office(Model):
    id: str
    name: str
    short_name: str
    abbreviation: str
    level: str  # one of /v1/office-levels
    parent_id: str | None = None
    parent_name: str = ""
    place: str = ""
    organ_ids: tuple[str, ...] = ()  # the primary code first, then aliases
    active: bool = True


class OfficeLevel(Model):
    """A level of government, with the days on which it is in force."""

    code: str
    name: str
    valid_from: date
    valid_to: date | None = None
    legal_basis: str


class NewOffice(Model):
    name: str = Field(min_length=1, max_length=300)
    short_name: str = Field(default="", max_length=200)
    abbreviation: str = Field(min_length=1, max_length=40)
    level: str
    parent_id: str | None = None
    place: str = Field(default="", max_length=100)
    organ_ids: tuple[str, ...] = Field(min_length=1)
    active: bool = True


class OrganEntry(Model):
    """One line of the recipients picker. Without `office_id` the organ is outside this deployment."""

    organ_id: str
    name: str
    office_id: str | None = None
    verified: bool = True


class NewOrgan(Model):
    organ_ids: tuple[str, ...] = Field(min_length=1)
    name: str = Field(min_length=1, max_length=300)
    valid_from: date | None = None


class NameRequest(Model):
    full_name: str = Field(min_length=1, max_length=200)
    unit_abbreviation: str = Field(min_length=1, max_length=40)


class NameProposal(Model):
    """`user_name` is free now; `taken` says that the plain name of the rule was not."""

    user_name: str
    taken: bool
