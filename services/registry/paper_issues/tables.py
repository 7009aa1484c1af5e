"""What of a document left on paper: how many copies were printed and sealed, and who got them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base
from shared.clock import now
from shared.database import UtcTime, new_id


class PaperIssue(Base):
    """One printing of an issued document. Never deleted: a mistaken record is cancelled with its reason."""

    __tablename__ = "paper_issues"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    office_id: Mapped[str] = mapped_column(String(64))
    document_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("outgoing.id"), index=True)
    code: Mapped[str] = mapped_column(String(100))
    urgency: Mapped[int] = mapped_column(Integer, default=0)
    printed: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    sent_on: Mapped[date] = mapped_column(Date)
    by_name: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    cancelled_reason: Mapped[str] = mapped_column(Text, default="")


class PaperReceiver(Base):
    """Who got copies of a paper issue, and how. `envelopes` 0: it lies in the envelope of another document."""

    __tablename__ = "paper_receivers"
    __table_args__ = (Index(None, "office_id", "sent_on"), Index(None, "office_id", "name"))

    issue_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("paper_issues.id"), primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True)
    office_id: Mapped[str] = mapped_column(String(64))
    sent_on: Mapped[date] = mapped_column(Date)
    name: Mapped[str] = mapped_column(String(300))
    address: Mapped[str] = mapped_column(String(500), default="")
    copies: Mapped[int] = mapped_column(Integer)
    way: Mapped[str] = mapped_column(String(10))  # "post", "hand"
    envelopes: Mapped[int] = mapped_column(Integer)
