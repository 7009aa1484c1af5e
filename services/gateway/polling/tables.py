"""When each partner was asked and will be asked again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, Integer, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.base import Base
from shared.clock import now
from shared.database import UtcTime


class PollState(Base):
    """`held_by` and `held_until` are the lease of the replica that is asking now."""

    __tablename__ = "poll_states"

    partner: Mapped[str] = mapped_column(String(40), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    quiet: Mapped[int] = mapped_column(Integer, default=0)  # cycles in a row without a package
    failures: Mapped[int] = mapped_column(Integer, default=0)  # cycles in a row that broke off
    held_by: Mapped[str] = mapped_column(String(40), default="")
    held_until: Mapped[datetime | None] = mapped_column(UtcTime)
    pushed: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())  # told since the cycle began
    last_at: Mapped[datetime | None] = mapped_column(UtcTime)
    last_received: Mapped[datetime | None] = mapped_column(UtcTime)
    last_error: Mapped[str] = mapped_column(Text, default="")
