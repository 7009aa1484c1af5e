"""What happened to a document, in words people read."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base
from shared.database import UtcTime, new_id


class Entry(Base):
    """`event_id` is the id of the message that told of it, or a fresh one for an act done here."""

    __tablename__ = "timeline"
    __table_args__ = (UniqueConstraint("object_id", "event_id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    object_id: Mapped[UUID] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(UtcTime)
    service: Mapped[str] = mapped_column(String(40))
    act: Mapped[str] = mapped_column(String(100))
    actor: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str | None] = mapped_column(String(40))
    event_id: Mapped[str] = mapped_column(String(64))
