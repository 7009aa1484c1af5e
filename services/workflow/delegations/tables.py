"""Delegations of assigning and supervising. Never of the signature (QĐ 51, Đ12 k2)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Date, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.workflow.base import Base
from shared.database import UtcTime, new_id


class Delegation(Base):
    __tablename__ = "delegations"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    office_id: Mapped[str] = mapped_column(String(64), index=True)
    from_person_id: Mapped[str] = mapped_column(String(64), index=True)
    from_name: Mapped[str] = mapped_column(String(200))
    to_person_id: Mapped[str] = mapped_column(String(64), index=True)
    to_name: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date)
    scopes: Mapped[list[Any]] = mapped_column(JSON)
    authority_document: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
