"""The register of certificates, who holds an office's key, and what signing knows of people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.signing.base import Base


class Certificate(Base):
    """A certificate whose key signs here, and where that key lies. `fingerprint`: SHA-256 hex.

    `device` and `place`: see `keys.places`. `pem`: own certificate, then issuers. `told`: the last alarm, in days.
    """

    __tablename__ = "certificates"
    __table_args__ = (Index(None, "state", "valid_to"),)

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner_kind: Mapped[str] = mapped_column(String(10))  # "person" or "office"
    owner_id: Mapped[str] = mapped_column(String(64), index=True)
    owner_name: Mapped[str] = mapped_column(String(300), default="")
    office_id: Mapped[str] = mapped_column(String(64), index=True)
    subject: Mapped[str] = mapped_column(String(500))
    issuer: Mapped[str] = mapped_column(String(500), default="")
    serial: Mapped[str] = mapped_column(String(64), default="")
    pem: Mapped[str] = mapped_column(Text, default="")
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime]
    device: Mapped[str] = mapped_column(String(10), default="pkcs12")
    place: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(10), default="active")
    registered_at: Mapped[datetime | None]
    registered_by: Mapped[str] = mapped_column(String(200), default="")
    blocked_at: Mapped[datetime | None]
    blocked_by: Mapped[str] = mapped_column(String(200), default="")
    blocked_reason: Mapped[str] = mapped_column(String(500), default="")
    told: Mapped[int | None] = mapped_column(Integer)


class KeyHolding(Base):
    """The hand-over record of an office's key; open while `until` is empty (NĐ 30 Đ32, 33)."""

    __tablename__ = "key_holdings"

    office_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    basis: Mapped[str] = mapped_column(String(300))


class Person(Base):
    """A copy of identity's facts."""

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    full_name: Mapped[str] = mapped_column(String(200))
    position: Mapped[str] = mapped_column(String(200), default="")
    office_id: Mapped[str] = mapped_column(String(64), index=True)
    clerk: Mapped[bool] = mapped_column(Boolean, default=False)
    active: Mapped[bool] = mapped_column(Boolean, default=True)


class Office(Base):
    """A copy of identity's facts."""

    __tablename__ = "offices"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    parent_name: Mapped[str] = mapped_column(String(300), default="")
    organ_id: Mapped[str] = mapped_column(String(64), default="")
