"""What waits for a person's decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, Index, String, Text, UniqueConstraint, Uuid, false, text
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.base import Base
from services.gateway.quarantine.rules import HELD
from shared.clock import now
from shared.database import UtcTime, new_id


class Quarantined(Base):
    """A package kept whole. The same bytes for the same reason and receiver are kept once.

    `forgiven`: reasons for which it was held before and which a person let pass. `purged`: the content is destroyed.
    """

    __tablename__ = "quarantine"
    __table_args__ = (
        UniqueConstraint("sha256", "reason_code", "to_code"),
        Index("ix_quarantine_state", "state", "reason_code", "arrived_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    sha256: Mapped[str] = mapped_column(String(64))
    reason_code: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(String(20), default="")
    external_id: Mapped[str] = mapped_column(String(100), default="")
    sender: Mapped[str] = mapped_column(String(400), default="")
    sender_code: Mapped[str] = mapped_column(String(64), default="", server_default="")
    identifier: Mapped[str] = mapped_column(String(200), default="", server_default="")
    code: Mapped[str] = mapped_column(String(200), default="", server_default="")
    promulgation_date: Mapped[str] = mapped_column(String(10), default="", server_default="")
    to_code: Mapped[str] = mapped_column(String(64), default="")
    subject: Mapped[str] = mapped_column(Text, default="")
    office_id: Mapped[str | None] = mapped_column(String(64), index=True)  # where it is known who may decide
    forgiven: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
    state: Mapped[str] = mapped_column(String(10), default=HELD)
    note: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    decided_by_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime)
    purged: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    aged_told: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    arrived_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
