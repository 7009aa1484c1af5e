"""Incoming documents in the hands of people, and who was given them by whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.workflow.base import Base
from shared.clock import now
from shared.database import UtcTime, new_id


class IncomingWork(Base):
    """`state`: waiting (for the clerk), registered, assigned, processing, completed, refused, taken-back."""

    __tablename__ = "incoming"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    office_id: Mapped[str] = mapped_column(String(64), index=True)
    subject: Mapped[str] = mapped_column(Text)
    sender_name: Mapped[str] = mapped_column(String(300), default="")
    code: Mapped[str] = mapped_column(String(100), default="")
    urgency: Mapped[int] = mapped_column(Integer, default=0)
    arrival_number: Mapped[int | None] = mapped_column(Integer)
    registered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    due_date: Mapped[str | None] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(20))
    frozen: Mapped[str] = mapped_column(Text, default="", server_default="")  # why the sender wants it back
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)


class Assigned(Base):
    """One person's part. Assigning further makes a tree by `parent_id` (R11.16)."""

    __tablename__ = "assignments"
    __table_args__ = (Index(None, "incoming_id", "state"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    incoming_id: Mapped[str] = mapped_column(String(64), ForeignKey("incoming.id"))
    parent_id: Mapped[UUID | None] = mapped_column(Uuid)
    task_id: Mapped[UUID] = mapped_column(Uuid, unique=True)
    person_id: Mapped[str] = mapped_column(String(64))
    person_name: Mapped[str] = mapped_column(String(200))
    role_tag: Mapped[str] = mapped_column(String(20))  # lead, coordinator, information
    by_id: Mapped[str] = mapped_column(String(64))
    by_name: Mapped[str] = mapped_column(String(400))
    direction: Mapped[str] = mapped_column(Text, default="")
    due_at: Mapped[datetime | None] = mapped_column(UtcTime)
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    state: Mapped[str] = mapped_column(String(20), default="active")  # active, passed, done, ended
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
