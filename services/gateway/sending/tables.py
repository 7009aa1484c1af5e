"""The queue of packages that leave: documents and statuses alike."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, Index, Integer, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.base import Base
from shared.clock import now
from shared.database import UtcTime, new_id

WAITING, SENDING, SENT, FAILED = "waiting", "sending", "sent", "failed"


class Shipment(Base):
    """One package to one receiver over one axis. `subject_id` is the delivery or the arrival that it speaks of.

    `lease_until` belongs to the sender that claimed it; `maybe_sent` stays true from the claim until a definite answer,
    so that after a lost answer or a killed process the axis is asked first (axis.md §1.7).
    """

    __tablename__ = "shipments"
    __table_args__ = (
        UniqueConstraint("subject_id", "code", "round"),
        Index("ix_shipments_due", "axis", "state", "next_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    subject_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    code: Mapped[str] = mapped_column(String(20))  # "edoc", or a status code
    round: Mapped[int] = mapped_column(Integer, default=0)  # counts requests to take a document back
    axis: Mapped[str] = mapped_column(String(40))
    from_code: Mapped[str] = mapped_column(String(64))
    to_code: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(Text, default="")
    notation: Mapped[str] = mapped_column(String(200), default="")
    package_id: Mapped[UUID | None] = mapped_column(Uuid)
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # of a status
    urgency: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    lease_until: Mapped[datetime | None] = mapped_column(UtcTime)
    maybe_sent: Mapped[bool] = mapped_column(Boolean, default=False)
    external_id: Mapped[str] = mapped_column(String(100), default="")
    last_error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)

    @property
    def is_document(self) -> bool:
        return self.code == "edoc"
