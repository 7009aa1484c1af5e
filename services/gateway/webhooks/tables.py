"""What is told to partners."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.base import Base
from shared.clock import now
from shared.database import UtcTime, new_id

WAITING, TOLD, GIVEN_UP = "waiting", "told", "given-up"


class HookEvent(Base):
    """One message; `id` is its webhook-id, the same at every attempt."""

    __tablename__ = "hook_events"
    __table_args__ = (Index("ix_hook_events_due", "state", "next_at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    partner: Mapped[str] = mapped_column(String(20), index=True)
    type: Mapped[str] = mapped_column(String(40))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    last_error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    told_at: Mapped[datetime | None] = mapped_column(UtcTime)
