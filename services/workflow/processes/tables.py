"""Processes which offices made for themselves. A published one is never changed: a new one takes its place."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Date, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.workflow.base import Base
from shared.database import new_id


class OfficeProcess(Base):
    __tablename__ = "office_processes"
    __table_args__ = (Index(None, "office_id", "kind", "valid_from"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    office_id: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
