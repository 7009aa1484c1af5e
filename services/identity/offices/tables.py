"""Offices, units, organ codes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Boolean, Date, ForeignKey, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.base import Base
from shared.database import new_id


class Office(Base):
    __tablename__ = "offices"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(300))
    short_name: Mapped[str] = mapped_column(String(200), default="")
    abbreviation: Mapped[str] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(20))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("offices.id"), index=True)
    place: Mapped[str] = mapped_column(String(100), default="")
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    search: Mapped[str] = mapped_column(String(600), default="")  # folded text, see people.rules.fold


class Unit(Base):
    __tablename__ = "units"
    __table_args__ = (UniqueConstraint("office_id", "abbreviation"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    office_id: Mapped[UUID] = mapped_column(ForeignKey("offices.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    abbreviation: Mapped[str] = mapped_column(String(40))
    active: Mapped[bool] = mapped_column(Boolean, default=True)


class ExternalOrgan(Base):
    """An organ outside this deployment that documents go to or come from."""

    __tablename__ = "external_organs"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(300))
    search: Mapped[str] = mapped_column(String(600), default="")
    verified: Mapped[bool] = mapped_column(Boolean, default=True)


class OrganCode(Base):
    """One code of one organ. `position` 0 is the primary code, the others are aliases that still arrive."""

    __tablename__ = "organ_codes"

    value: Mapped[str] = mapped_column(String(40), primary_key=True)  # normalised
    scheme: Mapped[str] = mapped_column(String(10))
    office_id: Mapped[UUID | None] = mapped_column(ForeignKey("offices.id"), index=True)
    external_id: Mapped[UUID | None] = mapped_column(ForeignKey("external_organs.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    source: Mapped[str] = mapped_column(String(100), default="")
