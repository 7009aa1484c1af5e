"""Series of numbers and the numbers given."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base
from shared.clock import now
from shared.database import UtcTime


class Series(Base):
    """One row an office, kind and year; it is locked while a number is given."""

    __tablename__ = "series"

    office_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(80), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    last_number: Mapped[int] = mapped_column(Integer, default=0)
    last_date: Mapped[date | None] = mapped_column(Date)


class GivenNumber(Base):
    """A number and its owner, for ever."""

    __tablename__ = "given_numbers"
    __table_args__ = (UniqueConstraint("office_id", "kind", "year", "number"),)

    owner_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    office_id: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(80))
    year: Mapped[int] = mapped_column(Integer)
    number: Mapped[int] = mapped_column(Integer)
    date: Mapped[date] = mapped_column(Date)
    given_at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class Scheme(Base):
    """How an office divides its outgoing numbers, from a day on; none: all together."""

    __tablename__ = "numbering_schemes"

    office_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    valid_from: Mapped[date] = mapped_column(Date, primary_key=True)
    division: Mapped[str] = mapped_column(String(20))
    decision: Mapped[str] = mapped_column(String(300))
    by_name: Mapped[str] = mapped_column(String(200))
    decided_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
