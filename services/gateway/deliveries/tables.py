"""Issued documents as packages, and one row for every recipient."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.base import Base
from shared.clock import now
from shared.database import UtcTime, new_id


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
    """The copy of one recipient."""

    __tablename__ = "deliveries"
    __table_args__ = (UniqueConstraint("document_id", "organ_id", "kind"),)

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
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime | None] = mapped_column(UtcTime)
    last_error: Mapped[str] = mapped_column(Text, default="")
    needs_person: Mapped[bool] = mapped_column(Boolean, default=False)
