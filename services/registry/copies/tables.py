"""Copies of documents, and who may decide on them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Date, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base
from shared.clock import now
from shared.database import UtcTime, new_id


class CertifiedCopy(Base):
    """A copy from the request on. `source_id`: the document or copy of this office that it was made from, if any."""

    __tablename__ = "certified_copies"
    __table_args__ = (Index(None, "office_id", "id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    office_id: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(10))  # "SY", "SL", "TrS"
    state: Mapped[str] = mapped_column(String(20), default="ASKED")
    source_medium: Mapped[str] = mapped_column(String(12))
    target_medium: Mapped[str] = mapped_column(String(12))
    source_form: Mapped[str] = mapped_column(String(20))
    source_kind: Mapped[str] = mapped_column(String(12))  # "incoming", "outgoing", "copy", "paper"
    source_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    source_code: Mapped[str] = mapped_column(String(100), default="")
    source_issuer: Mapped[str] = mapped_column(String(300), default="")
    source_date: Mapped[str] = mapped_column(String(10), default="")  # yyyy-MM-dd
    type_name: Mapped[str] = mapped_column(String(100), default="")
    subject: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text, default="")
    recipients: Mapped[list[Any]] = mapped_column(JSON, default=list)
    file: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # what is copied or printed
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # the copy
    asked_by_id: Mapped[str] = mapped_column(String(64))
    asked_by_name: Mapped[str] = mapped_column(String(200))
    decided_by_id: Mapped[str] = mapped_column(String(64), default="")
    decided_by_name: Mapped[str] = mapped_column(String(200), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime)
    reason: Mapped[str] = mapped_column(Text, default="")  # of a refusal, or why it could not be signed
    number: Mapped[int | None] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(String(100), default="")
    issued_date: Mapped[date | None] = mapped_column(Date)
    clerk_id: Mapped[str] = mapped_column(String(64), default="")
    clerk_name: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class CopyAuthority(Base):
    """By a written decision of the head this person decides on copies and signs them, from and until a day (Đ27)."""

    __tablename__ = "copy_authorities"

    office_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    basis: Mapped[str] = mapped_column(String(300))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
