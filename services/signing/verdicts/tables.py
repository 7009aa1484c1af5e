"""Reports on files: one a file and judge, never changed; arrivals whose verdict waits for an authority's answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from services.signing.base import Base


class Report(Base):
    """`judge` names policy version, the trusted roots, and whether authorities' answers were taken too; `annex`: judged
    as a separate annex."""

    __tablename__ = "reports"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    judge: Mapped[str] = mapped_column(String(100), primary_key=True)
    annex: Mapped[bool] = mapped_column(primary_key=True, default=False)
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
    judged_at: Mapped[datetime]


class UnansweredArrival(Base):
    """A package of which a file's certificates could not be checked. `message`: as it arrived."""

    __tablename__ = "unanswered_arrivals"
    __table_args__ = (Index(None, "next_at"),)

    arrival_id: Mapped[str] = mapped_column(String(64), primary_key=True)  # the first of its arrivals
    message: Mapped[dict[str, Any]] = mapped_column(JSON)
    since: Mapped[datetime]
    next_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
