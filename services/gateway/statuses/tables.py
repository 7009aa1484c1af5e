"""What recipients reported about our documents."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.base import Base
from shared.database import UtcTime, new_id


class StatusRecord(Base):
    """A status has no id of its own: (who, document, code, time) makes two of them the same (edxml.md §4)."""

    __tablename__ = "status_records"
    __table_args__ = (UniqueConstraint("delivery_id", "code", "at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    delivery_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("deliveries.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcTime)
    description: Mapped[str] = mapped_column(Text, default="")
    staff: Mapped[str] = mapped_column(String(300), default="")
    applied: Mapped[bool] = mapped_column(Boolean)
    note: Mapped[str] = mapped_column(Text, default="")
