"""Documents that arrived, one row for each receiving office."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.base import Base
from shared.clock import now
from shared.database import UtcTime, new_id


class Arrival(Base):
    """The key of a document at a receiver (axis.md §1.7): sender, identifier, business type, receiving office."""

    __tablename__ = "arrivals"
    __table_args__ = (
        UniqueConstraint("sender_organ_id", "identifier", "business_type", "office_id", "variant"),
        Index("ix_arrivals_identifier", "identifier"),
        Index("ix_arrivals_moment", "arrived_at"),
        Index("ix_arrivals_office_moment", "office_id", "arrived_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    office_id: Mapped[str] = mapped_column(String(64))
    organ_id: Mapped[str] = mapped_column(String(64))
    office_name: Mapped[str] = mapped_column(String(300), default="")
    sender_organ_id: Mapped[str] = mapped_column(String(64))
    sender_name: Mapped[str] = mapped_column(String(300), default="")
    identifier: Mapped[str] = mapped_column(String(200))
    business_type: Mapped[int] = mapped_column(Integer, default=0)
    variant: Mapped[str] = mapped_column(String(64), default="")  # set when a person let a conflicting content in
    code: Mapped[str] = mapped_column(String(200), default="")
    promulgation_date: Mapped[str] = mapped_column(String(10), default="")
    subject: Mapped[str] = mapped_column(Text, default="")
    channel: Mapped[str] = mapped_column(String(20))
    content_hash: Mapped[str] = mapped_column(String(64))
    package_sha256: Mapped[str] = mapped_column(String(64), default="")
    delivery_id: Mapped[UUID | None] = mapped_column(Uuid)  # of a local sender
    incoming_id: Mapped[str | None] = mapped_column(String(64), index=True)  # registry's, once it is known
    status_code: Mapped[str] = mapped_column(String(20), default="")  # the last one told to the sender
    status_before: Mapped[str] = mapped_column(String(20), default="", server_default="")  # before it was asked back
    round: Mapped[int] = mapped_column(Integer, default=0)  # how often the sender asked it back
    arrived_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    destroyed_at: Mapped[datetime | None] = mapped_column(UtcTime)  # its content, by recall


class ArrivalStatus(Base):
    """What our office told the sender of an arrival, and what the sender asked (13), lawful or not."""

    __tablename__ = "arrival_statuses"
    __table_args__ = (UniqueConstraint("arrival_id", "code", "at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    arrival_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("arrivals.id"))
    code: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcTime)
    description: Mapped[str] = mapped_column(Text, default="")
    staff: Mapped[str] = mapped_column(String(300), default="")
    applied: Mapped[bool] = mapped_column(Boolean)
    note: Mapped[str] = mapped_column(Text, default="")
