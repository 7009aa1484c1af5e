"""Incoming documents."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, Index, Integer, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base
from shared.clock import now
from shared.database import UtcTime, new_id

_NUMBERED = text("arrival_number IS NOT NULL")
_HAS_TERM = text("due_at IS NOT NULL")


class Incoming(Base):
    __tablename__ = "incoming"
    __table_args__ = (
        Index(None, "office_id", "id"),
        Index(None, "office_id", "state", "id"),
        Index(None, "office_id", "identifier"),
        Index(None, "office_id", "code_key"),
        Index(None, "office_id", "refused_at"),
        Index(None, "office_id", "arrival_year", "arrival_number"),
        Index(
            "ix_incoming_registered", "office_id", "registered_at", postgresql_where=_NUMBERED, sqlite_where=_NUMBERED
        ),
        Index(
            "ix_incoming_due", "office_id", "due_at", "finished_at", postgresql_where=_HAS_TERM, sqlite_where=_HAS_TERM
        ),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    arrival_id: Mapped[str] = mapped_column(String(64), unique=True)
    office_id: Mapped[str] = mapped_column(String(64))
    organ_id: Mapped[str] = mapped_column(String(64), default="")
    office_name: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[str] = mapped_column(String(30), default="ARRIVED")
    state_before: Mapped[str] = mapped_column(String(30), default="")  # before the take-back was asked
    arrival_number: Mapped[int | None] = mapped_column(Integer)
    arrival_year: Mapped[int | None] = mapped_column(Integer)
    book: Mapped[str] = mapped_column(String(60), default="")
    arrived_at: Mapped[datetime] = mapped_column(UtcTime)
    registered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    clerk_name: Mapped[str] = mapped_column(String(200), default="")
    sender_organ_id: Mapped[str] = mapped_column(String(64))
    sender_name: Mapped[str] = mapped_column(String(300))
    identifier: Mapped[str] = mapped_column(String(250), default="")
    code: Mapped[str] = mapped_column(String(200), default="")
    code_key: Mapped[str] = mapped_column(String(200), default="", server_default="")  # as it is compared
    issuer_key: Mapped[str] = mapped_column(String(300), default="", server_default="")  # the same of the sender's name
    medium: Mapped[str] = mapped_column(String(12), default="electronic", server_default="electronic")  # or paper
    subject: Mapped[str] = mapped_column(Text)
    searched: Mapped[str] = mapped_column(Text, default="")
    type_name: Mapped[str] = mapped_column(String(100), default="")
    urgency: Mapped[int] = mapped_column(Integer, default=0)
    business_type: Mapped[int] = mapped_column(Integer, default=0)
    promulgation_date: Mapped[str | None] = mapped_column(String(10))
    signer_name: Mapped[str] = mapped_column(String(200), default="")
    signer_position: Mapped[str] = mapped_column(String(200), default="")
    due_date: Mapped[str | None] = mapped_column(String(10))
    due_at: Mapped[datetime | None] = mapped_column(UtcTime)  # its term: of `due_date`, then as workflow tells
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)  # by who had the lead
    files: Mapped[list[Any]] = mapped_column(JSON, default=list)
    problems: Mapped[list[Any]] = mapped_column(JSON, default=list)
    legal_state: Mapped[str] = mapped_column(String(30), default="")
    verdict: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    reply_to: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    in_reply_to_document_id: Mapped[UUID | None] = mapped_column(Uuid)
    presented_to: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text, default="")
    linked_to_id: Mapped[UUID | None] = mapped_column(Uuid)  # the first copy of the same document
    refused_key: Mapped[str] = mapped_column(String(40), default="", server_default="")  # the ready-made reason
    refused_at: Mapped[datetime | None] = mapped_column(UtcTime)
    proper_organ_id: Mapped[str] = mapped_column(String(64), default="", server_default="")  # who should have got it
    refused_reason: Mapped[str] = mapped_column(Text, default="")
    take_back: Mapped[bool] = mapped_column(Boolean, default=False)
    take_back_reason: Mapped[str] = mapped_column(Text, default="")
    changes_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)  # the issued document which this one changes
    change: Mapped[str] = mapped_column(String(10), default="", server_default="")  # amend, replace, correct
    changed_note: Mapped[str] = mapped_column(Text, default="", server_default="")  # what changed this one, in words
    legal_hold: Mapped[str] = mapped_column(Text, default="", server_default="")  # why it may not be destroyed
    held_by: Mapped[str] = mapped_column(String(200), default="", server_default="")
    destroyed_at: Mapped[datetime | None] = mapped_column(UtcTime)  # its content, given back to the sender
    updated_at: Mapped[datetime] = mapped_column(UtcTime, default=now, onupdate=now)


class EarlyVerdict(Base):
    """A verdict that came before its document: the two come from different services, in no order."""

    __tablename__ = "early_verdicts"

    arrival_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    message: Mapped[dict[str, Any]] = mapped_column(JSON)
