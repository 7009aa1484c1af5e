"""The register of certificates, who holds an office's key, and what signing knows of people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, String
from sqlalchemy.orm import Mapped, mapped_column

from services.signing.base import Base


class Certificate(Base):
    """A certificate that has signed here. `fingerprint`: SHA-256 hex."""

    __tablename__ = "certificates"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner_kind: Mapped[str] = mapped_column(String(10))
    owner_id: Mapped[str] = mapped_column(String(64), index=True)
    office_id: Mapped[str] = mapped_column(String(64), index=True)
    subject: Mapped[str] = mapped_column(String(500))
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime]


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
