"""Conversions of stored files to an archival format: each is an event that stays, whatever becomes of its files."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base
from shared.clock import now
from shared.database import UtcTime, new_id


class Conversion(Base):
    """`verdict`: what signing said of the signatures before the conversion; None where the format carries none."""

    __tablename__ = "conversions"
    __table_args__ = (UniqueConstraint("object_id", "source_sha256", "format", "tool"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    office_id: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(12))  # "incoming", "outgoing"
    object_id: Mapped[UUID] = mapped_column(Uuid)
    source: Mapped[dict[str, Any]] = mapped_column(JSON)
    source_sha256: Mapped[str] = mapped_column(String(64))
    result: Mapped[dict[str, Any]] = mapped_column(JSON)
    format: Mapped[str] = mapped_column(String(20))
    tool: Mapped[str] = mapped_column(String(200))  # with its version
    verdict: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    signature_state: Mapped[str] = mapped_column(String(30))
    by_id: Mapped[str] = mapped_column(String(64))
    by_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)
