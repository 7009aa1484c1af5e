"""Reports on files: one a file and judge, never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from services.signing.base import Base


class Report(Base):
    """`judge` names library, policy version and the trusted roots; `annex`: judged as a separate annex."""

    __tablename__ = "reports"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    judge: Mapped[str] = mapped_column(String(100), primary_key=True)
    annex: Mapped[bool] = mapped_column(primary_key=True, default=False)
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
    judged_at: Mapped[datetime]
