"""What waits for a person's decision."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.base import Base
from shared.clock import now
from shared.database import UtcTime, new_id

HELD, RELEASED, REFUSED = "held", "released", "refused"


class Quarantined(Base):
    """A package kept whole. The same bytes for the same reason are kept once."""

    __tablename__ = "quarantine"
    __table_args__ = (UniqueConstraint("sha256", "reason_code", "to_code"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    sha256: Mapped[str] = mapped_column(String(64))
    reason_code: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(String(20), default="")
    external_id: Mapped[str] = mapped_column(String(100), default="")
    sender: Mapped[str] = mapped_column(String(400), default="")
    to_code: Mapped[str] = mapped_column(String(64), default="")
    subject: Mapped[str] = mapped_column(Text, default="")
    office_id: Mapped[str | None] = mapped_column(String(64), index=True)  # where it is known who may decide
    state: Mapped[str] = mapped_column(String(10), default=HELD)
    note: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    arrived_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
