"""Issued documents as packages, and one row for every recipient."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.base import Base
from shared.clock import now
from shared.database import UtcTime, new_id

_OWED, _NOT_YET_LATE = text("owed_since IS NOT NULL"), text("owed_since IS NOT NULL AND late_at IS NULL")


class OutPackage(Base):
    """One package a document. The edXML is written once, when the first copy leaves over an axis."""

    __tablename__ = "out_packages"
    __table_args__ = (UniqueConstraint("document_id", "kind"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    document_id: Mapped[str] = mapped_column(String(64), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    identifier: Mapped[str] = mapped_column(String(200), index=True)
    code: Mapped[str] = mapped_column(String(200), default="")
    office_id: Mapped[str] = mapped_column(String(64), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)  # the issued document as registry told it
    sha256: Mapped[str | None] = mapped_column(String(64))  # of the written edXML
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class Delivery(Base):
    """The copy of one recipient. `owed_since`: from when its answer is awaited; none where none is owed (any more)."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("document_id", "organ_id", "kind"),
        Index("ix_deliveries_owed", "office_id", "owed_since", postgresql_where=_OWED, sqlite_where=_OWED),
        Index("ix_deliveries_late", "owed_since", postgresql_where=_NOT_YET_LATE, sqlite_where=_NOT_YET_LATE),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    package_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("out_packages.id"), index=True)
    document_id: Mapped[str] = mapped_column(String(64))
    office_id: Mapped[str] = mapped_column(String(64))  # the sender
    organ_id: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(300))
    channel: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))  # transport state, or the present status code
    status_code: Mapped[str] = mapped_column(String(20), default="")
    status_before: Mapped[str] = mapped_column(String(20), default="", server_default="")  # before it was asked back
    round: Mapped[int] = mapped_column(Integer, default=0)  # how often the document was asked back
    change: Mapped[int] = mapped_column(Integer, default=0)  # how often its state was told
    arrival_id: Mapped[UUID | None] = mapped_column(Uuid)  # of a local copy
    owed_since: Mapped[datetime | None] = mapped_column(UtcTime)
    late_at: Mapped[datetime | None] = mapped_column(UtcTime)  # when it was noticed that the answer is late
    reminded_at: Mapped[datetime | None] = mapped_column(UtcTime)
    reminders: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime | None] = mapped_column(UtcTime)
    last_error: Mapped[str] = mapped_column(Text, default="")
    needs_person: Mapped[bool] = mapped_column(Boolean, default=False)
