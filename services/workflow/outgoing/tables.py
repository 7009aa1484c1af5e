"""Drafts on their way, the steps of each round, and opinions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.workflow.base import Base
from shared.database import UtcTime, new_id


class Draft(Base):
    """`definition` is the process as it was when this round began: running work stays on its version (R10.1)."""

    __tablename__ = "drafts"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    office_id: Mapped[str] = mapped_column(String(64), index=True)
    office_name: Mapped[str] = mapped_column(String(300), default="")
    unit_id: Mapped[str | None] = mapped_column(String(64))
    drafter_id: Mapped[str] = mapped_column(String(64))
    drafter_name: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(Text)
    urgency: Mapped[int] = mapped_column(Integer, default=0)
    signer_id: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(Integer)
    content_hash: Mapped[str] = mapped_column(String(64))
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    round: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[str] = mapped_column(String(20))
    signed_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Step(Base):
    """One step of one round. Never deleted: the rounds together are the history (R10.4)."""

    __tablename__ = "steps"
    __table_args__ = (Index(None, "draft_id", "round", "place"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    draft_id: Mapped[str] = mapped_column(String(64), ForeignKey("drafts.id"))
    round: Mapped[int] = mapped_column(Integer)
    place: Mapped[int] = mapped_column(Integer)
    step: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(200))
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(20), default="expected")
    person_name: Mapped[str] = mapped_column(String(600), default="")
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    signed_hash: Mapped[str] = mapped_column(String(64), default="")  # the content initialled with a key
    at: Mapped[datetime | None] = mapped_column(UtcTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcTime)
    note: Mapped[str] = mapped_column(Text, default="")


class Opinion(Base):
    """An opinion asked of one person, on a draft or as coordinator of an incoming document."""

    __tablename__ = "opinions"
    __table_args__ = (Index(None, "object_type", "object_id"), Index(None, "state", "due_at"))

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    object_type: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[str] = mapped_column(String(64))
    office_id: Mapped[str] = mapped_column(String(64))
    task_id: Mapped[UUID] = mapped_column(Uuid, unique=True)
    person_id: Mapped[str] = mapped_column(String(64))
    person_name: Mapped[str] = mapped_column(String(200))
    asked_by_name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20), default="waiting")  # waiting, given, none
    text: Mapped[str] = mapped_column(Text, default="")
    file: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    at: Mapped[datetime | None] = mapped_column(UtcTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcTime)
    late: Mapped[bool] = mapped_column(Boolean, default=False)
    required: Mapped[bool] = mapped_column(Boolean, default=False)
    taken: Mapped[bool | None] = mapped_column(Boolean)
    taken_reason: Mapped[str] = mapped_column(Text, default="")
