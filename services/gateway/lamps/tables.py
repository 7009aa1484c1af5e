"""Whether an axis answers, and since when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.base import Base
from shared.clock import now
from shared.database import UtcTime


class Lamp(Base):
    __tablename__ = "axis_lamps"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    up: Mapped[bool] = mapped_column(Boolean)
    since: Mapped[datetime] = mapped_column(UtcTime, default=now)
    last_error: Mapped[str] = mapped_column(Text, default="")
    sent_at: Mapped[datetime | None] = mapped_column(UtcTime)  # the last package that left, to the minute
