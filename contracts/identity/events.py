"""Facts that identity publishes: who there is."""

from __future__ import annotations

from contracts.message import Message, Model


class OfficeChangedV1(Message, type="qlvb.identity.office-changed.v1"):
    """The whole present state of an office; receivers keep a copy."""

    office_id: str
    name: str
    short_name: str
    abbreviation: str  # "SKHCN": part of notations
    level: str  # "central", "province", "district", "commune", "department"
    parent_id: str | None
    parent_name: str = ""
    place: str = ""
    organ_ids: tuple[str, ...]  # the primary code first, then aliases
    active: bool = True


class OrganRegisteredV1(Message, type="qlvb.identity.organ-registered.v1"):
    """An organ outside this deployment that somebody entered: the whole present state."""

    organ_ids: tuple[str, ...]  # the primary code first, then aliases
    name: str
    verified: bool = True
    active: bool = True


class PostRef(Model):
    role: str
    office_id: str
    unit_id: str | None = None


class PersonChangedV1(Message, type="qlvb.identity.person-changed.v1"):
    """The whole present state of a person; receivers keep a copy."""

    person_id: str
    full_name: str
    user_name: str
    position: str
    capacity: str = ""  # printed before the position: "KT. GIÁM ĐỐC"
    office_id: str
    unit_id: str | None
    unit_name: str = ""
    posts: tuple[PostRef, ...]
    phone: str = ""
    active: bool = True


class AccountLockedV1(Message, type="qlvb.identity.account-locked.v1"):
    person_id: str
    reason: str
