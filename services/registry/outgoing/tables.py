"""Outgoing documents with all their versions, recipients and copies."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base
from shared.clock import now
from shared.database import UtcTime, new_id

_ISSUED = text("issued_at IS NOT NULL")
_RECALLED = text("recalled_at IS NOT NULL")
_REFUSED = text("refused_at IS NOT NULL")


class Outgoing(Base):
    """A document from its first draft on. `version` goes up with every kept version and is its ETag."""

    __tablename__ = "outgoing"
    __table_args__ = (
        Index(None, "office_id", "id"),
        Index(None, "office_id", "state", "id"),
        Index(None, "office_id", "issued_date", "number"),
        Index(
            "ix_outgoing_usage",
            "office_id",
            "issued_at",
            "legal_state",
            "paper_sent_at",
            postgresql_where=_ISSUED,
            sqlite_where=_ISSUED,
        ),
        Index("ix_outgoing_recalled", "office_id", "recalled_at", postgresql_where=_RECALLED, sqlite_where=_RECALLED),
        Index("ix_outgoing_refused", "office_id", "refused_at", postgresql_where=_REFUSED, sqlite_where=_REFUSED),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    office_id: Mapped[str] = mapped_column(String(64))
    unit_id: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(30), default="DRAFT")
    version: Mapped[int] = mapped_column(Integer, default=1)
    type_name: Mapped[str] = mapped_column(String(100))
    subject: Mapped[str] = mapped_column(Text)
    searched: Mapped[str] = mapped_column(Text, default="")  # subject and code, without accents, lower case
    urgency: Mapped[int] = mapped_column(Integer, default=0)
    notation: Mapped[str] = mapped_column(String(60), default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    due_date: Mapped[str | None] = mapped_column(String(10))
    drafter_id: Mapped[str] = mapped_column(String(64))
    drafter_name: Mapped[str] = mapped_column(String(200))
    signer_id: Mapped[str] = mapped_column(String(64), default="")
    signer_name: Mapped[str] = mapped_column(String(200), default="")
    signer_position: Mapped[str] = mapped_column(String(200), default="")
    signer_capacity: Mapped[str] = mapped_column(String(200), default="")
    files: Mapped[list[Any]] = mapped_column(JSON, default=list)
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    approved_hash: Mapped[str] = mapped_column(String(64), default="")
    annex_count: Mapped[int | None] = mapped_column(Integer)
    annexes_named: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # by the text of the main file; None = not read
    recipient_count: Mapped[int] = mapped_column(Integer, default=0)
    number: Mapped[int | None] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(String(100), default="")
    issued_date: Mapped[date | None] = mapped_column(Date)
    identifier: Mapped[str | None] = mapped_column(String(250), unique=True)
    issued_at: Mapped[datetime | None] = mapped_column(UtcTime)
    clerk_id: Mapped[str] = mapped_column(String(64), default="")
    clerk_name: Mapped[str] = mapped_column(String(200), default="")
    legal_state: Mapped[str] = mapped_column(String(30), default="")
    returned_reason: Mapped[str] = mapped_column(Text, default="")
    void_reason: Mapped[str] = mapped_column(Text, default="")
    sealing_error: Mapped[str] = mapped_column(Text, default="")
    waiting_for: Mapped[str] = mapped_column(Text, default="")  # why a signature that is made cannot be used yet
    in_reply_to_incoming_id: Mapped[UUID | None] = mapped_column(Uuid)
    changes_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)  # the issued document which this one changes
    change: Mapped[str] = mapped_column(String(10), default="", server_default="")  # amend, replace, correct
    changed_note: Mapped[str] = mapped_column(Text, default="", server_default="")  # what changed this one, in words
    paper_sent_at: Mapped[datetime | None] = mapped_column(UtcTime)  # beside the electronic one, as the clerk notes
    paper_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    refused_at: Mapped[datetime | None] = mapped_column(UtcTime)  # first by a receiver
    recalled_at: Mapped[datetime | None] = mapped_column(UtcTime)  # from everybody
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UtcTime, default=now, onupdate=now)


class Version(Base):
    """A kept state of the draft. None is ever deleted (QĐ 28, P6-II: all drafts are kept)."""

    __tablename__ = "versions"
    __table_args__ = (UniqueConstraint("document_id", "version"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    document_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("outgoing.id"))
    version: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    by_name: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(20))
    content_hash: Mapped[str] = mapped_column(String(64))
    files: Mapped[list[Any]] = mapped_column(JSON)
    form: Mapped[dict[str, Any]] = mapped_column(JSON)  # every field as it was written down


class RecipientRow(Base):
    """An addressee. A set: one organ stands once."""

    __tablename__ = "recipients"

    document_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("outgoing.id"), primary_key=True)
    organ_key: Mapped[str] = mapped_column(String(64), primary_key=True)  # the code in upper case
    place: Mapped[int] = mapped_column(Integer)
    organ_id: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(300))
    office_id: Mapped[str | None] = mapped_column(String(64))


class Copy(Base):
    """How far one recipient's copy has come, as gateway tells."""

    __tablename__ = "copies"

    document_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    organ_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    organ_id: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(300), default="")
    channel: Mapped[str] = mapped_column(String(20), default="")
    state: Mapped[str] = mapped_column(String(20))
    status_code: Mapped[str | None] = mapped_column(String(20))
    description: Mapped[str] = mapped_column(Text, default="")
    staff: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(UtcTime)
    change: Mapped[int] = mapped_column(Integer, default=-1)  # gateway's count; -1 before gateway has said anything


class Recall(Base):
    """The order to recall an issued document, and when the clerk carried it out. It is kept for ever."""

    __tablename__ = "recalls"

    document_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("outgoing.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    ordered_by_id: Mapped[str] = mapped_column(String(64))
    ordered_by_name: Mapped[str] = mapped_column(String(200))
    ordered_at: Mapped[datetime] = mapped_column(UtcTime)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)  # organ key → where its copy stood when it was ordered
    sent_by_name: Mapped[str] = mapped_column(String(200), default="")
    sent_at: Mapped[datetime | None] = mapped_column(UtcTime)
