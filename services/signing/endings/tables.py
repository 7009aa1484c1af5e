"""When offices ended, by which paper."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped, mapped_column

from services.signing.base import Base


class Ending(Base):
    """`ended_on`: the first day on which the office with this code signs no more."""

    __tablename__ = "endings"

    organ_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    ended_on: Mapped[date] = mapped_column(Date)
    legal_basis: Mapped[str] = mapped_column(String(500))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(200))
