"""What each partner knows of our offices."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.base import Base
from shared.clock import now
from shared.database import UtcTime

REGISTERED, FAILED = "registered", "failed"


class Registration(Base):
    """One code of ours at one partner, as it was last announced there."""

    __tablename__ = "registrations"

    partner: Mapped[str] = mapped_column(String(20), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(12))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime] = mapped_column(UtcTime, default=now)  # of one that failed
    last_error: Mapped[str] = mapped_column(Text, default="")
