"""Tasks. One thing several people may do (every clerk can number) is one group: the first who does it ends the rest."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.workflow.base import Base
from shared.clock import now
from shared.database import UtcTime, new_id


class Task(Base):
    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_mine", "person_id", "open", "urgency", "sort_at", "id"),
        Index("ix_tasks_object", "object_type", "object_id", "open"),
        Index("ix_tasks_office", "office_id", "open"),
        Index("ix_tasks_due", "open", "due_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    group_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    office_id: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[str] = mapped_column(String(64))
    person_name: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[str | None] = mapped_column(String(64))
    unit_name: Mapped[str] = mapped_column(String(300), default="")
    kind: Mapped[str] = mapped_column(String(30))
    step: Mapped[str] = mapped_column(String(30), default="")
    role_tag: Mapped[str | None] = mapped_column(String(20))
    object_type: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(Text)
    sender: Mapped[str] = mapped_column(String(300), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    urgency: Mapped[int] = mapped_column(Integer, default=0)
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    due_at: Mapped[datetime | None] = mapped_column(UtcTime)
    warn_at: Mapped[datetime | None] = mapped_column(UtcTime)
    sort_at: Mapped[datetime] = mapped_column(UtcTime)  # due_at; what has none comes last
    opened_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    closed_by_name: Mapped[str] = mapped_column(String(300), default="")
    outcome: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(20), default="open")  # open, accepted, done, cancelled
    open: Mapped[bool] = mapped_column(Boolean, default=True)
    frozen: Mapped[str] = mapped_column(Text, default="", server_default="")  # why nobody may go on; empty: one may
    urged: Mapped[int] = mapped_column(Integer, default=0)
    warned: Mapped[bool] = mapped_column(Boolean, default=False)
    told_late: Mapped[bool] = mapped_column(Boolean, default=False)
