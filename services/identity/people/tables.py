"""Persons, posts with dates, user names with their aliases."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Boolean, Date, ForeignKey, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.base import Base
from shared.database import new_id


class Person(Base):
    __tablename__ = "persons"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    full_name: Mapped[str] = mapped_column(String(200))
    user_name: Mapped[str] = mapped_column(String(80))
    position: Mapped[str] = mapped_column(String(200))
    capacity: Mapped[str] = mapped_column(String(100), default="")
    office_id: Mapped[UUID] = mapped_column(ForeignKey("offices.id"), index=True)
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("units.id"), index=True)
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    active: Mapped[bool] = mapped_column(Boolean, default=True)


class Post(Base):
    """A role in an office, from a day to a day (both count)."""

    __tablename__ = "posts"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    role: Mapped[str] = mapped_column(String(40))
    office_id: Mapped[UUID] = mapped_column(ForeignKey("offices.id"), index=True)
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("units.id"))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)


class UserName(Base):
    """Every name a person logs in with, now or before a transfer; the key makes it unique for ever."""

    __tablename__ = "user_names"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
